// Package stats reduces the rounds of a benchmark to medians and ratios.
package stats

import (
	"slices"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/work"
)

// Results are the samples of every measurement, one a round.
type Results map[plan.Measurement][]work.Sample

// Figure is one of the figures of a sample.
type Figure func(work.Sample) float64

// Median is the middle of a figure over the rounds; of an even number of them, the lower of the two in the middle. ok is false where nothing was measured.
func (r Results) Median(m plan.Measurement, f Figure) (median float64, ok bool) {
	figures := make([]float64, 0, len(r[m]))
	for _, s := range r[m] {
		figures = append(figures, f(s))
	}
	if len(figures) == 0 {
		return 0, false
	}
	slices.Sort(figures)
	return figures[(len(figures)-1)/2], true
}

// Ratio is how many times the figure of one is that of the other.
func (r Results) Ratio(one, other plan.Measurement, f Figure) (ratio float64, ok bool) {
	a, haveA := r.Median(one, f)
	b, haveB := r.Median(other, f)
	if !haveA || !haveB || b == 0 {
		return 0, false
	}
	return a / b, true
}
