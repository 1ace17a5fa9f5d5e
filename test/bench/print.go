package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/stats"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// print shows the medians, and how they compare with those of the official driver.
func print(points []plan.Point, found map[plan.Point][]work.Sample) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "point\tns/record\tofficial's ×\tCPU ns\tCPU ×\tallocs\tbytes\tGCs\tpeak MiB\t")
	for _, p := range points {
		samples := found[p]
		if len(samples) == 0 {
			continue
		}
		ns := stats.Median(samples, work.Sample.NanosPerItem)
		cpu := stats.Median(samples, work.Sample.CPUPerItem)
		ratio, cpuRatio := "", ""
		if base := found[official(p)]; len(base) > 0 {
			ratio = fmt.Sprintf("%.2f", stats.Median(base, work.Sample.NanosPerItem)/ns)
			cpuRatio = fmt.Sprintf("%.2f", stats.Median(base, work.Sample.CPUPerItem)/cpu)
		}
		fmt.Fprintf(w, "%s\t%.1f\t%s\t%.1f\t%s\t%.3f\t%.1f\t%.0f\t%.1f\t\n", p, ns, ratio, cpu, cpuRatio,
			stats.Median(samples, work.Sample.AllocsPerItem), stats.Median(samples, work.Sample.BytesPerItem),
			stats.Median(samples, func(s work.Sample) float64 { return float64(s.GCs) }),
			stats.Median(samples, func(s work.Sample) float64 { return float64(s.PeakRSS) / (1 << 20) }))
	}
	w.Flush()
}

// official is what the official driver does in the place of another subject.
func official(p plan.Point) plan.Point {
	p.Subject = subject.Official
	return p
}
