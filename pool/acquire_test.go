package pool_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/rx"
)

func TestAcquireGivesBackOnEveryExit(t *testing.T) {
	boom := errors.New("boom")
	exits := map[string]func(context.Context, context.CancelFunc, rx.Stream[*pool.Conn]){
		"completed": func(ctx context.Context, _ context.CancelFunc, s rx.Stream[*pool.Conn]) {
			n, err := s.Count(ctx)
			assert.NoError(t, err)
			assert.EqualValues(t, 1, n)
		},
		"failed": func(ctx context.Context, _ context.CancelFunc, s rx.Stream[*pool.Conn]) {
			assert.ErrorIs(t, s.ForEach(ctx, func(*pool.Conn) error { return boom }), boom)
		},
		"stopped": func(ctx context.Context, _ context.CancelFunc, s rx.Stream[*pool.Conn]) {
			for _, err := range s.All(ctx) {
				assert.NoError(t, err)
				break
			}
		},
		"cancelled": func(ctx context.Context, cancel context.CancelFunc, s rx.Stream[*pool.Conn]) {
			err := rx.ConcatMap(s, func(*pool.Conn) rx.Stream[int] {
				cancel()
				return rx.Just(1)
			}).ForEach(ctx, func(int) error { return nil })
			assert.ErrorIs(t, err, context.Canceled)
		},
		"panic": func(ctx context.Context, _ context.CancelFunc, s rx.Stream[*pool.Conn]) {
			assert.Panics(t, func() { _ = s.ForEach(ctx, func(*pool.Conn) error { panic("boom") }) })
		},
		"Goexit": func(ctx context.Context, _ context.CancelFunc, s rx.Stream[*pool.Conn]) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = s.ForEach(ctx, func(*pool.Conn) error {
					runtime.Goexit()
					return nil
				})
			}()
			<-done
		},
	}
	for name, exit := range exits {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, &server{}, 1)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			exit(ctx, cancel, p.Acquire(db, pool.Request{}))
			stats := p.Stats().Total
			assert.Equal(t, 0, stats.InUse)
			assert.Equal(t, 1, stats.Idle)
		})
	}
}

func TestTheConnectionUsedLastIsUsedFirst(t *testing.T) {
	p := newPool(t, &server{}, 3)
	one, two, three := get(t, p), get(t, p), get(t, p)
	three.Release()
	one.Release()
	two.Release()
	assert.Equal(t, 2, number(get(t, p)))
	assert.Equal(t, 1, number(get(t, p)))
	assert.Equal(t, 3, number(get(t, p)))
}

func TestReleaseTwiceIsHarmless(t *testing.T) {
	p := newPool(t, &server{}, 2)
	c := get(t, p)
	c.Release()
	again := get(t, p)
	c.Release()
	assert.Equal(t, 1, p.Stats().Total.InUse, "the second lease is not the first's to end")
	again.Release()
	assert.Equal(t, 1, p.Stats().Total.Idle)
}

func TestEachAddressHasALimitOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newPool(t, s, 2, func(c *pool.Config) { c.MaxSize = 1 })
		c := get(t, p)
		other, err := p.Get(t.Context(), "other:7687", pool.Request{})
		require.NoError(t, err)
		waiting := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		assert.Equal(t, 1, p.Stats().Hosts[db].Waiting)
		other.Release()
		synctest.Wait()
		assert.Equal(t, 1, p.Stats().Hosts[db].Waiting)
		c.Release()
		require.NoError(t, (<-waiting).err)
	})
}

func TestWaitersAreServedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		c := get(t, p)
		const n = 20
		order := make(chan int, n) // each of them sends once
		for i := range n {
			go func() {
				c, err := p.Get(t.Context(), db, pool.Request{})
				assert.NoError(t, err)
				order <- i
				c.Release()
			}()
			synctest.Wait()
		}
		c.Release()
		for i := range n {
			assert.Equal(t, i, <-order)
		}
	})
}

func TestDialsCountAgainstTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Second}
		p := newPool(t, s, 2)
		var all []<-chan result
		for range 5 {
			all = append(all, begin(t.Context(), p, db, pool.Request{}))
			synctest.Wait()
		}
		stats := p.Stats().Hosts[db]
		assert.Equal(t, 2, stats.Dialling)
		assert.Equal(t, 5, stats.Waiting)
		for _, one := range all {
			r := <-one
			require.NoError(t, r.err)
			r.conn.Release()
		}
		dials, _ := s.counts()
		assert.Equal(t, 2, dials)
	})
}

func TestAWaiterTakesWhateverComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newPool(t, s, 2)
		c := get(t, p)
		s.dialTime = time.Minute / 2
		waiting := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		c.Release()
		r := <-waiting
		require.NoError(t, r.err)
		assert.Equal(t, 1, number(r.conn), "what was given back came before what was dialled")
		pass(time.Minute)
		assert.Equal(t, 1, p.Stats().Total.Idle, "what was dialled is there for the next")
		r.conn.Release()
	})
}

func TestADialOutlivesItsWaiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Second}
		p := newPool(t, s, 1)
		ctx, cancel := context.WithCancel(t.Context())
		first := begin(ctx, p, db, pool.Request{})
		synctest.Wait()
		second := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, (<-first).err, context.Canceled)
		r := <-second
		require.NoError(t, r.err)
		assert.Equal(t, 1, number(r.conn))
		r.conn.Release()
		assert.EqualValues(t, 1, p.Stats().Total.Cancelled)
	})
}

func TestAFailedDialFailsItsOwnWaiterOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := &bolt.ConnectivityError{Op: "dial", Address: string(db), Err: errors.New("connection refused")}
		s := &server{dialTime: time.Second, refuse: func(n int) error {
			if n == 1 {
				return refused
			}
			return nil
		}}
		var dead []error
		p := newPool(t, s, 1, func(c *pool.Config) {
			c.OnDead = func(a pool.Address, err error) {
				assert.Equal(t, db, a)
				dead = append(dead, err)
			}
		})
		first := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		second := begin(t.Context(), p, db, pool.Request{})
		assert.Same(t, refused, (<-first).err)
		r := <-second
		require.NoError(t, r.err)
		r.conn.Release()
		assert.Equal(t, []error{refused}, dead)
		assert.EqualValues(t, 1, p.Stats().Total.DialFailures)
	})
}

func TestAFailedDialWithoutAWaiterIsTriedAgainForTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Second, refuse: func(n int) error {
			if n == 1 {
				return errors.New("refused")
			}
			return nil
		}}
		p := newPool(t, s, 1)
		ctx, cancel := context.WithCancel(t.Context())
		first := begin(ctx, p, db, pool.Request{})
		synctest.Wait()
		cancel()
		<-first
		r := <-begin(t.Context(), p, db, pool.Request{})
		require.NoError(t, r.err, "it has waited for the dial of somebody else, whose failure is not its own")
		assert.Equal(t, 2, number(r.conn))
		r.conn.Release()
	})
}

func TestADialerThatPanicsOrLeaves(t *testing.T) {
	for name, refuse := range map[string]func(int) error{
		"panic":                  func(int) error { panic("boom") },
		"left by runtime.Goexit": func(int) error { runtime.Goexit(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{refuse: refuse}
			p := newPool(t, s, 1)
			_, err := p.Get(context.Background(), db, pool.Request{})
			assert.ErrorContains(t, err, name)
			s.mu.Lock()
			s.refuse, s.open, s.peak = nil, 0, 0 // what was left behind is the dialer's affair
			s.mu.Unlock()
			get(t, p).Release()
		})
	}
}

func TestTheDialSeesTheValuesOfTheContext(t *testing.T) {
	type key struct{}
	p := newPool(t, &server{}, 1, func(c *pool.Config) {
		dial := c.Dial
		c.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
			assert.Equal(t, "value", ctx.Value(key{}))
			return dial(ctx, a, token)
		}
	})
	c, err := p.Get(context.WithValue(context.Background(), key{}, "value"), db, pool.Request{})
	require.NoError(t, err)
	c.Release()
}

func TestConfigTellsEveryProblem(t *testing.T) {
	_, err := pool.New(pool.Config{})
	for _, problem := range []string{"Dial is missing", "MaxSize is 0", "ResetGrace is 0s"} {
		assert.ErrorContains(t, err, problem)
	}
}

func TestConnKnowsWhatItIs(t *testing.T) {
	p := newPool(t, &server{}, 1)
	c := get(t, p)
	defer c.Release()
	assert.Equal(t, db, c.Address())
	assert.Nil(t, c.Bolt(), "a fake is no *bolt.Conn")
}
