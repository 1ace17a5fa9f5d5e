package routing_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
)

func synctestRun(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// pass lets d pass on the clock of the bubble.
func pass(d time.Duration) { <-time.After(d) }

func TestGetByMode(t *testing.T) {
	inCluster(t, func(c *cluster) {
		assert.Equal(t, core, c.get(writing))
		for range 4 {
			assert.Contains(t, []pool.Address{east, west}, c.get(reading))
		}
		assert.Equal(t, []question{{seed, "movies", ""}}, c.routes(), "the seed was asked, once")
		table, err := c.router.Table(c.t.Context(), "movies")
		require.NoError(t, err)
		assert.Equal(t, routing.Table{
			Database: "movies", Routers: []string{string(core), string(east), string(west)},
			Readers: []string{string(east), string(west)}, Writers: []string{string(core)}, Expires: table.Expires,
		}, table)
	})
}

// One after the other, readers are used in turn; at the same time, evenly.
func TestLeastConnected(t *testing.T) {
	inCluster(t, func(c *cluster) {
		first, second := c.get(reading), c.get(reading)
		assert.NotEqual(t, first, second)
		count := map[pool.Address]int{}
		for range 10 {
			p, err := c.router.Get(c.t.Context(), reading)
			require.NoError(t, err)
			defer p.Conn.Release()
			count[p.Conn.Address()]++
		}
		assert.Equal(t, map[pool.Address]int{east: 5, west: 5}, count)
	})
}

func TestChoose(t *testing.T) {
	var seen []routing.Server
	choose := func(_ *cluster, _ *pool.Config, cfg *routing.Config) {
		cfg.Choose = func(_ routing.Request, servers []routing.Server) int {
			seen = servers
			return len(servers) - 1
		}
	}
	inCluster(t, func(c *cluster) {
		for range 3 {
			assert.Equal(t, west, c.get(reading))
		}
		assert.Equal(t, []routing.Server{{Address: east}, {Address: west}}, seen)
		c.kill(west)
		assert.Equal(t, east, c.get(reading), "the next best")
	}, choose)
}

func TestChooseOutOfRange(t *testing.T) {
	inCluster(t, func(c *cluster) {
		assert.ErrorContains(t, c.fails(reading), "the choice of a server (WithServerChoice, Config.Choose) returned 7 of 2 servers: it has to be an index, from 0 to 1")
	}, func(_ *cluster, _ *pool.Config, cfg *routing.Config) {
		cfg.Choose = func(routing.Request, []routing.Server) int { return 7 }
	})
}

func TestExpiry(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		pass(269 * time.Second)
		c.get(reading)
		assert.Len(t, c.routes(), 1, "the table holds for 300 s")
		pass(time.Minute)
		c.get(reading)
		asked := c.routes()
		require.Len(t, asked, 1)
		assert.Equal(t, core, asked[0].router, "a router of the table")
	})
}

// A table that was just told is used although its time is over at once.
func TestNoTimeToLive(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.table(func(m *bolt.RouteSuccess) { m.TTL = 0 })
		c.get(reading)
		c.get(reading)
		assert.Len(t, c.routes(), 2)
	})
}

// However many find an expired table, one asks.
func TestOneRouteForAll(t *testing.T) {
	for name, request := range map[string]routing.Request{"a named database": reading, "the home database": {ReadOnly: true}} {
		t.Run(name, func(t *testing.T) {
			inCluster(t, func(c *cluster) {
				c.get(request)
				pass(time.Hour)
				c.routes()
				release := c.hold()
				var all sync.WaitGroup
				for range 10_000 {
					all.Go(func() { c.get(request) })
				}
				synctest.Wait()
				close(release)
				all.Wait()
				assert.Len(t, c.routes(), 1)
			})
		})
	}
}

// The same where nobody sees to it that they all come before the answer.
func TestOneRouteForAllWhoeverComesWhen(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		pass(time.Hour)
		c.routes()
		var all sync.WaitGroup
		for range 10_000 {
			all.Go(func() { c.get(reading) })
		}
		all.Wait()
		assert.Len(t, c.routes(), 1)
	})
}

// A server that cannot be reached is tried once, and forgotten.
func TestDeadReader(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.kill(east)
		c.dials()
		for range 10 {
			assert.Equal(t, west, c.get(reading))
		}
		dropped := c.told(routing.MemberDropped)
		require.Len(t, dropped, 1)
		assert.Equal(t, east, dropped[0].Address)
		assert.Error(t, dropped[0].Err)
	})
}

// When the last server that is known is gone, a router is asked for more.
func TestLastReader(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.kill(east, west)
		c.table(func(m *bolt.RouteSuccess) { m.Readers = []string{string(core)} })
		assert.Equal(t, core, c.get(reading))
		assert.Len(t, c.routes(), 2)
	})
}

func TestNoReader(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.kill(east, west)
		err := c.fails(reading)
		var none *routing.UnavailableError
		require.ErrorAs(t, err, &none)
		assert.Equal(t, "movies", none.Database)
		assert.True(t, none.ReadOnly)
		assert.Len(t, none.Tried, 2)
		assert.True(t, none.Retryable())
		assert.ErrorAs(t, err, new(*bolt.ConnectivityError))
		assert.Len(t, c.routes(), 1, "the table is as new as can be")
		c.revive(east)
		assert.Equal(t, east, c.get(reading))
		assert.Len(t, c.routes(), 1)
	})
}

// Without a leader there are reads; each write asks for a new table.
func TestNoWriter(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.table(func(m *bolt.RouteSuccess) { m.Writers = nil })
		c.get(reading)
		for range 2 {
			var none *routing.UnavailableError
			require.ErrorAs(t, c.fails(writing), &none)
			assert.Empty(t, none.Tried)
			assert.True(t, none.Retryable())
		}
		c.get(reading)
		assert.Equal(t, []question{{seed, "movies", ""}, {seed, "movies", ""}, {seed, "movies", ""}}, c.routes(), "the seed first, without a leader")
		c.table(func(*bolt.RouteSuccess) {})
		assert.Equal(t, core, c.get(writing))
	})
}

// A server that says nothing costs who is sent there the connection timeout, and nobody else anything.
func TestSilentReader(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(writing)
		c.mute(east)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				began := time.Now()
				assert.Equal(t, west, c.get(reading))
				assert.LessOrEqual(t, time.Since(began), connectionTimeout)
			})
		}
		all.Wait()
		began := time.Now()
		assert.Equal(t, west, c.get(reading))
		assert.Zero(t, time.Since(began))
	})
}

// Who waits for a table leaves when its own context ends, and what it waited for goes on for the others.
func TestWaitersLeave(t *testing.T) {
	inCluster(t, func(c *cluster) {
		release := c.hold()
		hasty, leave := context.WithCancelCause(c.t.Context())
		why := errors.New("had enough")
		var all sync.WaitGroup
		all.Go(func() {
			_, err := c.router.Get(hasty, reading)
			assert.ErrorIs(t, err, context.Canceled)
			assert.ErrorIs(t, err, why)
		})
		synctest.Wait()
		all.Go(func() { c.get(reading) })
		synctest.Wait()
		leave(why)
		synctest.Wait()
		close(release)
		all.Wait()
		assert.Len(t, c.routes(), 1)
	})
}

// When nobody waits any more, the refresh ends too.
func TestLastWaiterLeaves(t *testing.T) {
	inCluster(t, func(c *cluster) {
		defer close(c.hold())
		ctx, cancel := context.WithTimeout(c.t.Context(), time.Second)
		defer cancel()
		_, err := c.router.Get(ctx, reading)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorAs(t, err, new(*pool.AcquireTimeoutError), "the deadline was the caller's")
		synctest.Wait()
		assert.Zero(t, c.pool.Stats().Total.InUse)
		assert.Empty(t, c.told(routing.RefreshFailed))
	})
}

// The time limit is one for all: asking, dialling, waiting.
func TestOneDeadline(t *testing.T) {
	limit := func(_ *cluster, cfg *pool.Config, _ *routing.Config) { cfg.AcquisitionTimeout = 8 * time.Second }
	inCluster(t, func(c *cluster) {
		c.mute(seed, core, east, west)
		began := time.Now()
		err := c.fails(reading)
		var none *routing.DiscoveryError
		require.ErrorAs(t, err, &none, "the seed is all there is")
		assert.Equal(t, connectionTimeout, time.Since(began))
	}, limit)
	inCluster(t, func(c *cluster) {
		c.get(writing)
		c.mute(east, west)
		began := time.Now()
		assert.ErrorAs(t, c.fails(reading), new(*pool.AcquireTimeoutError))
		assert.Equal(t, 8*time.Second, time.Since(began))
	}, limit)
}

// Closing the pool ends what waits for a table.
func TestClose(t *testing.T) {
	inCluster(t, func(c *cluster) {
		defer close(c.hold())
		var all sync.WaitGroup
		all.Go(func() {
			_, err := c.router.Get(c.t.Context(), reading)
			assert.ErrorIs(t, err, pool.ErrClosed)
			assert.NotErrorIs(t, err, context.Canceled)
		})
		synctest.Wait()
		require.NoError(t, c.pool.Close(c.t.Context()))
		all.Wait()
		assert.ErrorIs(t, c.fails(reading), pool.ErrClosed)
	})
}

// A walk through the servers needs no router's Get.
func TestRoute(t *testing.T) {
	inCluster(t, func(c *cluster) {
		list, err := c.router.Route(reading).Collect(c.t.Context())
		require.NoError(t, err)
		assert.ElementsMatch(t, []pool.Address{east, west}, list)
		c.table(func(m *bolt.RouteSuccess) { m.Writers = nil })
		_, err = c.router.Refresh(c.t.Context(), writing)
		require.NoError(t, err)
		_, err = c.router.Route(writing).Collect(c.t.Context())
		assert.ErrorAs(t, err, new(*routing.UnavailableError))
	})
}

// The time may be up between two servers.
func TestDeadlineBetweenServers(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(writing)
		c.kill(east, west)
		assert.ErrorAs(t, c.fails(reading), new(*pool.AcquireTimeoutError))
	}, func(_ *cluster, p *pool.Config, cfg *routing.Config) {
		p.AcquisitionTimeout = 8 * time.Second
		cfg.Choose = func(_ routing.Request, servers []routing.Server) int {
			if len(servers) == 1 && servers[0].Address != core {
				pass(10 * time.Second)
			}
			return 0
		}
	})
}

// armed is a source of a token that calls a function, once, when it is asked for the n-th time from now on.
type armed struct {
	mu sync.Mutex
	n  int
	f  func()
}

func (s *armed) arm(n int, f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n, s.f = n, f
}

func (s *armed) Token(context.Context) (bolt.AuthToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n--; s.n == 0 {
		s.f()
	}
	return bolt.BasicAuth("neo4j", "secret"), nil
}

func (s *armed) Rejected(bolt.AuthToken, error) bool { return false }

// Who leaves when a connection has just been found does not take it along, also where that is because a consumer downstream has had enough.
func TestLeaveWithConnection(t *testing.T) {
	var enough error
	_, err := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		enough = emit(1)
		return enough
	}).First(t.Context())
	require.NoError(t, err)
	for name, why := range map[string]error{"enough": enough, "cancelled": context.Canceled} {
		t.Run(name, func(t *testing.T) {
			source := &armed{}
			inCluster(t, func(c *cluster) {
				c.kill(east)
				assert.Equal(t, west, c.get(reading))
				_, err := c.router.Refresh(c.t.Context(), reading) // names east again
				require.NoError(t, err)
				ctx, cancel := context.WithCancelCause(c.t.Context())
				defer cancel(nil)
				source.arm(2, func() { cancel(why) }) // first it is asked to dial east
				_, err = c.router.Get(ctx, reading)
				assert.ErrorIs(t, err, context.Canceled)
				assert.Zero(t, c.pool.Stats().Total.InUse)
			}, func(_ *cluster, p *pool.Config, cfg *routing.Config) {
				p.Auth = source
				cfg.Choose = func(_ routing.Request, servers []routing.Server) int {
					return max(0, slices.IndexFunc(servers, func(s routing.Server) bool { return s.Address == east }))
				}
			})
		})
	}
}

// Who joins a refresh shortly before its time is up has time left for another one.
func TestLateForARefresh(t *testing.T) {
	inCluster(t, func(c *cluster) {
		release := c.hold()
		defer close(release)
		var all sync.WaitGroup
		all.Go(func() {
			began := time.Now()
			_, err := c.router.Get(c.t.Context(), reading)
			assert.ErrorAs(t, err, new(*pool.AcquireTimeoutError))
			assert.Equal(t, 10*time.Second, time.Since(began))
		})
		pass(9 * time.Second)
		for range 3 {
			all.Go(func() {
				p, err := c.router.Get(c.t.Context(), reading)
				if assert.NoError(t, err) {
					p.Conn.Release()
				}
			})
		}
		synctest.Wait()
		c.answers(func(pool.Address, *bolt.Route) (*bolt.RouteSuccess, error) { return c.usual(), nil })
		all.Wait()
		assert.Len(t, c.routes(), 2, "one for all who were late")
	}, func(_ *cluster, p *pool.Config, _ *routing.Config) { p.AcquisitionTimeout = 10 * time.Second })
}
