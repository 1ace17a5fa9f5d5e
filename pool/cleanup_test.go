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

// soil leaves c in the middle of something.
func soil(c *pool.Conn) { c.Link().(*link).dirty.Store(true) }

// kill is the end of the connection under c.
func kill(c *pool.Conn) { c.Link().(*link).dead.Store(true) }

func TestADirtyConnectionIsCleanedBeforeItsPlaceIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{resetTime: time.Second}
		p := newPool(t, s, 1)
		c := get(t, p)
		soil(c)
		began := time.Now()
		c.Release()
		assert.Zero(t, time.Since(began), "who releases does not wait")
		assert.Equal(t, 1, p.Stats().Total.CleaningUp)
		again := get(t, p)
		assert.Equal(t, time.Second, time.Since(began))
		assert.Equal(t, 1, number(again))
		assert.Equal(t, 1, again.Link().(*link).resets)
		again.Release()
	})
}

func TestACleanConnectionIsNotReset(t *testing.T) {
	p := newPool(t, &server{}, 1)
	for range 3 {
		get(t, p).Release()
	}
	c := get(t, p)
	assert.Zero(t, c.Link().(*link).resets)
	c.Release()
}

func TestCleaningUpIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{resetTime: time.Hour}
		p := newPool(t, s, 1)
		c := get(t, p)
		soil(c)
		began := time.Now()
		c.Release()
		again := get(t, p)
		assert.Equal(t, 2*time.Second, time.Since(began))
		assert.Equal(t, 2, number(again))
		assert.EqualValues(t, 1, p.Stats().Total.Closed.Uncleaned)
		again.Release()
	})
}

func TestADeadConnectionIsNotTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		c := get(t, p)
		kill(c)
		c.Release()
		again := get(t, p)
		assert.Equal(t, 2, number(again))
		assert.EqualValues(t, 1, p.Stats().Total.Closed.Dead)
		again.Release()
	})
}

// A thousand users that leave in the middle, each on its way to a connection or with one, cost no more connections than the pool may have.
func TestAThousandCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size, users = 10, 1000
		s := &server{dialTime: 50 * time.Millisecond, resetTime: 20 * time.Millisecond}
		p := newPool(t, s, size)
		done := make(chan struct{})
		for i := range users {
			go func() {
				defer func() { done <- struct{}{} }()
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%97)*time.Millisecond)
				defer cancel()
				_ = p.Acquire(db, pool.Request{}).ForEach(ctx, func(c *pool.Conn) error {
					soil(c)
					<-ctx.Done()
					return ctx.Err()
				})
			}()
			if i%10 == 0 {
				pass(time.Millisecond)
			}
		}
		for range users {
			<-done
		}
		require.NoError(t, p.Shutdown(t.Context()))
		dials, open := s.counts()
		assert.LessOrEqual(t, dials, size)
		assert.Zero(t, open)
	})
}
