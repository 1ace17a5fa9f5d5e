package report

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"gonum.org/v1/plot"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Plots writes every plot into a folder, as PNG and as SVG.
func (r *Report) Plots(folder string) error {
	var failures []error
	for name, draw := range map[string]func() (*plot.Plot, error){
		"conditions": r.plotConditions,
		"faces":      r.plotFaces,
		"shapes":     r.plotShapes,
		"latency":    r.plotLatency,
		"fetch":      r.plotFetch,
		"queries":    r.plotQueries,
	} {
		p, err := draw()
		if err == nil {
			err = save(p, filepath.Join(folder, name))
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(failures...)
}

var conditions = []plan.Condition{plan.Plain, plan.Timeout, plan.Deadline}

// plotConditions shows what a receive timeout and a deadline cost.
func (r *Report) plotConditions() (*plot.Plot, error) {
	var categories []string
	for _, shape := range basic {
		for _, c := range conditions {
			categories = append(categories, shape+"\n"+string(c))
		}
	}
	at := func(who string) func(i int) plan.Measurement {
		return func(i int) plan.Measurement {
			p := point(basic[i/len(conditions)], who)
			p.Condition = conditions[i%len(conditions)]
			return p
		}
	}
	return r.bars("Time a record: what every real server's receive timeout and a deadline cost", categories, work.Sample.NanosPerItem, logarithmic,
		series{"official " + r.Machine.Official, at(subject.Official)}, series{"neorx Stream()", at(subject.Stream)})
}

// plotFaces compares the ways to read with neorx.
func (r *Report) plotFaces() (*plot.Plot, error) {
	who := []string{subject.Official, subject.Records, subject.Batches, subject.Stream, subject.Structs}
	with := func(c plan.Condition) func(i int) plan.Measurement {
		return func(i int) plan.Measurement {
			p := point("mixed", who[i])
			p.Condition = c
			return p
		}
	}
	return r.bars("Time a record of five mixed columns, by face", who, work.Sample.NanosPerItem, logarithmic,
		series{"plain", with(plan.Plain)}, series{"with a receive timeout", with(plan.Timeout)})
}

// plotShapes compares the kinds of rows with the floor.
func (r *Report) plotShapes() (*plot.Plot, error) {
	shapes := []string{"int", "mixed", "node", "path", "string256", "wide50", "bytes64k"}
	at := func(who string, fetch int64) func(i int) plan.Measurement {
		return func(i int) plan.Measurement {
			p := point(shapes[i], who)
			p.Fetch = fetch
			return p
		}
	}
	return r.bars("Time a record, by kind of row", shapes, work.Sample.NanosPerItem, logarithmic,
		series{"official " + r.Machine.Official, at(subject.Official, 0)}, series{"neorx Stream()", at(subject.Stream, 0)}, series{"floor decoder, n = 1000", at(subject.Decoded, 1000)})
}

// plotLatency shows how much of the throughput is left behind a slow network.
func (r *Report) plotLatency() (*plot.Plot, error) {
	latencies := []time.Duration{0, time.Millisecond, 40 * time.Millisecond}
	at := func(who string) func(i int) plan.Measurement {
		return func(i int) plan.Measurement {
			p := point("int", who)
			p.Latency = latencies[i]
			return p
		}
	}
	p, err := r.bars("Records a second, one integer each, by latency of a PULL", []string{"none", "1 ms", "40 ms"}, work.Sample.PerSecond, logarithmic,
		series{"official " + r.Machine.Official, at(subject.Official)}, series{"neorx Stream(), adaptive", at(subject.Stream)})
	if err == nil {
		p.Y.Label.Text = "records a second"
	}
	return p, err
}

// plotFetch shows what the fetch size does.
func (r *Report) plotFetch() (*plot.Plot, error) {
	sizes := []int64{1000, 10_000, -1}
	at := func(who string) func(i int) plan.Measurement {
		return func(i int) plan.Measurement {
			p := point("mixed", who)
			p.Fetch = sizes[i]
			return p
		}
	}
	return r.bars("Time a record of five mixed columns, by fetch size", []string{"1000", "10,000", "all"}, work.Sample.NanosPerItem, linear,
		series{"official " + r.Machine.Official, at(subject.Official)}, series{"neorx Stream()", at(subject.Stream)}, series{"floor decoder", at(subject.Decoded)})
}

// plotQueries shows small queries of many callers, against a real server.
func (r *Report) plotQueries() (*plot.Plot, error) {
	callers := []int{1, 8, 64, 512}
	at := func(who string, write bool) func(i int) plan.Measurement {
		return func(i int) plan.Measurement { return plan.Queries{Subject: who, Write: write, Callers: callers[i]} }
	}
	p, err := r.bars("Neo4j: RETURN 1 at the level of the driver, by concurrent callers", []string{"1", "8", "64", "512"}, work.Sample.PerSecond, linear,
		series{"official, read", at(subject.Official, false)}, series{"neorx, read", at(subject.Neorx, false)},
		series{"official, write", at(subject.Official, true)}, series{"neorx, write", at(subject.Neorx, true)})
	if err == nil {
		p.Y.Label.Text = "queries a second"
	}
	return p, err
}
