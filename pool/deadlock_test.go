package pool_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/pool"
)

func TestAQueryWithinAQueryOnAPoolOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		began := time.Now()
		err := p.Acquire(db, pool.Request{}).ForEach(t.Context(), func(c *pool.Conn) error {
			_, err := p.Get(pool.WithLease(t.Context(), c), db, pool.Request{})
			return err
		})
		var deadlock *pool.DeadlockError
		require.ErrorAs(t, err, &deadlock)
		assert.Equal(t, db, deadlock.Address)
		assert.Equal(t, 1, deadlock.Limit)
		assert.False(t, deadlock.Retryable())
		assert.ErrorContains(t, err, "pool: deadlock: every connection to db:7687 (at most 1)")
		assert.Zero(t, time.Since(began))
		assert.Equal(t, 1, p.Stats().Total.Idle)
	})
}

func TestTheNewestOfManyFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 5
		p := newPool(t, &server{}, n)
		var leases []*pool.Conn
		var inner []<-chan result
		for range n {
			leases = append(leases, get(t, p))
		}
		for _, c := range leases {
			inner = append(inner, begin(pool.WithLease(t.Context(), c), p, db, pool.Request{}))
			synctest.Wait()
		}
		var deadlock *pool.DeadlockError
		require.ErrorAs(t, (<-inner[n-1]).err, &deadlock)
		leases[n-1].Release() // it ends with the error, and with that the others go on, one after the other
		for i := range n - 1 {
			r := <-inner[i]
			require.NoError(t, r.err)
			r.conn.Release()
			leases[i].Release()
		}
	})
}

func TestOneWhoIsNotWaitingIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 2)
		working, waiting := get(t, p), get(t, p)
		inner := begin(pool.WithLease(t.Context(), waiting), p, db, pool.Request{})
		synctest.Wait()
		select {
		case r := <-inner:
			t.Fatal("no deadlock while one works", r.err)
		default:
		}
		working.Release()
		r := <-inner
		require.NoError(t, r.err)
		r.conn.Release()
		waiting.Release()
	})
}

func TestADeadlockThreeLevelsDeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 2)
		outer := get(t, p)
		ctx := pool.WithLease(t.Context(), outer)
		middle, err := p.Get(ctx, db, pool.Request{})
		require.NoError(t, err)
		_, err = p.Get(pool.WithLease(ctx, middle), db, pool.Request{})
		var deadlock *pool.DeadlockError
		require.ErrorAs(t, err, &deadlock, "the innermost holds both by its context")
		middle.Release()
		outer.Release()
	})
}

func TestDeadlocksAcrossAddresses(t *testing.T) {
	const other = pool.Address("other:7687")
	onOther := func(t *testing.T, p *pool.Pool) *pool.Conn {
		c, err := p.Get(t.Context(), other, pool.Request{})
		require.NoError(t, err)
		return c
	}
	t.Run("a circle", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, &server{}, 2, func(c *pool.Config) { c.MaxSize = 1 })
			a, b := get(t, p), onOther(t, p)
			first := begin(pool.WithLease(t.Context(), a), p, other, pool.Request{})
			synctest.Wait()
			_, err := p.Get(pool.WithLease(t.Context(), b), db, pool.Request{})
			var deadlock *pool.DeadlockError
			require.ErrorAs(t, err, &deadlock)
			b.Release()
			r := <-first
			require.NoError(t, r.err)
			r.conn.Release()
			a.Release()
		})
	})
	t.Run("a chain with a free end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, &server{}, 2, func(c *pool.Config) { c.MaxSize = 1 })
			a, b := get(t, p), onOther(t, p)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := p.Get(pool.WithLease(ctx, a), other, pool.Request{})
			require.ErrorIs(t, err, context.DeadlineExceeded, "who has the other one is working")
			a.Release()
			b.Release()
		})
	})
}

// a waits for b's address, b for c's, and c works: all will be well, though everything that a waits for is held by somebody who waits.
func TestAChainOfWaitersIsNoDeadlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 3, func(c *pool.Config) { c.MaxSize = 1 })
		lease := func(a pool.Address) *pool.Conn {
			c, err := p.Get(t.Context(), a, pool.Request{})
			require.NoError(t, err)
			return c
		}
		a, b, c := lease("a:7687"), lease("b:7687"), lease("c:7687")
		forB := begin(pool.WithLease(t.Context(), b), p, "c:7687", pool.Request{})
		synctest.Wait()
		forA := begin(pool.WithLease(t.Context(), a), p, "b:7687", pool.Request{})
		synctest.Wait()
		assert.Equal(t, 2, p.Stats().Total.Waiting)
		c.Release()
		got := <-forB
		require.NoError(t, got.err)
		got.conn.Release()
		b.Release()
		got = <-forA
		require.NoError(t, got.err)
		got.conn.Release()
		a.Release()
	})
}

func TestALeaseOfAnotherPoolDoesNotMatter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, q := newPool(t, &server{}, 1), newPool(t, &server{}, 1)
		c, d := get(t, p), get(t, q)
		ctx, cancel := context.WithTimeout(pool.WithLease(t.Context(), d), time.Second)
		defer cancel()
		_, err := p.Get(ctx, db, pool.Request{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		c.Release()
		d.Release()
	})
}
