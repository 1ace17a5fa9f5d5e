package neo4jserver

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Pause stops the server's process where it is, as SIGSTOP does, and returns when all of its
// threads stand still: its connections stay open, and nobody reads from them or writes to them.
// Resume makes it go on.
func (s *Server) Pause() error {
	if err := s.process.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	limit := time.Now().Add(stopGrace)
	for !s.process.paused() {
		if time.Now().After(limit) {
			return fmt.Errorf("neo4jserver: process %d does not stop", s.process.id)
		}
		<-time.After(time.Millisecond)
	}
	return nil
}

// Resume makes a server go on that Pause has stopped.
func (s *Server) Resume() error { return s.process.signal(syscall.SIGCONT) }

// paused tells whether all threads have been stopped.
func (p *process) paused() bool {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.id))
	if err != nil || len(threads) == 0 {
		return false
	}
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		if err == nil && !bytes.Contains(stat, []byte(") T ")) {
			return false
		}
	}
	return true
}
