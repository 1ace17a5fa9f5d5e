// Command bench compares neorx with the official Neo4j driver for Go, and with the least that can be done with the same bytes.
//
//	go run ./test/bench                       # everything that needs no Neo4j
//	go run ./test/bench -short -rounds 1
//	go run ./test/bench -only 'mixed/(official|Stream)/plain' -profiles profiles
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/work"
)

var roles = map[string]func(spec []byte) error{
	child.ServeRole: child.Serve,
	work.StreamRole: work.Stream,
}

func main() {
	child.Main(roles)
	rounds := flag.Int("rounds", 5, "how often everything is measured, in turn")
	short := flag.Bool("short", false, "only what shows in a minute whether something is badly off")
	only := flag.String("only", "", "a regular expression: only the points whose names it fits, such as mixed/(official|Stream)/plain")
	profiles := flag.String("profiles", "", "an existing folder for a processor profile of every point, of the last round")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *rounds, *short, *only, *profiles)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, short bool, only, profiles string) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	points := plan.Streams()
	if short {
		points = plan.Short()
	}
	found := map[plan.Point][]work.Sample{}
	for range rounds {
		for _, p := range points {
			if !wanted.MatchString(p.String()) {
				continue
			}
			s, err := p.Measure(ctx, profiles)
			if err != nil {
				return err
			}
			found[p] = append(found[p], s)
		}
	}
	print(points, found)
	return nil
}
