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

// Median is the middle of a figure over the rounds. ok is false where nothing was measured.
func (r Results) Median(m plan.Measurement, f Figure) (median float64, ok bool) {
	figures := make([]float64, 0, len(r[m]))
	for _, s := range r[m] {
		figures = append(figures, f(s))
	}
	return middle(figures), len(figures) > 0
}

// Ratio is how many times one median is another, and between which values that lay in the single rounds.
type Ratio struct{ Of, Least, Most float64 }

// Ratio tells how many times the figure of one is that of the other.
func (r Results) Ratio(one, other plan.Measurement, f Figure) (Ratio, bool) {
	var rounds []float64
	for i := range min(len(r[one]), len(r[other])) {
		if b := f(r[other][i]); b != 0 {
			rounds = append(rounds, f(r[one][i])/b)
		}
	}
	if len(rounds) == 0 {
		return Ratio{}, false
	}
	a, _ := r.Median(one, f)
	b, _ := r.Median(other, f)
	return Ratio{a / b, slices.Min(rounds), slices.Max(rounds)}, true
}

// middle is, of an even number of figures, the lower of the two in the middle.
func middle(figures []float64) float64 {
	if len(figures) == 0 {
		return 0
	}
	slices.Sort(figures)
	return figures[(len(figures)-1)/2]
}
