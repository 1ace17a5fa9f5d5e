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

func TestAcquisitionTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1, func(c *pool.Config) { c.AcquisitionTimeout = 3 * time.Second })
		c := get(t, p)
		other := begin(t.Context(), p, db, pool.Request{})
		pass(time.Second)
		_, err := p.Get(t.Context(), db, pool.Request{})
		var timeout *pool.AcquireTimeoutError
		require.ErrorAs(t, err, &timeout)
		assert.Equal(t, 3*time.Second, timeout.Waited)
		assert.Equal(t, 3*time.Second, timeout.Timeout)
		assert.Equal(t, 1, timeout.Stats.InUse)
		assert.Equal(t, 1, timeout.Stats.Limit)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.False(t, timeout.Retryable())
		assert.NoError(t, timeout.Err)
		assert.EqualError(t, err, "pool: no connection to db:7687 within 3s: of at most 1 there were 1 in use, 0 idle, 0 being dialled, "+
			"0 being cleaned up or closed, with 0 waiting")
		require.Error(t, (<-other).err)
		assert.EqualValues(t, 2, p.Stats().Total.TimedOut)
		c.Release()
		assert.Equal(t, 1, p.Stats().Total.Idle)
	})
}

func TestOneDeadlineCoversWaitingAndDialling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Hour}
		p := newPool(t, s, 1, func(c *pool.Config) { c.AcquisitionTimeout = time.Minute })
		for range 100 { // both alarms ring at the same time: whichever is first, the error is the same
			began := time.Now()
			_, err := p.Get(t.Context(), db, pool.Request{})
			assert.Equal(t, time.Minute, time.Since(began))
			var timeout *pool.AcquireTimeoutError
			require.ErrorAs(t, err, &timeout)
			synctest.Wait()
		}
		assert.Zero(t, p.Stats().Total.Dialling, "the dial has ended too")
	})
}

// slow is a source that takes longer than anybody waits.
type slow struct{}

func (slow) Token(ctx context.Context) (bolt.AuthToken, error) {
	return bolt.AuthToken{}, wait(ctx, time.Hour)
}
func (slow) Rejected(bolt.AuthToken, error) bool { return false }

func TestATokenSourceThatUsesUpTheTimeIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		get(t, p).Release()
		_, err := p.Get(t.Context(), db, pool.Request{Auth: slow{}})
		var timeout *pool.AcquireTimeoutError
		require.ErrorAs(t, err, &timeout)
		require.EqualError(t, timeout.Err, "pool: get an auth token for db:7687: context deadline exceeded")
		require.ErrorIs(t, err, timeout.Err)
		assert.ErrorContains(t, err, "get an auth token")
		assert.Equal(t, 1, p.Stats().Total.Idle)
	})
}

func TestTimeoutZeroFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Second}
		p := newPool(t, s, 1, func(c *pool.Config) {
			c.AcquisitionTimeout = 0
			c.MaxLifetime = time.Hour
		})
		began := time.Now()
		c := get(t, p)
		assert.Equal(t, time.Second, time.Since(began), "what can be dialled is waited for")
		began = time.Now()
		_, err := p.Get(t.Context(), db, pool.Request{})
		var timeout *pool.AcquireTimeoutError
		require.ErrorAs(t, err, &timeout)
		assert.Zero(t, time.Since(began))
		c.Release()
		pass(2 * time.Hour)
		c = get(t, p)
		assert.Equal(t, 2, number(c), "the place of one that is just being closed counts as free")
		c.Release()
	})
}

func TestTimeoutNegativeIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1, func(c *pool.Config) { c.AcquisitionTimeout = -1 })
		c := get(t, p)
		waiting := begin(t.Context(), p, db, pool.Request{})
		pass(1000 * time.Hour)
		c.Release()
		r := <-waiting
		require.NoError(t, r.err)
		r.conn.Release()
	})
}

func TestTheCallersContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		c := get(t, p)
		defer c.Release()
		why := errors.New("the client has left")

		ctx, cancel := context.WithCancelCause(t.Context())
		waiting := begin(ctx, p, db, pool.Request{})
		synctest.Wait()
		cancel(why)
		err := (<-waiting).err
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, why)
		require.EqualError(t, err, "pool: acquire a connection to db:7687: context canceled: the client has left")

		_, err = p.Get(ctx, db, pool.Request{})
		require.ErrorIs(t, err, context.Canceled, "a context that has ended before")

		deadline, cancelDeadline := context.WithTimeout(t.Context(), time.Second)
		defer cancelDeadline()
		_, err = p.Get(deadline, db, pool.Request{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var timeout *pool.AcquireTimeoutError
		require.NotErrorAs(t, err, &timeout, "the deadline was the caller's")
		assert.EqualValues(t, 3, p.Stats().Total.Cancelled)
	})
}

func TestDiagnosticsListTheHolders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 2, func(c *pool.Config) { c.Diagnostics = true })
		for _, label := range []string{"the elder", "the younger"} {
			c, err := p.Get(t.Context(), db, pool.Request{Label: label})
			require.NoError(t, err)
			defer c.Release()
			pass(time.Second)
		}
		_, err := p.Get(t.Context(), db, pool.Request{})
		var timeout *pool.AcquireTimeoutError
		require.ErrorAs(t, err, &timeout)
		require.Len(t, timeout.Holders, 2)
		assert.Equal(t, "the elder", timeout.Holders[0].Label)
		assert.Equal(t, "the younger", timeout.Holders[1].Label)
		assert.Contains(t, timeout.Holders[0].Stack(), "TestDiagnosticsListTheHolders")
		assert.ErrorContains(t, err, `held: "the elder" since 2000-`)
	})
}
