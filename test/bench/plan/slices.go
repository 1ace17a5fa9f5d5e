package plan

import (
	"slices"
	"time"

	"github.com/neorx/neorx/test/bench/subject"
)

// The full product of shapes, subjects, conditions, fetch sizes and latencies has some thousand points. These are cuts through it: the corners that the
// targets ask for, and one sweep per dimension.

// Synthetic are all measurements with the synthetic server.
func Synthetic() []Measurement {
	var all []Point
	for _, cut := range [][]Point{conditions(), faces(), distances(), shapes(), fetches(), latencies()} {
		all = append(all, cut...)
	}
	return slices.Concat(unique(all), small(), loads(false))
}

// Short are those that show in a minute whether something is badly off.
func Short() []Measurement {
	all := conditions()
	all = append(all, faces()...)
	for _, shape := range basic {
		all = append(all, point(shape, subject.Decoded), point(shape, subject.Decoded).fetch(-1), point(shape, subject.Stream).fetch(-1))
	}
	return slices.Concat(unique(all), small(), loads(false))
}

var basic = []string{"int", "mixed", "node"}

func point(shape, who string) Point { return Point{Shape: shape, Subject: who, Condition: Plain} }

func (p Point) under(c Condition) Point { p.Condition = c; return p }

func (p Point) fetch(n int64) Point { p.Fetch = n; return p }

func (p Point) behind(d time.Duration) Point { p.Latency = d; return p }

func conditions() (cut []Point) {
	for _, c := range []Condition{Plain, Timeout, Deadline} {
		for _, shape := range basic {
			cut = append(cut, point(shape, subject.Official).under(c), point(shape, subject.Stream).under(c))
		}
	}
	return cut
}

func faces() (cut []Point) {
	for _, c := range []Condition{Plain, Timeout} {
		for _, who := range []string{subject.Official, subject.Stream, subject.Records, subject.Batches, subject.Structs} {
			cut = append(cut, point("mixed", who).under(c))
		}
	}
	return cut
}

// distances are those of the driver from the floor, at the same fetch size.
func distances() (cut []Point) {
	for _, shape := range basic {
		for _, n := range []int64{1000, -1} {
			for _, who := range []string{subject.Stream, subject.Decoded, subject.Drained} {
				cut = append(cut, point(shape, who).fetch(n))
			}
		}
	}
	return cut
}

func shapes() (cut []Point) {
	for _, shape := range []string{"int", "mixed", "node", "path", "string256", "bytes64k", "wide50"} {
		for _, who := range []string{subject.Official, subject.Stream} {
			cut = append(cut, point(shape, who))
		}
		cut = append(cut, point(shape, subject.Decoded).fetch(1000))
	}
	return cut
}

func fetches() (cut []Point) {
	for _, n := range []int64{1000, 10_000, -1} {
		for _, who := range []string{subject.Official, subject.Stream, subject.Decoded} {
			cut = append(cut, point("mixed", who).fetch(n))
		}
	}
	return cut
}

func latencies() (cut []Point) {
	for _, d := range []time.Duration{0, time.Millisecond, 40 * time.Millisecond} {
		for _, who := range []string{subject.Official, subject.Stream} {
			cut = append(cut, point("int", who).behind(d))
		}
	}
	return cut
}

func unique(all []Point) []Measurement {
	seen := map[Point]bool{}
	var kept []Measurement
	for _, p := range all {
		if !seen[p] {
			seen[p] = true
			kept = append(kept, p)
		}
	}
	return kept
}
