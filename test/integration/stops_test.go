package integration_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
)

// TestMergedQueriesThatAreLeft leaves queries on other goroutines at random moments. Nothing fails,
// and of the statements that write each has written all or nothing.
func TestMergedQueriesThatAreLeft(t *testing.T) {
	ctx := limited(t)
	driver := open(t)
	number := 0
	kinds := map[string]func() rx.Stream[int]{
		"reads": func() rx.Stream[int] {
			return neorx.As[int](driver.Query("UNWIND range(1, 5) AS x RETURN x", nil, neorx.ReadOnly()))
		},
		"writes": func() rx.Stream[int] {
			number++ // on one goroutine, and this one waits for it
			return neorx.As[int](driver.Query(
				"UNWIND range(1, 5) AS x CREATE (:Left {statement: $number}) RETURN x", map[string]any{"number": number}))
		},
	}
	crews := map[string]func(one func() rx.Stream[int]) rx.Stream[int]{
		"MergeMap": func(one func() rx.Stream[int]) rx.Stream[int] {
			return rx.MergeMap(rx.FromSlice(make([]int, 8)), 4, func(int) rx.Stream[int] { return one() })
		},
		"Prefetch": func(one func() rx.Stream[int]) rx.Stream[int] { return one().Prefetch(2) },
		"ParallelMap": func(one func() rx.Stream[int]) rx.Stream[int] {
			return rx.ParallelMap(one(), 3, func(_ context.Context, n int) (int, error) { return n, nil })
		},
	}
	for kind, one := range kinds {
		for crew, run := range crews {
			t.Run(kind+"/"+crew, func(t *testing.T) {
				random := rand.New(rand.NewPCG(3, uint64(len(crew))))
				for range 100 {
					n := 1 + random.IntN(5)
					got, err := run(one).Take(n).Collect(ctx)
					require.NoError(t, err)
					require.Len(t, got, n)
				}
			})
		}
	}
	partial, err := neorx.As[int](driver.Query(
		"MATCH (n:Left) WITH n.statement AS s, count(*) AS written WHERE written <> 5 RETURN s", nil)).Collect(ctx)
	require.NoError(t, err)
	assert.Empty(t, partial, "statements that have written a part")
}

// TestAWriteThatFailsBehindItsRows: the rows are in a buffer when the statement breaks, and its
// consumer is satisfied with them. It hears all the same that nothing was written.
func TestAWriteThatFailsBehindItsRows(t *testing.T) {
	ctx := limited(t)
	driver := open(t)
	ended := make(chan struct{})
	breaking := rx.Using(
		func(context.Context) (neorx.Query, error) {
			return driver.Query("UNWIND [1, 2, 5, 0] AS x CREATE (:Broken) RETURN 10 / x", nil), nil
		},
		func(q neorx.Query) rx.Stream[int] { return neorx.As[int](q) },
		func(neorx.Query, error) error { close(ended); return nil })
	got, err := rx.TryMap(breaking.Prefetch(9), func(ctx context.Context, n int) (int, error) {
		select {
		case <-ended:
			return n, nil
		case <-ctx.Done():
			return n, ctx.Err()
		}
	}).Take(3).Collect(ctx)
	assert.Equal(t, []int{10, 5, 2}, got)
	require.ErrorContains(t, err, "/ by zero")
	left, err := neorx.As[int](driver.Query("MATCH (n:Broken) RETURN count(n)", nil)).First(ctx)
	require.NoError(t, err)
	assert.Zero(t, left)
}

// TestAFlowingWriteThatIsLeft is rolled back, and its consumer is told, on another goroutine.
func TestAFlowingWriteThatIsLeft(t *testing.T) {
	ctx := limited(t)
	s := open(t).Session()
	_, err := session.WriteStream(s, func(tx *neorx.Transaction) rx.Stream[int] {
		return neorx.As[int](tx.Query("UNWIND range(1, 5000) AS x CREATE (:Flowing) RETURN x", nil))
	}, neorx.Flow()).Prefetch(2).First(ctx)
	require.ErrorIs(t, err, neorx.ErrStoppedBeforeCommit)
	left, err := neorx.As[int](s.Query("MATCH (n:Flowing) RETURN count(n)", nil)).First(ctx)
	require.NoError(t, err)
	assert.Zero(t, left)
}
