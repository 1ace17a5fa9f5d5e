package pool_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

func TestCloseEndsEverythingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{resetTime: time.Second}
		p := newPool(t, s, 4)
		idle, used, dirty := get(t, p), get(t, p), get(t, p)
		idle.Release()
		soil(dirty)
		dirty.Release()
		inUse := get(t, p) // the one that was idle
		s.dialTime = time.Hour
		var waiting []<-chan result
		for range 3 {
			waiting = append(waiting, begin(t.Context(), p, db, pool.Request{}))
		}
		synctest.Wait()
		stats := p.Stats().Total
		assert.Equal(t, 1, stats.CleaningUp)
		assert.Equal(t, 1, stats.Dialling)
		assert.Equal(t, 3, stats.Waiting)

		began := time.Now()
		require.NoError(t, p.Close(t.Context()))
		assert.Zero(t, time.Since(began))
		for _, w := range waiting {
			require.ErrorIs(t, (<-w).err, pool.ErrClosed)
		}
		assert.False(t, used.Link().Alive())
		assert.False(t, inUse.Link().Alive())
		used.Release()
		inUse.Release()
		_, err := p.Get(t.Context(), db, pool.Request{})
		require.ErrorIs(t, err, pool.ErrClosed)
		require.NoError(t, p.Close(t.Context()), "closing again does nothing")
		_, open := s.counts()
		assert.Zero(t, open)
		assert.EqualValues(t, 3, p.Stats().Total.Closed.Shutdown)
	})
}

// stubborn is a dialer that takes no notice of its context.
func stubborn(s *server) func(c *pool.Config) {
	return func(c *pool.Config) {
		c.Dial = func(_ context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
			return s.dial(context.Background(), a, token)
		}
	}
}

func TestCloseIsBoundedByItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Minute}
		p := newPool(t, s, 1, stubborn(s))
		waiting := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, p.Close(ctx), context.DeadlineExceeded)
		require.ErrorIs(t, (<-waiting).err, pool.ErrClosed)
		require.NoError(t, p.Close(t.Context()), "what the dial has brought in the end is closed")
		_, open := s.counts()
		assert.Zero(t, open)
	})
}

func TestADialThatCloseEndsIsNoDeadAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{dialTime: time.Hour}, 1, func(c *pool.Config) {
			c.OnDead = func(a pool.Address, err error) { t.Error(a, err) }
		})
		waiting := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		require.NoError(t, p.Close(t.Context()))
		require.ErrorIs(t, (<-waiting).err, pool.ErrClosed)
	})
}

func TestShutdownWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{resetTime: time.Second}
		p := newPool(t, s, 1)
		c := get(t, p)
		waiting := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		ended := make(chan error, 1) // so that the goroutine ends in any case
		go func() { ended <- p.Shutdown(t.Context()) }()
		synctest.Wait()
		_, err := p.Get(t.Context(), db, pool.Request{})
		require.ErrorIs(t, err, pool.ErrClosed)
		c.Release()
		r := <-waiting
		require.NoError(t, r.err, "who has waited before is served")
		soil(r.conn)
		began := time.Now()
		r.conn.Release()
		require.NoError(t, <-ended)
		assert.Equal(t, time.Second, time.Since(began), "the clean-up belongs to what is waited for")
	})
}

func TestShutdownServesWhatIsNeededToFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 3)
		c, returned := get(t, p), get(t, p)
		returned.Release()
		ended := make(chan error, 1) // so that the goroutine ends in any case
		go func() { ended <- p.Shutdown(t.Context()) }()
		synctest.Wait()
		inner, err := p.Get(pool.WithLease(t.Context(), c), db, pool.Request{})
		require.NoError(t, err)
		inner.Release()
		_, err = p.Get(pool.WithLease(t.Context(), returned), db, pool.Request{})
		require.ErrorIs(t, err, pool.ErrClosed, "a lease that has ended counts for nothing")
		c.Release()
		require.NoError(t, <-ended)
		_, err = p.Get(pool.WithLease(t.Context(), c), db, pool.Request{})
		require.ErrorIs(t, err, pool.ErrClosed)
	})
}

func TestShutdownThatTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		c := get(t, p)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, p.Shutdown(ctx), context.DeadlineExceeded)
		synctest.Wait()
		assert.False(t, c.Link().Alive())
		c.Release()
	})
}

func TestShutdownTellsWhyItsContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		c := get(t, p)
		why := errors.New("the process is told to stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		err := p.Shutdown(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, why)
		c.Release()
	})
}
