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

// Server is a blaster in a process of its own.
type Server struct {
	URI   string
	cmd   *exec.Cmd
	alive io.Closer
}

// StartServer starts one.
func StartServer(ctx context.Context, cfg blaster.Config) (*Server, error) {
	c, err := command(ctx, ServeRole, cfg)
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
	if err := c.Start(); err != nil {
		return nil, err
	}
	s := &Server{cmd: c, alive: alive}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("the server did not say where it is: %w", err)
	}
	s.URI = strings.TrimSpace(line)
	return s, nil
}

// Close ends the process and waits for it.
func (s *Server) Close() {
	_ = s.alive.Close()
	_ = s.cmd.Wait()
}
