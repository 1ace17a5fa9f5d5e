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

func TestMaxLifetime(t *testing.T) {
	lifetime := func(d time.Duration) func(*pool.Config) {
		return func(c *pool.Config) { c.MaxLifetime = d }
	}
	t.Run("checked when taken", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, &server{}, 3, lifetime(time.Minute))
			old, older := get(t, p), get(t, p)
			older.Release()
			old.Release()
			pass(time.Minute)
			c := get(t, p)
			assert.Equal(t, 3, number(c))
			assert.EqualValues(t, 2, p.Stats().Total.Closed.Expired)
			c.Release()
		})
	})
	t.Run("checked when given back", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, &server{}, 1, lifetime(time.Minute))
			c := get(t, p)
			pass(time.Minute)
			c.Release()
			synctest.Wait()
			assert.Zero(t, p.Stats().Total.Idle)
		})
	})
	t.Run("zero is for one use", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, &server{}, 1, lifetime(0))
			for i := range 3 {
				c := get(t, p)
				assert.Equal(t, i+1, number(c))
				c.Release()
			}
		})
	})
	t.Run("negative is for ever", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, &server{}, 1, lifetime(-1))
			for range 3 {
				c := get(t, p)
				assert.Equal(t, 1, number(c))
				c.Release()
				pass(10000 * time.Hour)
			}
		})
	})
}

func idleCheck(d time.Duration) func(*pool.Config) {
	return func(c *pool.Config) { c.IdleCheck = d }
}

func TestIdleCheck(t *testing.T) {
	cases := map[string]struct {
		check, idle time.Duration
		resets      int
	}{
		"never":         {-1, 30 * time.Minute, 0},
		"always":        {0, 0, 1},
		"idle for long": {time.Minute, time.Minute, 1},
		"idle briefly":  {time.Minute, time.Second, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPool(t, &server{}, 1, idleCheck(c.check))
				first := get(t, p)
				assert.Zero(t, first.Link().(*link).resets, "a new one needs no check")
				first.Release()
				pass(c.idle)
				again := get(t, p)
				assert.Equal(t, 1, number(again))
				assert.Equal(t, c.resets, again.Link().(*link).resets)
				again.Release()
			})
		})
	}
}

func TestProbeAsksWhateverTheIdleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		probe := pool.Request{Probe: true}
		c, err := p.Get(t.Context(), db, probe)
		require.NoError(t, err)
		assert.Zero(t, c.Link().(*link).resets, "a new one has just answered")
		waiting := begin(t.Context(), p, db, probe)
		synctest.Wait()
		c.Release()
		r := <-waiting
		require.NoError(t, r.err)
		assert.Equal(t, 1, r.conn.Link().(*link).resets)
		r.conn.Release()
	})
}

func TestAHalfOpenConnectionCostsOneWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newPool(t, s, 3, idleCheck(0))
		one, two, three := get(t, p), get(t, p), get(t, p)
		one.Release()
		two.Release()
		three.Release()
		s.resetTime = time.Hour
		began := time.Now()
		c := get(t, p)
		assert.Equal(t, 2*time.Second, time.Since(began))
		assert.Equal(t, 4, number(c), "the others are as old as the one that did not answer")
		closed := p.Stats().Total.Closed
		assert.EqualValues(t, 1, closed.Dead)
		assert.EqualValues(t, 2, closed.Suspect)
		c.Release()
	})
}

func TestWhoLeavesDuringAProbeCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{resetTime: time.Second}
		p := newPool(t, s, 1, idleCheck(time.Minute))
		get(t, p).Release()
		pass(time.Hour / 2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := p.Get(ctx, db, pool.Request{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		c := get(t, p)
		assert.Equal(t, 1, number(c))
		assert.Equal(t, 1, c.Link().(*link).resets)
		c.Release()
	})
}

func TestNobodyDialsWhileAProbeMayDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{resetTime: time.Second}
		p := newPool(t, s, 2, idleCheck(0))
		get(t, p).Release()
		get(t, p).Release()
		dials, _ := s.counts()
		assert.Equal(t, 1, dials)
	})
}

func TestAConnectionThatDiedWhileIdleIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		c := get(t, p)
		c.Release()
		kill(c)
		again := get(t, p)
		assert.Equal(t, 2, number(again))
		again.Release()
	})
}

// That one connection is gone says nothing about the others: asking them costs no wait.
func TestAConnectionThatIsGoneCondemnsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 3, idleCheck(0))
		one, two, three := get(t, p), get(t, p), get(t, p)
		one.Release()
		two.Release()
		gone := three.Link().(*link)
		three.Release()
		gone.dead.Store(true)
		c := get(t, p)
		assert.Equal(t, 2, number(c))
		closed := p.Stats().Total.Closed
		assert.EqualValues(t, 1, closed.Dead)
		assert.Zero(t, closed.Suspect)
		c.Release()
	})
}
