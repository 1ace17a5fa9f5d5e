package load_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/etl/load"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/test/bolttest"
)

// loseCommits loses the answers of n COMMITs at random, before or after they took effect.
func loseCommits(n int64, seed uint64) func([]int64) (bool, error) {
	random := rand.New(rand.NewPCG(seed, 1))
	var lost atomic.Int64
	dice := make(chan bool, 1)
	dice <- true
	return func([]int64) (bool, error) {
		<-dice
		lose, applied := random.IntN(2) == 0, random.IntN(2) == 0
		dice <- true
		if !lose || lost.Add(1) > n {
			return true, nil
		}
		return applied, bolttest.ErrHangUp
	}
}

func TestLostCommitsAreLookedUp(t *testing.T) {
	g := &graph{onCommit: loseCommits(1000, 7)}
	inBubble(t, g, func(t *testing.T, g *graph) {
		job := load.New[item](g.driver, create,
			load.Key(byID), load.BatchRows(5), load.Writers(4), load.ExactlyOnce("job"))
		report, err := job.Run(t.Context(), rx.FromSlice(items(10_000)))
		require.NoError(t, err)
		g.has(t, items(10_000))
		assert.EqualValues(t, 1000, report.Unknown, "each was lost, and resolved")
		assert.EqualValues(t, 10_000, report.Written)
		assert.Zero(t, report.Skipped)
	})
}

// Without ExactlyOnce a lost COMMIT is repeated: nothing is missing, something may be double.
func TestLostCommitsAreRepeatedAtLeastOnce(t *testing.T) {
	g := &graph{onCommit: loseCommits(50, 3)}
	inBubble(t, g, func(t *testing.T, g *graph) {
		report, err := load.New[item](g.driver, create, load.BatchRows(5)).Run(t.Context(), rx.FromSlice(items(1000)))
		require.NoError(t, err)
		assert.Subset(t, g.ids(), firstIDs(1000))
		assert.Greater(t, len(g.ids()), 1000, "CREATE has run twice: that is what the guarantee says")
		assert.EqualValues(t, 50, report.Unknown)
	})
}

func firstIDs(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(i)
	}
	return ids
}

// A job that ends at random moments, and loses COMMITs besides, has lost and doubled nothing when
// it comes to its end at last.
func TestResumedJobsLoseNothingAndDoubleNothing(t *testing.T) {
	for seed := range uint64(12) {
		g := &graph{onCommit: loseCommits(30, seed)}
		inBubble(t, g, func(t *testing.T, g *graph) {
			random := rand.New(rand.NewPCG(seed, 2))
			g.onRows = func(ctx context.Context, _ []int64) error { return nil }
			err := errors.New("not begun")
			for runs := 0; err != nil; runs++ {
				require.Less(t, runs, 200)
				job := load.New[item](g.driver, create,
					load.Keys(func(i item) (int64, int64) { return i.ID % 50, i.ID % 7 }),
					load.BatchRows(1+random.IntN(20)), load.Writers(1+random.IntN(4)), load.ExactlyOnce("job"))
				ctx, cancel := context.WithCancel(t.Context())
				acks, most := 0, random.IntN(30)
				err = job.Stream(rx.FromSlice(items(2000))).ForEach(ctx, func(load.Ack) error {
					if acks++; acks > most {
						cancel()
					}
					return nil
				})
				cancel()
			}
			g.has(t, items(2000))
		})
	}
}

func TestProgressAndForget(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		_, found, err := load.ReadProgress(t.Context(), g.driver, "job")
		require.NoError(t, err)
		assert.False(t, found)

		job := load.New[item](g.driver, create, load.Key(byID), load.ExactlyOnce("job"))
		_, err = job.Run(t.Context(), rx.FromSlice(items(100)))
		require.NoError(t, err)
		p, found, err := load.ReadProgress(t.Context(), g.driver, "job")
		require.NoError(t, err)
		require.True(t, found)
		assert.Equal(t, load.Progress{Low: 100, Last: 99, Lanes: p.Lanes, Runs: 1, Groups: 32, Statement: create}, p)

		// A source that begins in the middle.
		resumed := load.New[item](g.driver, create, load.Key(byID), load.ExactlyOnce("job"), load.StartAt(p.Low))
		report, err := resumed.Run(t.Context(), rx.FromSlice(items(150)[100:]))
		require.NoError(t, err)
		assert.EqualValues(t, 50, report.Written)
		assert.EqualValues(t, 150, report.Low)

		require.NoError(t, load.Forget(t.Context(), g.driver, "job"))
		report, err = job.Run(t.Context(), rx.FromSlice(items(10)))
		require.NoError(t, err)
		assert.EqualValues(t, 10, report.Written, "it begins anew")
	})
}

func TestAJobOfAnotherShapeIsRefused(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		run := func(cypher string, opts ...load.Option) error {
			_, err := load.New[item](g.driver, cypher, append(opts, load.ExactlyOnce("job"))...).
				Run(t.Context(), rx.FromSlice(items(5)))
			return err
		}
		require.NoError(t, run(create))
		var usage *records.UsageError
		err := run(create, load.Groups(8))
		require.ErrorAs(t, err, &usage)
		assert.ErrorContains(t, err, "Groups(32), not 8")
		err = run(create + " ")
		require.ErrorAs(t, err, &usage)
		assert.ErrorContains(t, err, "another statement")
		require.NoError(t, run(create))
	})
}

func TestTheOlderRunIsFenced(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		job := load.New[item](g.driver, create, load.Key(byID), load.BatchRows(10), load.Buffer(50, 1<<20),
			load.ExactlyOnce("job"))
		report, err := job.Run(t.Context(), rx.FromSlice(items(1000)).Tap(func(i item) {
			if i.ID == 500 {
				newer, err := job.Run(t.Context(), rx.FromSlice(items(1000)))
				assert.NoError(t, err)
				assert.Positive(t, newer.Skipped)
			}
		}))
		var fenced *load.FencedError
		require.ErrorAs(t, err, &fenced)
		assert.Equal(t, "job", fenced.Job)
		assert.False(t, fenced.Retryable())
		assert.Positive(t, report.Written)
		g.has(t, items(1000))
	})
}

func TestAForgottenJobEnds(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		job := load.New[item](g.driver, create, load.Key(byID), load.BatchRows(10), load.Buffer(50, 1<<20),
			load.ExactlyOnce("job"))
		_, err := job.Run(t.Context(), rx.FromSlice(items(1000)).Tap(func(i item) {
			if i.ID == 500 {
				assert.NoError(t, load.Forget(t.Context(), g.driver, "job"))
			}
		}))
		require.ErrorContains(t, err, "forgotten while it ran")
	})
}

// The low mark is saved while the job runs, for those that look, and for the next run after a kill.
func TestTheLowMarkIsSavedWhileTheJobRuns(t *testing.T) {
	g := &graph{onRows: func(context.Context, []int64) error {
		time.Sleep(time.Second) // virtual time
		return nil
	}}
	inBubble(t, g, func(t *testing.T, g *graph) {
		job := load.New[item](g.driver, create,
			load.Key(byID), load.BatchRows(10), load.Writers(1), load.ExactlyOnce("job"))
		acks := 0
		err := job.Stream(rx.FromSlice(items(200))).ForEach(t.Context(), func(load.Ack) error {
			if acks++; acks == 15 {
				p, found, err := load.ReadProgress(t.Context(), g.driver, "job")
				require.NoError(t, err)
				assert.True(t, found)
				assert.Positive(t, p.Low)
				assert.Less(t, p.Low, int64(200))
			}
			return nil
		})
		require.NoError(t, err)
	})
}
