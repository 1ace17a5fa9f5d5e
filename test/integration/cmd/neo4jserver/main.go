// Command neo4jserver starts a real Neo4j on a free loopback port and prints the environment variables that the examples read.
//
//	go run ./test/integration/cmd/neo4jserver                      # runs until it is interrupted
//	go run ./test/integration/cmd/neo4jserver -version 5.26.16
//	go run ./test/integration/cmd/neo4jserver -- go run ./examples/quickstart
//
// With a command after the flags it runs that command with the variables set, stops the server, and exits as the command did.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/neorx/neorx/test/integration/neo4jserver"
)

const startLimit = 10 * time.Minute // the first start on a machine fetches the server

func main() {
	version := flag.String("version", string(neo4jserver.V2026), fmt.Sprintf("one of %v", neo4jserver.Versions()))
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, neo4jserver.Version(*version), flag.Args())
	stop()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, version neo4jserver.Version, command []string) error {
	starting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	server, err := neo4jserver.Start(starting, version)
	if err != nil {
		return err
	}
	err = serve(ctx, server, command)
	closeErr := server.Close()
	if ctx.Err() != nil {
		return nil // an interrupt reaches the server as well, which then ends in its own way
	}
	return errors.Join(err, closeErr)
}

// serve lives as long as the command, or as nobody interrupts it.
func serve(ctx context.Context, server *neo4jserver.Server, command []string) error {
	variables := []string{
		"NEO4J_URI=" + server.URI,
		"NEO4J_USER=" + server.User,
		"NEO4J_PASSWORD=" + server.Password,
	}
	if len(command) == 0 {
		for _, variable := range variables {
			fmt.Println("export " + variable)
		}
		<-ctx.Done()
		return nil
	}
	child := exec.CommandContext(ctx, command[0], command[1:]...)
	child.Env = append(os.Environ(), variables...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	return child.Run()
}
