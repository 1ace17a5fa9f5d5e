// Package work has the roles that subjects play: each is a job for a process of its own, which measures itself and answers with a [Sample].
package work

import (
	"time"

	"github.com/neorx/neorx/test/bench/usage"
)

// Sample is what one measurement has found.
type Sample struct {
	usage.Cost
	Items    int64         // records, queries or rows
	P50, P99 time.Duration // of the latencies of queries; 0 for the others
}

// NanosPerItem is the time that one item has taken.
func (s Sample) NanosPerItem() float64 { return float64(s.Elapsed.Nanoseconds()) / float64(s.Items) }

// PerSecond is how many items a second has seen.
func (s Sample) PerSecond() float64 { return float64(s.Items) / s.Elapsed.Seconds() }

// CPUPerItem is the processor time that one item has taken, in nanoseconds.
func (s Sample) CPUPerItem() float64 { return float64(s.CPU.Nanoseconds()) / float64(s.Items) }

// AllocsPerItem is how many objects were allocated for one item.
func (s Sample) AllocsPerItem() float64 { return float64(s.Allocs) / float64(s.Items) }

// BytesPerItem is how many bytes were allocated for one item.
func (s Sample) BytesPerItem() float64 { return float64(s.Bytes) / float64(s.Items) }

// PeakMiB is the largest memory of the process so far, in MiB.
func (s Sample) PeakMiB() float64 { return float64(s.PeakRSS) / (1 << 20) }
