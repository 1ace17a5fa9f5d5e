package report

import (
	"fmt"
	"strings"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Streams is a table of every measurement of records, rows or connections among those given.
func (r *Report) Streams(all []plan.Measurement) string {
	var b strings.Builder
	b.WriteString("| Measurement | time | × official | CPU | × official | allocations | bytes | collections | peak RSS |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, m := range all {
		if small(m) || len(r.Results[m]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %.1f MiB |\n", m,
			r.figure(m, work.Sample.NanosPerItem, nanos), r.advantage(m, work.Sample.NanosPerItem),
			r.figure(m, work.Sample.CPUPerItem, nanos), r.advantage(m, work.Sample.CPUPerItem),
			r.figure(m, work.Sample.AllocsPerItem, count), r.figure(m, work.Sample.BytesPerItem, count),
			r.figure(m, func(s work.Sample) float64 { return float64(s.GCs) }, whole), r.median(m, work.Sample.PeakMiB))
	}
	return b.String()
}

// Queries is a table of the small queries.
func (r *Report) Queries(all []plan.Measurement) string {
	var b strings.Builder
	b.WriteString("| Measurement | queries/s | × official | p50 | p99 | CPU a query | allocations | bytes |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, m := range all {
		if !small(m) || len(r.Results[m]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", m,
			r.figure(m, work.Sample.PerSecond, whole), r.advantage(m, work.Sample.NanosPerItem),
			r.figure(m, p50, nanos), r.figure(m, p99, nanos), r.figure(m, work.Sample.CPUPerItem, nanos),
			r.figure(m, work.Sample.AllocsPerItem, count), r.figure(m, work.Sample.BytesPerItem, whole))
	}
	return b.String()
}

// AtRest is a table of what is kept by whoever has nothing to do, or waits.
func (r *Report) AtRest() string {
	var b strings.Builder
	b.WriteString("| | official | neorx |\n| --- | ---: | ---: |\n")
	row := func(name string, of func(who string) string) {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, of(subject.Official), of(subject.Neorx))
	}
	row("a driver without connections", func(who string) string {
		return fmt.Sprintf("%s, %d goroutines", kib(float64(r.Rest[who].DriverBytes)), r.Rest[who].DriverGoroutines)
	})
	row("an idle connection", func(who string) string {
		return fmt.Sprintf("%s, %.0f goroutines", kib(r.Rest[who].ConnectionBytes), r.Rest[who].ConnectionGoroutines)
	})
	row("an idle session", func(who string) string { return fmt.Sprintf("%.0f bytes", r.Rest[who].SessionBytes) })
	row("a consumer that stalls in ten million records: live heap above idle, at most", func(who string) string { return kib(float64(r.Held[who].Most)) })
	row("the same, garbage included", func(who string) string { return kib(float64(r.Held[who].Garbage)) })
	row("the smallest program, stripped", func(who string) string { return kib(float64(r.Size[who])) })
	return b.String()
}

// small tells small queries from what reads or sends many records.
func small(m plan.Measurement) bool {
	switch m.(type) {
	case plan.Queries, plan.Small:
		return true
	}
	return false
}

func (r *Report) median(m plan.Measurement, f func(work.Sample) float64) float64 {
	v, _ := r.Median(m, f)
	return v
}

func (r *Report) figure(m plan.Measurement, f func(work.Sample) float64, format func(float64) string) string {
	return format(r.median(m, f))
}

// advantage is how many times the official driver's figure is that of m.
func (r *Report) advantage(m plan.Measurement, f func(work.Sample) float64) string {
	ratio, ok := r.Ratio(m.Official(), m, f)
	if !ok || m == m.Official() {
		return ""
	}
	return fmt.Sprintf("%.2f", ratio.Of)
}

func whole(n float64) string { return fmt.Sprintf("%.0f", n) }
