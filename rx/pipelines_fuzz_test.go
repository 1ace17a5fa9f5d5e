package rx_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/rx"
)

var pipelineRounds = flag.Int("pipelines", 3000, "how many random pipelines TestRandomPipelines runs")

// FuzzPipelines runs a random pipeline and compares what comes out with a model of lists: nothing
// is missing in what is reported as complete, there is no hole, no duplicate and no error from
// nowhere, and every source has ended.
func FuzzPipelines(f *testing.F) {
	f.Add([]byte{3})
	f.Add([]byte{5, 3, 4, 0, 7, 1, 1, 2, 9, 0, 1})
	f.Add([]byte{2, 10, 4, 11, 9, 6, 3, 0, 5, 2, 2, 1, 8, 1, 0, 3})
	f.Add([]byte{6, 2, 13, 5, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64 {
			return
		}
		synctest.Test(t, func(t *testing.T) { runPipeline(t, data) })
	})
}

func TestRandomPipelines(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range *pipelineRounds {
		data := make([]byte, 4+random.IntN(40))
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		ok := t.Run("", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { runPipeline(t, data) })
		})
		if !ok {
			t.Fatalf("the pipeline of %v", data)
		}
	}
}

func runPipeline(t *testing.T, data []byte) {
	t.Helper()
	b := &builder{bytes: data, running: new(atomic.Int64), owed: new(atomic.Int64), broken: new(atomic.Pointer[string])}
	p := b.build(1 + b.next(5))
	for range 2 { // the second run finds what the first has left
		b.owed.Store(0)
		got, err := outcomeOf(t.Context(), p.stream)
		if err == nil {
			assert.Zero(t, b.owed.Load(), "failures behind a stop that nobody reports: %s", p.name)
		}
		assert.Empty(t, p.check(got, err), p.name)
		assert.Zero(t, b.running.Load(), "sources that still run")
		if complaint := b.broken.Load(); complaint != nil {
			t.Error(*complaint)
		}
	}
}

// outcomeOf collects a stream; a panic is an error.
func outcomeOf(ctx context.Context, s rx.Stream[int]) (got []int, err error) {
	defer func() {
		if v := recover(); v != nil {
			if p, ok := v.(*rx.PanicError); ok {
				v = p.Value
			}
			err, _ = v.(error)
		}
	}()
	err = s.ForEach(ctx, func(n int) error {
		got = append(got, n)
		return nil
	})
	return got, err
}
