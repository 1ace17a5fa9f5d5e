package integration_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
)

const (
	raise    = "MATCH (n:Tx {n: $n}) SET n.value = n.value + 1"
	createAt = "CREATE (:Tx {n: $n, value: 0})"
	valueOf  = "MATCH (n:Tx {n: $n}) RETURN n.value AS value"
)

// TestDeadlockIsRetried makes two transactions take two locks in opposite orders. The server ends
// one of them with a transient error; it is tried again, and both commit.
func TestDeadlockIsRetried(t *testing.T) {
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Tx") })
	exec(t, driver.Query(createAt, number(1)))
	exec(t, driver.Query(createAt, number(2)))

	var meeting sync.WaitGroup // both have their first lock
	meeting.Add(2)
	var attempts, deadlocks atomic.Int32
	lockBoth := func(first, second int) error {
		mine := 0
		_, err := neorx.WriteTx(limited(t), driver.Session(), func(ctx context.Context, tx *neorx.Transaction) (any, error) {
			attempts.Add(1)
			if _, err := tx.Query(raise, number(first)).Exec(ctx); err != nil {
				return nil, err
			}
			if mine++; mine == 1 {
				meeting.Done()
				meeting.Wait()
			}
			_, err := tx.Query(raise, number(second)).Exec(ctx)
			var failure *neorx.ServerError
			if errors.As(err, &failure) && failure.HasCode("Neo.TransientError.Transaction.DeadlockDetected") {
				deadlocks.Add(1)
			}
			return nil, err
		})
		return err
	}
	ended := make(chan error, 2)
	go func() { ended <- lockBoth(1, 2) }()
	go func() { ended <- lockBoth(2, 1) }()
	require.NoError(t, <-ended)
	require.NoError(t, <-ended)
	assert.Positive(t, deadlocks.Load())
	assert.Equal(t, 2+deadlocks.Load(), attempts.Load())
	for n := range 2 {
		assert.Equal(t, int64(2), at(t, row(t, driver.Query(valueOf, number(n+1))), "value"), "each has raised both, once")
	}
}

// TestConcurrentWriters makes 64 writers raise one counter: nothing is lost, and nothing done
// twice.
func TestConcurrentWriters(t *testing.T) {
	const writers, rounds = 64, 10
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Tx") })
	exec(t, driver.Query(createAt, number(1)))
	increments := map[string]func(s *neorx.Session) error{
		"a transaction function": func(s *neorx.Session) error {
			_, err := neorx.WriteTx(limited(t), s, func(ctx context.Context, tx *neorx.Transaction) (any, error) {
				return tx.Query(raise, number(1)).Exec(ctx)
			})
			return err
		},
		"a held stream": func(s *neorx.Session) error {
			return neorx.WriteStream(s, func(tx *neorx.Transaction) neorx.Stream[*neorx.Record] {
				return tx.Query(raise+" RETURN n", number(1)).Stream()
			}).ForEach(limited(t), func(*neorx.Record) error { return nil })
		},
		"a query of the driver": func(*neorx.Session) error {
			_, err := driver.Query(raise, number(1)).Exec(limited(t))
			return err
		},
	}
	want := int64(0)
	for name, increment := range increments {
		t.Run(name, func(t *testing.T) {
			var group sync.WaitGroup
			for range writers {
				group.Go(func() {
					s := driver.Session()
					defer s.Close()
					for range rounds {
						assert.NoError(t, increment(s))
					}
				})
			}
			group.Wait()
			want += writers * rounds
			assert.Equal(t, want, at(t, row(t, driver.Query(valueOf, number(1))), "value"))
		})
	}
}

// TestReadsAfterWrites hands bookmarks from a writer to readers, in every way there is: each read
// sees the write before it.
func TestReadsAfterWrites(t *testing.T) {
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Tx") })
	exec(t, driver.Query(createAt, number(1)))
	shared := neorx.NewBookmarkManager(neorx.BookmarkManagerConfig{})
	writer := driver.Session(neorx.WithBookmarkManager(shared))
	for i := range 50 {
		exec(t, writer.Query(raise, number(1)))
		for name, reader := range map[string]neorx.Querier{
			"bookmarks": driver.Session(neorx.ReadOnly(), neorx.WithBookmarks(writer.LastBookmarks()...)),
			"manager":   driver.Session(neorx.ReadOnly(), neorx.WithBookmarkManager(shared)),
			"session":   writer,
		} {
			assert.Equal(t, int64(i+1), at(t, row(t, reader.Query(valueOf, number(1))), "value"), name)
		}
	}
}
