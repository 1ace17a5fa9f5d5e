package rx_test

import (
	"flag"
	"math/rand/v2"
	"testing"
	"testing/synctest"
)

var timedRounds = flag.Int("timed", 1000, "how many random pipelines TestTimedPipelines runs")

// FuzzTimedPipelines is FuzzPipelines on the clock of a bubble: sources are slow or wait, so that
// stops come while they do, functions run pipelines of their own and cancel them, and two observers
// run one stream at once. What comes out must be what a model of lists allows.
func FuzzTimedPipelines(f *testing.F) {
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		if len(bytes) > 200 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			if faults := pipelines(bytes); len(faults) > 0 {
				t.Error(explain(faults))
			}
		})
	})
}

// TestTimedPipelines runs pipelines of random bytes. Under -race, with -timed 10000, it is a step
// of .ci/run.
func TestTimedPipelines(t *testing.T) {
	for seed := range *timedRounds {
		random := rand.New(rand.NewPCG(uint64(seed), 15))
		bytes := make([]byte, 20+random.IntN(80))
		for i := range bytes {
			bytes[i] = byte(random.IntN(256))
		}
		var faults []string
		synctest.Test(t, func(*testing.T) { faults = pipelines(bytes) })
		if len(faults) > 0 {
			t.Errorf("seed %d: %s", seed, explain(faults))
		}
	}
}
