package pool_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// watchedLink is a link that can be looked at.
type watchedLink struct {
	*link
	hungUp *atomic.Bool
	looks  *atomic.Int64
}

func (l watchedLink) Gone() bool {
	l.looks.Add(1)
	if l.hungUp.Load() {
		l.dead.Store(true)
	}
	return l.hungUp.Load()
}

// A connection that the server has closed in the meantime is not lent; one that was in use just now is not looked at.
func TestLookBeforeUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		var hungUp atomic.Bool
		var looks atomic.Int64
		p := newPool(t, s, 1, func(cfg *pool.Config) {
			cfg.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
				l, err := s.dial(ctx, a, token)
				if err != nil {
					return nil, err
				}
				hungUp.Store(false)
				return watchedLink{l.(*link), &hungUp, &looks}, nil
			}
		})
		get(t, p).Release()
		get(t, p).Release()
		assert.Zero(t, looks.Load())
		pass(time.Second)
		get(t, p).Release()
		assert.EqualValues(t, 1, looks.Load())
		hungUp.Store(true)
		pass(time.Second)
		get(t, p).Release()
		dials, open := s.counts()
		assert.Equal(t, 2, dials, "another one")
		assert.Equal(t, 1, open)
		assert.EqualValues(t, 1, p.Stats().Total.Closed.Dead)

		used := get(t, p)
		waiting := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		pass(time.Second)
		looks.Store(0)
		used.Release()
		r := <-waiting
		require.NoError(t, r.err)
		assert.Zero(t, looks.Load(), "handed over")
		r.conn.Release()
	})
}
