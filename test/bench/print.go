package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/stats"
	"github.com/neorx/neorx/test/bench/work"
)

// show prints the medians, and how they compare with those of the official driver.
func show(to io.Writer, all []plan.Measurement, found stats.Results) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tns each\tofficial's ×\tCPU ns\tofficial's ×\tallocs\tbytes\tGCs\tpeak MiB\t")
	for _, m := range all {
		figure := func(format string, f stats.Figure) string {
			v, _ := found.Median(m, f)
			return fmt.Sprintf(format, v)
		}
		ratio := func(f stats.Figure) string {
			if v, ok := found.Ratio(m.Official(), m, f); ok {
				return fmt.Sprintf("%.2f", v.Of)
			}
			return ""
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", m,
			figure("%.1f", work.Sample.NanosPerItem), ratio(work.Sample.NanosPerItem),
			figure("%.1f", work.Sample.CPUPerItem), ratio(work.Sample.CPUPerItem),
			figure("%.3f", work.Sample.AllocsPerItem), figure("%.1f", work.Sample.BytesPerItem),
			figure("%.0f", func(s work.Sample) float64 { return float64(s.GCs) }), figure("%.1f", work.Sample.PeakMiB))
	}
	w.Flush()
}
