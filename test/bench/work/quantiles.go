package work

import (
	"slices"
	"time"
)

// Quantiles are what many durations say.
type Quantiles struct {
	N               int
	P50, P99, Worst time.Duration
}

// QuantilesOf sorts all.
func QuantilesOf(all []time.Duration) (q Quantiles) {
	slices.Sort(all)
	if q.N = len(all); q.N == 0 {
		return q
	}
	q.P50, q.P99, q.Worst = all[q.N/2], all[q.N*99/100], all[q.N-1]
	return q
}
