package report

import (
	"fmt"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/stats"
	"github.com/neorx/neorx/test/bench/work"
)

// line compares one thing with what is wanted of it.
type line struct {
	work, other, neorx, measured, target string
	cpu                                  string // the same comparison by processor time, which a busy machine disturbs less
	met, known                           bool
}

// times says that one has to be so many times the other.
func (r *Report) times(name string, m plan.Measurement, factor float64) line {
	l := r.compare(name, m.Official(), m, work.Sample.NanosPerItem, nanos)
	ratio, _ := r.Ratio(m.Official(), m, work.Sample.NanosPerItem)
	l.measured, l.target, l.met = spread(ratio), fmt.Sprintf("≥ %g ×", factor), ratio.Of >= factor
	l.cpu = r.cpu(m.Official(), m)
	return l
}

func (r *Report) cpu(one, other plan.Measurement) string {
	ratio, _ := r.Ratio(one, other, work.Sample.CPUPerItem)
	return fmt.Sprintf("%.2f", ratio.Of)
}

// cheaper is times for processor time.
func (r *Report) cheaper(name string, m plan.Measurement, factor float64) line {
	l := r.compare(name, m.Official(), m, work.Sample.CPUPerItem, nanos)
	ratio, _ := r.Ratio(m.Official(), m, work.Sample.CPUPerItem)
	l.measured, l.target, l.met = spread(ratio), fmt.Sprintf("≥ %g ×", factor), ratio.Of >= factor
	return l
}

// within says that m takes at most so many times as long as the other.
func (r *Report) within(name string, other, m plan.Measurement, limit float64) line {
	l := r.compare(name, other, m, work.Sample.NanosPerItem, nanos)
	ratio, _ := r.Ratio(m, other, work.Sample.NanosPerItem)
	l.measured, l.target, l.met = spread(ratio), fmt.Sprintf("≤ %g ×", limit), ratio.Of <= limit
	l.cpu = r.cpu(m, other)
	return l
}

// keeps says that m has at least such a part of the throughput of the other.
func (r *Report) keeps(name string, other, m plan.Measurement, part float64) line {
	l := r.compare(name, other, m, work.Sample.NanosPerItem, nanos)
	ratio, _ := r.Ratio(other, m, work.Sample.NanosPerItem)
	l.measured, l.target, l.met = spread(ratio), fmt.Sprintf("≥ %g ×", part), ratio.Of >= part
	return l
}

// allocates says that an item takes no more than so many allocations.
func (r *Report) allocates(name string, m plan.Measurement, limit float64) line {
	l := r.compare(name, m.Official(), m, work.Sample.AllocsPerItem, count)
	allocs, _ := r.Median(m, work.Sample.AllocsPerItem)
	l.measured, l.target, l.met = count(allocs), fmt.Sprintf("≤ %g", limit), allocs <= limit
	return l
}

func (r *Report) compare(name string, other, m plan.Measurement, f stats.Figure, format func(float64) string) line {
	a, haveA := r.Median(other, f)
	b, haveB := r.Median(m, f)
	return line{work: name, other: format(a), neorx: format(b), known: haveA && haveB}
}

func (l line) String() string {
	met := "no"
	if l.met {
		met = "yes"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |\n", l.work, l.other, l.neorx, l.measured, l.cpu, l.target, met)
}

func spread(r stats.Ratio) string { return fmt.Sprintf("%.2f (%.2f–%.2f)", r.Of, r.Least, r.Most) }

// count writes a small number, with as many digits as it deserves.
func count(n float64) string {
	switch {
	case n >= 20:
		return fmt.Sprintf("%.0f", n)
	case n >= 1:
		return fmt.Sprintf("%.1f", n)
	}
	return fmt.Sprintf("%.3f", n)
}

// nanos writes a duration given in nanoseconds.
func nanos(n float64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.2f ms", n/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.1f µs", n/1e3)
	}
	return fmt.Sprintf("%.0f ns", n)
}

func kib(bytes float64) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%.2f MiB", bytes/(1<<20))
	}
	return fmt.Sprintf("%.1f KiB", bytes/(1<<10))
}
