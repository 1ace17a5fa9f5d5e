package bolttest_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

func TestTransactionWithSeveralResults(t *testing.T) {
	s := bolttest.New(t, numbers.Handle)
	c := connect(t, s)
	c.send(&bolt.Begin{}, run("numbers"), pull(1), run("numbers"), pull(2))
	c.success()
	assert.Equal(t, int64(0), c.fields().QID)
	c.rows(1)
	assert.Equal(t, int64(1), c.fields().QID)
	c.rows(2)

	c.send(&bolt.Pull{N: 1, QID: 0}, pull(1), &bolt.Discard{N: 1, QID: 0}, &bolt.Discard{N: bolt.All, QID: 1}, &bolt.Pull{N: bolt.All, QID: 0})
	first, _ := c.rows(1)
	assert.Equal(t, [][]any{{int64(2)}}, first)
	second, _ := c.rows(1)
	assert.Equal(t, [][]any{{int64(3)}}, second, "without a number the last RUN is meant")
	assert.True(t, c.end().HasMore)
	assert.False(t, c.end().HasMore)
	rest, end := c.rows(2)
	assert.Equal(t, [][]any{{int64(4)}, {int64(5)}}, rest)
	assert.Empty(t, end.Bookmark, "that comes with COMMIT")

	c.send(bolt.Commit{}, run("nothing"), pull(1))
	body := c.success()
	var committed bolt.CommitSuccess
	require.NoError(t, committed.Decode(&body, &c.caps))
	assert.Equal(t, "bolttest:1", committed.Bookmark)
	c.fields()
	assert.False(t, c.end().HasMore)
}

func TestFinishedResultIsNoStatementAnyMore(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle))
	c.send(&bolt.Begin{}, run("nothing"), pull(1), pull(1), bolt.Rollback{})
	c.success()
	c.fields()
	c.end()
	assert.ErrorContains(t, c.failure(), "No such statement")
	c.ignored()
	c.reset()
}

// hooks counts what becomes of transactions.
type hooks struct{ begun, committed, rolledBack atomic.Int32 }

func (h *hooks) options() []bolttest.Option {
	return []bolttest.Option{
		bolttest.OnBegin(func(_ context.Context, tx *bolttest.Tx) error {
			h.begun.Add(1)
			tx.Value = tx.Database
			return nil
		}),
		bolttest.OnCommit(func(_ context.Context, tx *bolttest.Tx) (string, error) {
			h.committed.Add(1)
			if tx.Value == "broken" {
				return "", errors.New("disk full")
			}
			return "mine", nil
		}),
		bolttest.OnRollback(func(ctx context.Context, _ *bolttest.Tx) error {
			h.rolledBack.Add(1)
			return ctx.Err()
		}),
	}
}

func (h *hooks) assert(t *testing.T, begun, committed, rolledBack int32) {
	t.Helper()
	assert.Equal(t, [3]int32{begun, committed, rolledBack}, [3]int32{h.begun.Load(), h.committed.Load(), h.rolledBack.Load()})
}

func TestHooks(t *testing.T) {
	var h hooks
	s := bolttest.New(t, numbers.Handle, h.options()...)
	c := connect(t, s)

	c.send(&bolt.Begin{}, bolt.Commit{})
	c.success()
	body := c.success()
	var committed bolt.CommitSuccess
	require.NoError(t, committed.Decode(&body, &c.caps))
	assert.Equal(t, "mine", committed.Bookmark)
	h.assert(t, 1, 1, 0)

	c.send(&bolt.Begin{}, bolt.Rollback{})
	c.success()
	c.success()
	h.assert(t, 2, 1, 1)

	c.send(&bolt.Begin{TxConfig: bolt.TxConfig{Database: "broken"}}, bolt.Commit{})
	c.success()
	assert.ErrorContains(t, c.failure(), "Neo.DatabaseError.General.UnknownError: disk full")
	c.reset()
	h.assert(t, 3, 2, 1)

	c.send(&bolt.Begin{}, run("unknown"))
	c.success()
	c.failure()
	c.reset()
	h.assert(t, 4, 2, 2)

	c.send(&bolt.Begin{})
	c.success()
	require.NoError(t, c.nc.Close())
	s.AwaitConnections(t, 0)
	h.assert(t, 5, 2, 3)
}

func TestResetInterruptsTheHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, func(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, bolttest.InMemory())
		c := connect(t, s)
		c.send(run("forever"), pull(1))
		synctest.Wait()
		c.send(bolt.Reset{})
		assert.Equal(t, "Neo.ClientError.Transaction.Terminated", c.failure().Code)
		c.ignored()
		c.success()
	})
}

func TestResetInterruptsTheRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := false
		s := bolttest.New(t, func(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
			return &bolttest.Result{
				Keys: []string{"n"},
				Rows: func(yield func([]any, error) bool) {
					yield([]any{1}, nil)
					<-ctx.Done()
					yield(nil, ctx.Err())
				},
				Close: func() { closed = true },
			}, nil
		}, bolttest.InMemory())
		c := connect(t, s)
		c.send(run("forever"), pull(2))
		c.fields()
		assert.Equal(t, []any{int64(1)}, c.record(), "a row does not wait for the next")
		c.send(bolt.Reset{})
		assert.Equal(t, "25N14", c.failure().GQLStatus)
		c.success()
		assert.True(t, closed)
	})
}

// TestResetOvertakes requests that are in the queue before it.
func TestResetOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := bolttest.New(t, func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
			<-release
			return bolttest.Column("n", 1), nil
		}, bolttest.InMemory())
		c := connect(t, s)
		c.send(run("slow"))
		synctest.Wait()
		c.send(pull(1), run("queued"), pull(1), bolt.Reset{}, bolt.Reset{}, run("after"), pull(1))
		synctest.Wait()
		close(release)
		assert.Equal(t, "Neo.ClientError.Transaction.Terminated", c.failure().Code)
		c.ignored()
		c.ignored()
		c.ignored()
		c.success()
		c.success()
		c.fields()
		c.rows(1)
	})
}

func TestTimeoutOfATransaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, func(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, bolttest.InMemory())
		c := connect(t, s)
		began := time.Now()
		c.send(&bolt.Run{Query: "slow", TxConfig: bolt.TxConfig{Timeout: time.Minute, HasTimeout: true}})
		assert.Equal(t, "Neo.ClientError.Transaction.TransactionTimedOut", c.failure().Code)
		assert.Equal(t, time.Minute, time.Since(began))
	})
}

func TestHooksThatFail(t *testing.T) {
	full := func(context.Context, *bolttest.Tx) error { return errors.New("disk full") }
	denied := bolttest.Failure("Neo.ClientError.Security.Forbidden", "not you")
	s := bolttest.New(t, numbers.Handle, bolttest.OnRollback(full),
		bolttest.OnBegin(func(_ context.Context, tx *bolttest.Tx) error {
			if tx.ReadOnly {
				return denied
			}
			return nil
		}),
		bolttest.OnRoute(func(context.Context, *bolt.Route) (*bolt.RouteSuccess, error) { return nil, denied }))
	c := connect(t, s)
	c.send(&bolt.Begin{TxConfig: bolt.TxConfig{ReadOnly: true}})
	assert.Equal(t, denied.Code, c.failure().Code)
	c.reset()
	c.send(&bolt.Begin{}, bolt.Rollback{})
	c.success()
	assert.ErrorContains(t, c.failure(), "disk full")
	c.reset()
	c.send(&bolt.Route{})
	assert.Equal(t, denied.Code, c.failure().Code)
	c.reset()

	c = connect(t, s, bolt.Version{Major: 4, Minor: 2})
	c.send(run("CALL dbms.routing.getRoutingTable($context, $database)"))
	assert.Equal(t, denied.Code, c.failure().Code)
}

func TestTimeoutBetweenTheQueries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h hooks
		s := bolttest.New(t, numbers.Handle, append(h.options(), bolttest.InMemory())...)
		c := connect(t, s)
		for _, late := range []bolt.Request{bolt.Commit{}, run("numbers"), pull(1), discard()} {
			c.send(&bolt.Begin{TxConfig: bolt.TxConfig{Timeout: time.Second, HasTimeout: true}}, run("numbers"))
			c.success()
			c.fields()
			<-time.After(time.Minute)
			c.send(late)
			assert.Equal(t, "Neo.ClientError.Transaction.TransactionTimedOut", c.failure().Code)
			c.reset()
		}
		h.assert(t, 4, 0, 4)
	})
}
