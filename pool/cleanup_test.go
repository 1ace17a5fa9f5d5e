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

func TestCleaningUpLastsAsLongAsTheServerSends(t *testing.T) {
	const grace = 2 * time.Second
	tests := map[string]struct {
		sends, reset, want time.Duration
		kept               bool
	}{
		"silent at once":                  {0, time.Hour, grace, false},
		"sends, and answers":              {10 * time.Second, 10 * time.Second, 10 * time.Second, true},
		"answers just in time after that": {10 * time.Second, 12*time.Second - 1, 12*time.Second - 1, true},
		"sends, and falls silent":         {10 * time.Second, time.Hour, 10*time.Second + grace, false},
		"answers without sending":         {0, time.Second, time.Second, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPool(t, &server{resetTime: tt.reset, sends: tt.sends}, 1)
				c := get(t, p)
				soil(c)
				began := time.Now()
				c.Release()
				again := get(t, p)
				assert.Equal(t, tt.want, time.Since(began))
				assert.Equal(t, tt.kept, number(again) == 1)
				again.Release()
			})
		})
	}
}

func TestAnotherIsDialledWhileOneIsCleaned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{resetTime: time.Second}, 2)
		c := get(t, p)
		soil(c)
		began := time.Now()
		c.Release()
		other := get(t, p)
		assert.Zero(t, time.Since(began), "the limit permits another")
		assert.Equal(t, 2, number(other))
		third := get(t, p)
		assert.Equal(t, time.Second, time.Since(began), "and no more than that")
		assert.Equal(t, 1, number(third))
		other.Release()
		third.Release()
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
