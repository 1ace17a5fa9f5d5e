package session_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
)

var rounds = flag.Int("rounds", 300, "how often the tests of concurrent stops run each kind of work")

// crewed runs streams of a query side by side, on goroutines.
var crewed = map[string]func(one func() rx.Stream[int64]) rx.Stream[int64]{
	"MergeMap": func(one func() rx.Stream[int64]) rx.Stream[int64] {
		return rx.MergeMap(rx.FromSlice(make([]int, 12)), 4, func(int) rx.Stream[int64] { return one() })
	},
	"MergeMap of Prefetch": func(one func() rx.Stream[int64]) rx.Stream[int64] {
		return rx.MergeMap(rx.FromSlice(make([]int, 12)), 4, func(int) rx.Stream[int64] { return one().Prefetch(2) })
	},
	"Prefetch": func(one func() rx.Stream[int64]) rx.Stream[int64] { return one().Prefetch(2) },
	"ParallelMap": func(one func() rx.Stream[int64]) rx.Stream[int64] {
		return rx.ParallelMap(one(), 3, func(_ context.Context, n int64) (int64, error) { return n, nil })
	},
}

// A consumer that has had enough at a random moment ends everything well: no panic, no error, no
// connection lost to the pool, and every statement of the driver that has begun to write is
// committed.
func TestConsumersThatHaveEnough(t *testing.T) {
	queries := map[string]func(f *fixture) session.Query{
		"driver, read":  func(f *fixture) session.Query { return f.Query("COUNT", params("n", 7), session.ReadOnly()) },
		"driver, write": func(f *fixture) session.Query { return f.Query("CREATE", params("id", 1, "n", 7)) },
		"session":       func(f *fixture) session.Query { return f.Session().Query("COUNT", params("n", 7)) },
		"driver, held":  func(f *fixture) session.Query { return f.Query("CREATE", params("id", 1, "n", 7), session.Hold()) },
	}
	for crew, run := range crewed {
		for kind, query := range queries {
			t.Run(crew+"/"+kind, func(t *testing.T) {
				random := rand.New(rand.NewPCG(7, uint64(len(crew)+len(kind))))
				inBubble(t, setup{}, func(t *testing.T, f *fixture) {
					for range *rounds {
						n := 1 + random.IntN(6)
						got, err := run(func() rx.Stream[int64] { return numbers(query(f).Stream()) }).Take(n).Collect(t.Context())
						require.NoError(t, err)
						require.Len(t, got, n)
					}
					f.checkWhole(t)
				})
			})
		}
	}
}

// Take prevents no write, on whatever goroutine the query runs.
func TestAStopOnAnotherGoroutineCommits(t *testing.T) {
	for crew, run := range crewed {
		t.Run(crew, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				created := func() rx.Stream[int64] {
					return numbers(f.Query("CREATE", params("id", 1, "n", 5000)).Stream())
				}
				_, err := run(created).Take(1).Collect(t.Context())
				require.NoError(t, err)
				f.checkWhole(t)
				assert.NotEmpty(t, f.ledger.ids())
				f.ledger.mu.Lock()
				defer f.ledger.mu.Unlock()
				assert.Zero(t, f.ledger.rollbacks)
			})
		})
	}
}

// A result of an explicit transaction that its consumer leaves costs that result only, also where
// it runs on a goroutine.
func TestATransactionSurvivesAStopOnAnotherGoroutine(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx, err := f.Session().Begin(t.Context())
		require.NoError(t, err)
		first, err := numbers(tx.Query("COUNT", params("n", 5000)).Stream()).Prefetch(1).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), first)
		create(t, tx, 7)
		require.NoError(t, tx.Commit(t.Context()))
		assert.Equal(t, []int64{7}, f.ledger.ids())
	})
}

// A transaction that is filled from a stream under somebody else's context is not committed with
// the beginning of it.
func TestATruncatedStreamIsNotCommitted(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		var filled error
		fill := func(ctx context.Context) error {
			tx, err := f.Session().Begin(ctx)
			if err != nil {
				return err
			}
			defer func() { _ = tx.Close(ctx) }()
			n := int64(0)
			err = f.Query("COUNT", params("n", 5000), session.ReadOnly()).Stream().ForEach(ctx, func(*records.Record) error {
				if n++; n == 10 {
					<-ctx.Done()
				}
				return nil
			})
			if err != nil {
				return err
			}
			return tx.Commit(ctx)
		}
		got, err := rx.ParallelMap(rx.Just(1, 2), 2, func(ctx context.Context, n int) (int, error) {
			if n == 2 {
				filled = fill(ctx)
				return n, filled
			}
			<-time.After(time.Second) // the other one waits by then
			return n, nil
		}).Take(1).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{1}, got)
		require.ErrorIs(t, filled, context.Canceled)
		f.checkWhole(t)
		assert.Empty(t, f.ledger.ids())
	})
}

// A managed write that flows is rolled back where its consumer stops, and that is reported, on
// whatever goroutine it runs.
func TestARollbackIsReported(t *testing.T) {
	for crew, run := range crewed {
		t.Run(crew, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				created := func() rx.Stream[int64] { return session.WriteStream(f.Session(), writing(5000), session.Flow()) }
				_, err := run(created).Take(1).Collect(t.Context())
				require.ErrorIs(t, err, session.ErrStoppedBeforeCommit)
				f.checkWhole(t)
				assert.Empty(t, f.ledger.ids())
			})
		})
	}
}
