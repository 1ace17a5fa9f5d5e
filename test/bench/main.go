// Command bench compares neorx with the official Neo4j driver for Go, and with the least that can
// be done with the same bytes.
//
//	go run ./test/bench                       # everything; starts a Neo4j of its own, unless NEO4J_URI names one
//	go run ./test/bench -short                # a minute, without a Neo4j
//	go run ./test/bench -demand               # consumers that leave, stall or are slow: 25 minutes
//	go run ./test/bench -only 'mixed/(official|Stream)/plain$' -profiles profiles
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/report"
	"github.com/neorx/neorx/test/bench/stats"
	"github.com/neorx/neorx/test/bench/work"
)

var roles = map[string]func(spec []byte) error{
	child.ServeRole:  child.Serve,
	work.StreamRole:  work.Stream,
	work.QueriesRole: work.Ask,
	work.LoadRole:    work.Load,
	work.ConnectRole: work.Connect,
	work.SlowRole:    work.Stall,
	work.RestRole:    work.Rest,
	work.LeaveRole:   work.Leave,
	work.GoneRole:    work.Go,
	work.SoakRole:    work.Soak,
	work.PaceRole:    work.Pace,
	work.BurnRole:    work.Burn,
}

// settings are the flags.
type settings struct {
	rounds         int
	short          bool
	only, profiles string
	version, out   string
	demand         bool
	before         string
}

func main() {
	child.Main(roles)
	var s settings
	flag.IntVar(&s.rounds, "rounds", 0, "how often everything is measured, in turn; 0: 5 times, and twice with -short")
	flag.BoolVar(&s.short, "short", false, "only what shows in a minute whether something is badly off, without a Neo4j")
	flag.StringVar(&s.only, "only", "", "a regular expression: only what has a name that it fits; nothing is written then")
	flag.StringVar(&s.profiles, "profiles", "", "an existing folder for a processor profile of everything, of the last round")
	flag.StringVar(&s.version, "neo4j", "2026.09.0", "the version of Neo4j to start, where NEO4J_URI does not name one")
	flag.StringVar(&s.out, "out", "docs/performance", "the folder for the table and the plots of a complete run")
	flag.BoolVar(&s.demand, "demand", false, "measure consumers that leave, stall or are slow instead")
	flag.StringVar(&s.before, "before", "", "with -demand: this program, built at another commit, for comparison")
	flag.Parse()
	if s.rounds == 0 {
		s.rounds = 5
		if s.short {
			s.rounds = 2
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	names, err := regexp.Compile(s.only)
	if err != nil {
		return err
	}
	if s.demand {
		return measureDemand(ctx, s, names)
	}
	synthetic, real := only(plan.Synthetic(), names), only(plan.Real(), names)
	if s.short {
		synthetic, real = only(plan.Short(), names), nil
	}
	r := &report.Report{Results: stats.Results{}, Rounds: s.rounds}
	env := plan.Environment{Profiles: s.profiles}
	if err := measure(ctx, s.rounds, synthetic, env, r.Results); err != nil {
		return err
	}
	if len(real) > 0 {
		if err := measureReal(ctx, s, real, env, r.Results); err != nil {
			return err
		}
	}
	if s.short || s.only != "" {
		show(os.Stdout, append(synthetic, real...), r.Results)
		return nil
	}
	return write(ctx, s, r, synthetic, real)
}

// write completes a report and writes it.
func write(ctx context.Context, s settings, r *report.Report, synthetic, real []plan.Measurement) error {
	if err := atRest(ctx, r); err != nil {
		return err
	}
	r.Machine = report.ThisMachine(s.version)
	fmt.Print(r.Targets())
	return r.Write(s.out, synthetic, real)
}

func measureReal(ctx context.Context, s settings, all []plan.Measurement, env plan.Environment, found stats.Results) error {
	target, stop, err := realServer(ctx, s.version)
	if err != nil {
		return err
	}
	env.Neo4j = target
	fmt.Fprintln(os.Stderr, "warming up the server")
	err = measure(ctx, 1, plan.WarmUp(), plan.Environment{Neo4j: target}, stats.Results{})
	if err == nil {
		err = measure(ctx, s.rounds, all, env, found)
	}
	return errors.Join(err, stop())
}
