// Package demand measures what a consumer that leaves, stalls or is slow costs a real Neo4j, and
// what large results cost a consumer: with neorx as it is, with a pinned fetch size, with the
// official driver, and with neorx at another commit where one is given.
package demand

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"time"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Config says how much is measured.
type Config struct {
	Neo4j  subject.Target
	Before string // this program at another commit; empty: none
	Only   *regexp.Regexp
	Short  bool
}

// Run measures everything whose name fits, and writes tables as they come about.
func Run(ctx context.Context, cfg Config, w io.Writer) error {
	for _, part := range []struct {
		name, title string
		run         func(r *run) error
	}{
		{"leave", "Readers that leave a million records", (*run).leave},
		{"gone", "The server's work after that", (*run).gone},
		{"pace", "Consumers with a pace of their own", (*run).pace},
		{"latency", "Behind a latency", (*run).latency},
		{"rows", "Five million records", (*run).rows},
		{"soak", "Mixed work on an overloaded server", (*run).soak},
	} {
		if !cfg.Only.MatchString(part.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), part.name)
		fmt.Fprintf(w, "## %s\n\n", part.title)
		if err := part.run(&run{Config: cfg, ctx: ctx, w: w}); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		fmt.Fprintln(w)
	}
	return nil
}

// run is one part.
type run struct {
	Config
	ctx context.Context
	w   io.Writer
}

// lasts is how long something is measured, and shortly.
func (r *run) lasts(long, short time.Duration) time.Duration {
	if r.Short {
		return short
	}
	return long
}

// often is how often, and shortly.
func (r *run) often(long, short int) int {
	if r.Short {
		return short
	}
	return long
}

func (r *run) printf(format string, args ...any) { fmt.Fprintf(r.w, format, args...) }

// play plays a role in a process of its own.
func play[T any](r *run, role string, job any) (found T, err error) {
	err = child.Run(r.ctx, role, job, &found)
	return found, err
}

// reader is a driver, and how it reads.
type reader struct {
	name, subject string
	fetch         int64
}

var (
	official = reader{"official", subject.Official, 0}
	neorx    = reader{"neorx", subject.Neorx, 0}
	pinned   = reader{"neorx, `WithFetchSize(1000)`", subject.Neorx, 1000}
)

func (r *run) target(w reader, connections int) subject.Target {
	t := r.Neo4j
	t.Fetch, t.Connections = w.fetch, connections
	return t
}

// loads are the states of the machine in which it is measured.
var loads = []string{"idle", "busy"}

// under does something on a machine that is idle but for it, or whose cores all have something else
// to do.
func (r *run) under(load string, do func() error) error {
	if load == "busy" {
		burning, err := child.Start(r.ctx, work.BurnRole, work.Burning{Cores: runtime.NumCPU()})
		if err != nil {
			return err
		}
		defer burning.Close()
	}
	return do()
}

// times are three columns.
func times(q work.Quantiles) string {
	return ms(q.P50) + " | " + ms(q.P99) + " | " + ms(q.Worst)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }

// lost says how many connections were lost, if that is known.
func lost(n int64) string {
	if n < 0 {
		return "unknown"
	}
	return fmt.Sprint(n)
}

func percent(part, of int64) string { return fmt.Sprintf("%.3f %%", 100*float64(part)/float64(of)) }
