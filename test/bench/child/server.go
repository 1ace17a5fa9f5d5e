package child

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/neorx/neorx/test/bench/blaster"
)

// ServeRole is the role of the server.
const ServeRole = "serve"

// Serve plays it: it prints where it is and lives until its standard input is closed.
func Serve(spec []byte) error {
	var cfg blaster.Config
	if err := json.Unmarshal(spec, &cfg); err != nil {
		return err
	}
	s, err := blaster.Start(cfg)
	if err != nil {
		return err
	}
	fmt.Println(s.URI())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// Process is a role that is played until it is closed.
type Process struct {
	cmd   *exec.Cmd
	alive io.Closer
	out   io.Reader
}

// Start starts one. The role ends when its standard input does.
func Start(ctx context.Context, role string, spec any) (*Process, error) {
	c, err := command(ctx, "", role, spec)
	if err != nil {
		return nil, err
	}
	alive, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &Process{cmd: c, alive: alive, out: out}, c.Start()
}

// Close ends the process and waits for it.
func (p *Process) Close() {
	_ = p.alive.Close()
	_ = p.cmd.Wait()
}

// Server is a blaster in a process of its own.
type Server struct {
	*Process
	URI string
}

// StartServer starts one.
func StartServer(ctx context.Context, cfg blaster.Config) (*Server, error) {
	p, err := Start(ctx, ServeRole, cfg)
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(p.out).ReadString('\n')
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("the server did not say where it is: %w", err)
	}
	return &Server{p, strings.TrimSpace(line)}, nil
}
