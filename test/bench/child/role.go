// Package child runs parts of a benchmark in processes of their own, so that what one of them allocates or computes is not in another one's
// figures. The processes are this program again, in another role.
package child

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

const (
	roleVariable = "NEORX_BENCH_ROLE"
	specVariable = "NEORX_BENCH_SPEC"
)

// Main is what a program that uses this package calls first thing in its main or TestMain: in a child it plays the role and does not return.
func Main(roles map[string]func(spec []byte) error) {
	name := os.Getenv(roleVariable)
	if name == "" {
		return
	}
	role, ok := roles[name]
	if !ok {
		fmt.Fprintln(os.Stderr, "no such role:", name)
		os.Exit(2)
	}
	if err := role([]byte(os.Getenv(specVariable))); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// command is a program in a role; an empty name means this program.
func command(ctx context.Context, program, role string, spec any) (*exec.Cmd, error) {
	if program == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		program = self
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, program)
	c.Env = append(os.Environ(), roleVariable+"="+role, specVariable+"="+string(text))
	c.Stderr = os.Stderr
	return c, nil
}

// Run plays a role to its end and returns what it has printed, which is JSON.
func Run(ctx context.Context, role string, spec, answer any) error {
	return RunIn(ctx, "", role, spec, answer)
}

// RunIn is Run in another program, such as this one at another commit. An empty name means this
// program.
func RunIn(ctx context.Context, program, role string, spec, answer any) error {
	c, err := command(ctx, program, role, spec)
	if err != nil {
		return err
	}
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("%s %+v: %w", role, spec, err)
	}
	return json.Unmarshal(out, answer)
}

// Answer is what a role calls to answer [Run].
func Answer(v any) error { return json.NewEncoder(os.Stdout).Encode(v) }
