package pool_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// TestStress is for the race detector: what TestMachine does in turn happens at the same time here.
func TestStress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size, users, rounds = 8, 64, 50
		s := &server{
			dialTime:  time.Millisecond,
			resetTime: time.Millisecond,
			refuse: func(n int) error {
				if n%7 == 0 {
					return errors.New("refused")
				}
				return nil
			},
		}
		p := newPool(t, s, size, func(c *pool.Config) {
			c.MaxLifetime = 50 * time.Millisecond
			c.IdleCheck = 2 * time.Millisecond
		})
		var all sync.WaitGroup
		for i := range users {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			all.Go(func() {
				for range rounds {
					use(t.Context(), p, random)
				}
			})
		}
		all.Wait()
		pass(time.Second) // for what was begun for those who have left
		stats := p.Stats().Total
		assert.Zero(t, stats.InUse+stats.Waiting+stats.Dialling+stats.CleaningUp+stats.Probing+stats.Closing)
		require.NoError(t, p.Shutdown(t.Context()))
	})
}

// use acquires a connection, does something to it and gives it back, or has no time for all that.
func use(ctx context.Context, p *pool.Pool, random *rand.Rand) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(random.IntN(20))*time.Millisecond)
	defer cancel()
	c, err := p.Get(ctx, db, pool.Request{Probe: random.IntN(10) == 0})
	if err != nil {
		return
	}
	defer c.Release()
	pass(time.Duration(random.IntN(3)) * time.Millisecond)
	switch random.IntN(10) {
	case 0:
		soil(c)
	case 1:
		kill(c)
	case 2:
		_ = c.Fail(&bolt.ConnectivityError{Op: "read", Err: errors.New("lost")})
	case 3:
		go c.Release()
	}
}
