package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"github.com/neorx/neorx/test/bench/demand"
	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/report"
	"github.com/neorx/neorx/test/bench/stats"
)

// measureDemand prints what it finds, and writes it to a file when it was everything.
func measureDemand(ctx context.Context, s settings, names *regexp.Regexp) error {
	target, stop, err := realServer(ctx, s.version)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "warming up the server")
	if err = measure(ctx, 1, plan.WarmUp(), plan.Environment{Neo4j: target}, stats.Results{}); err != nil {
		return errors.Join(err, stop())
	}
	var found bytes.Buffer
	cfg := demand.Config{Neo4j: target, Before: s.before, Only: names, Short: s.short}
	err = demand.Run(ctx, cfg, io.MultiWriter(os.Stdout, &found))
	if err = errors.Join(err, stop()); err != nil || s.only != "" {
		return err
	}
	text := report.Demand(found.String(), report.ThisMachine(s.version), s.short)
	return os.WriteFile(filepath.Join(s.out, "demand.md"), []byte(text), 0o644)
}
