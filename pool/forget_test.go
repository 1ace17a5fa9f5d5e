package pool_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

func TestDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newPool(t, s, 3)
		used, idle, soiled := get(t, p), get(t, p), get(t, p)
		s.resetTime = time.Second
		idle.Release()
		soil(soiled)
		soiled.Release() // it is being cleaned up
		p.Drop(db)
		synctest.Wait()
		_, open := s.counts()
		assert.Equal(t, 2, open, "the idle one has gone")
		pass(2 * time.Second)
		_, open = s.counts()
		assert.Equal(t, 1, open, "and the one that was cleaned up")
		used.Release()
		synctest.Wait()
		_, open = s.counts()
		assert.Zero(t, open)
		assert.Contains(t, p.Stats().Hosts, db)
		get(t, p).Release()
		p.Drop("nowhere:1")
		assert.NotContains(t, p.Stats().Hosts, pool.Address("nowhere:1"))
	})
}

func TestForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 2)
		used, idle := get(t, p), get(t, p)
		idle.Release()
		p.Forget(db)
		synctest.Wait()
		assert.Equal(t, 1, p.Stats().Hosts[db].InUse)
		used.Release()
		synctest.Wait()
		stats := p.Stats()
		assert.Empty(t, stats.Hosts)
		assert.Equal(t, int64(2), stats.Total.Acquired)
		assert.Equal(t, int64(2), stats.Total.Dialled)
		assert.Equal(t, int64(1), stats.Total.Closed.Suspect)
		assert.Equal(t, int64(1), stats.Total.Closed.Failed)
		get(t, p).Release()
		assert.Equal(t, int64(1), p.Stats().Hosts[db].Acquired, "a new beginning")
		assert.Equal(t, int64(3), p.Stats().Total.Acquired)
		p.Forget("nowhere:1")
	})
}

// Who asks for a server that is about to be forgotten brings it back.
func TestForgetTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 2)
		used := get(t, p)
		p.Forget(db)
		again := get(t, p)
		used.Release()
		again.Release()
		synctest.Wait()
		assert.Equal(t, 1, p.Stats().Hosts[db].Idle)
	})
}

// An acquisition that ends after its server was forgotten is counted, and does not bring it back.
func TestForgetWhileSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Minute}
		p := newPool(t, s, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := begin(ctx, p, db, pool.Request{})
		synctest.Wait()
		p.Forget(db)
		assert.ErrorIs(t, (<-done).err, context.DeadlineExceeded)
		assert.Contains(t, p.Stats().Hosts, db, "the dial goes on")
		pass(2 * time.Minute)
		assert.Empty(t, p.Stats().Hosts, "what it has brought is for nobody")
		assert.Equal(t, int64(1), p.Stats().Total.Closed.Suspect)
		_, err := p.Get(ctx, db, pool.Request{})
		require.Error(t, err)
		assert.Empty(t, p.Stats().Hosts)
	})
}

// Who waits for a server when it is forgotten is still served, and leaves no connection behind.
func TestForgetBehindTheLastWaiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Second}
		p := newPool(t, s, 1)
		first := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		second := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		p.Forget(db)
		for _, done := range []<-chan result{first, second} {
			r := <-done
			require.NoError(t, r.err)
			r.conn.Release()
		}
		synctest.Wait()
		assert.Empty(t, p.Stats().Hosts)
		assert.Equal(t, int64(1), p.Stats().Total.Dialled, "one for both")
		_, open := s.counts()
		assert.Zero(t, open)
	})
}

// A forgotten server whose dial fails leaves nothing behind.
func TestForgetFailedDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Second, refuse: func(int) error { return errors.New("refused") }}
		p := newPool(t, s, 1)
		done := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		p.Forget(db)
		require.Error(t, (<-done).err)
		synctest.Wait()
		assert.Empty(t, p.Stats().Hosts)
		assert.Equal(t, int64(1), p.Stats().Total.DialFailures)
	})
}

func TestLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		assert.Zero(t, p.Load(db))
		assert.Empty(t, p.Stats().Hosts, "to ask is not to use")
		began := time.Now()
		used := get(t, p)
		assert.Equal(t, began, used.Opened())
		ctx, cancel := context.WithCancel(t.Context())
		done := begin(ctx, p, db, pool.Request{})
		synctest.Wait()
		assert.Equal(t, 2, p.Load(db), "one in use, one waited for")
		cancel()
		<-done
		used.Release()
		assert.Zero(t, p.Load(db), "idle ones do not count")
	})
}

// hintedLink is a link to a server that may route.
type hintedLink struct {
	*link
	routes bool
}

func (l hintedLink) Hints() bolt.Hints { return bolt.Hints{SSR: l.routes} }

func TestRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newPool(t, s, 3, func(cfg *pool.Config) {
			cfg.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
				l, err := s.dial(ctx, a, token)
				if err != nil || a == "unknown:1" {
					return l, err
				}
				return hintedLink{l.(*link), a == db}, nil
			}
		})
		assert.False(t, p.Routes(), "nobody knows")
		get(t, p).Release()
		assert.True(t, p.Routes())
		for _, a := range []pool.Address{"old:1", "unknown:1"} {
			c, err := p.Get(t.Context(), a, pool.Request{})
			require.NoError(t, err)
			assert.False(t, c.Routes())
			assert.False(t, p.Routes())
			c.Release()
			p.Drop(a)
			assert.True(t, p.Routes(), "a connection that is closed does not count")
		}
		c := get(t, p)
		assert.True(t, c.Routes())
		c.Release()
		p.Drop(db)
		assert.False(t, p.Routes())
	})
}

func TestAt(t *testing.T) {
	cases := []struct {
		address, host, target string
		one                   bool
	}{
		{"db:7687", "db", "db:7687", false},
		{"10.0.0.1:7687", "10.0.0.1", "10.0.0.1:7687", false},
		{"[fe80::1%eth0]:7687", "fe80::1", "[fe80::1%eth0]:7687", false},
		{string(pool.At("db:7687", "10.0.0.1")), "db", "10.0.0.1:7687", true},
		{string(pool.At("db:7687", "::1")), "db", "[::1]:7687", true},
		{string(pool.At("nonsense", "::1")), "", "nonsense", false},
	}
	for _, test := range cases {
		t.Run(test.address, func(t *testing.T) {
			a := pool.Address(test.address)
			target, one := a.Target()
			assert.Equal(t, test.host, a.Host())
			assert.Equal(t, test.target, target)
			assert.Equal(t, test.one, one)
		})
	}
}

func TestTurnAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{dialTime: time.Second}
		p := newPool(t, s, 1)
		lost := &bolt.ConnectivityError{Op: "dial", Address: string(db), Err: errors.New("no route to host")}
		first := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		second, third := begin(t.Context(), p, db, pool.Request{}), begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		p.TurnAway("nowhere:1", lost)
		p.TurnAway(db, lost)
		for _, turnedAway := range []<-chan result{second, third} {
			assert.Same(t, lost, (<-turnedAway).err)
		}
		r := <-first
		require.NoError(t, r.err, "it has a dial of its own")

		patient := begin(t.Context(), p, db, pool.Request{})
		synctest.Wait()
		p.TurnAway(db, lost)
		p.Drop(db)
		p.TurnAway(db, lost)
		silent := &bolt.ConnectivityError{Op: "read", Address: string(db), Err: os.ErrDeadlineExceeded}
		select {
		case <-patient:
			assert.Fail(t, "there is a connection that can come back")
		default:
		}
		p.TurnAway(db, silent)
		assert.Same(t, silent, (<-patient).err, "but it is as silent as the one that the error is about")
		r.conn.Release()
	})
}
