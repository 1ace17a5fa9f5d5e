// Package stats reduces the rounds of a benchmark to one figure.
package stats

import (
	"slices"

	"github.com/neorx/neorx/test/bench/work"
)

// Median is the middle of the figures that f finds in the samples; of an even number, the lower of the two in the middle.
func Median(samples []work.Sample, f func(work.Sample) float64) float64 {
	figures := make([]float64, 0, len(samples))
	for _, s := range samples {
		figures = append(figures, f(s))
	}
	if len(figures) == 0 {
		return 0
	}
	slices.Sort(figures)
	return figures[(len(figures)-1)/2]
}
