package neo4jserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const stopGrace = 30 * time.Second // for an orderly shutdown, before the process is killed

// process is the Java process of a server.
type process struct {
	stdin  io.WriteCloser
	kill   func() error
	id     int
	signal func(os.Signal) error
	output *output
	ended  chan struct{} // closed when the process has ended
	err    error         // how it ended; written before ended is closed

	stopOnce sync.Once
	stopErr  error
}

// startProcess runs the command, gives it the password as its first line of input, and waits until
// it says that it is ready.
func startProcess(ctx context.Context, command *exec.Cmd, password string) (*process, error) {
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out := &output{ready: make(chan struct{})}
	command.Stdout, command.Stderr = out, out
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &process{stdin: stdin, id: command.Process.Pid, kill: command.Process.Kill, signal: command.Process.Signal, output: out, ended: make(chan struct{})}
	// Owner: p. Exit: the Java process ends, at the latest because stop kills it. Join: stop waits
	// for ended.
	go func() {
		p.err = command.Wait()
		close(p.ended)
	}()
	if _, err := io.WriteString(stdin, password+"\n"); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	select {
	case <-out.ready:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("the server ended before it was ready: %w\n%s", p.err, tail(out.String(), 60))
	case <-ctx.Done():
		return nil, errors.Join(fmt.Errorf("the server was not ready in time: %w\n%s", context.Cause(ctx), tail(out.String(), 60)), p.stop())
	}
}

// stop ends the input of the process, which makes it shut down, and kills it if it takes too long.
func (p *process) stop() error {
	p.stopOnce.Do(func() {
		// The process may have ended already, and the pipe with it: then there is nothing left to
		// tell it.
		_ = p.stdin.Close()
		select {
		case <-p.ended:
		case <-time.After(stopGrace):
			_ = p.kill()
			<-p.ended
		}
		if p.err != nil {
			p.stopErr = fmt.Errorf("neo4jserver: the server ended with %w\n%s", p.err, tail(p.output.String(), 60))
		}
	})
	return p.stopErr
}

// output keeps what the process prints, for error texts, and notices when it says that it is ready.
type output struct {
	ready chan struct{} // closed at READY

	mu      sync.Mutex // guards the fields below
	text    strings.Builder
	isReady bool
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	if !o.isReady && strings.Contains("\n"+o.text.String(), "\nREADY\n") {
		o.isReady = true
		close(o.ready)
	}
	return len(p), nil
}

// String returns everything printed so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
