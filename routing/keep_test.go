package routing_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/test/bolttest"
)

// Servers that no table names any more lose their connections, and the pool forgets them.
func TestServersThatLeave(t *testing.T) {
	inCluster(t, func(c *cluster) {
		for range 2 {
			c.get(reading)
		}
		inUse, err := c.router.Get(c.t.Context(), writing)
		require.NoError(t, err)
		c.table(func(m *bolt.RouteSuccess) {
			m.Routers, m.Readers, m.Writers = []string{string(west)}, []string{string(west)}, []string{string(west)}
		})
		_, err = c.router.Refresh(c.t.Context(), reading)
		require.NoError(t, err)
		synctest.Wait()
		stats := c.pool.Stats()
		assert.NotContains(t, stats.Hosts, east)
		assert.Equal(t, 1, stats.Hosts[core].InUse, "who has a connection keeps it")
		assert.Contains(t, stats.Hosts, seed, "the seed may be needed")
		inUse.Conn.Release()
		synctest.Wait()
		after := c.pool.Stats()
		assert.NotContains(t, after.Hosts, core)
		assert.Equal(t, stats.Total.Acquired, after.Total.Acquired, "what was counted stays")
		c.table(func(*bolt.RouteSuccess) {})
		_, err = c.router.Refresh(c.t.Context(), reading)
		require.NoError(t, err)
		assert.Equal(t, core, c.get(writing), "it may come back")
	})
}

// Tables that nobody uses are dropped some time after their end.
func TestPurge(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.answers(func(_ pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error) {
			reply := c.usual()
			reply.Database = m.Database
			if m.Database == "books" {
				reply.Readers = []string{string(east)}
				return reply, nil
			}
			reply.Readers, reply.Routers = []string{string(west)}, []string{string(west)}
			return reply, nil
		})
		books := routing.Request{Database: "books", ReadOnly: true}
		c.get(books)
		pass(330 * time.Second)
		c.get(reading)
		c.routes()
		_, err := c.router.Table(c.t.Context(), "books")
		require.NoError(t, err)
		assert.Empty(t, c.routes(), "expired for just 30 s")
		pass(330 * time.Second)
		c.get(reading)
		synctest.Wait()
		assert.NotContains(t, c.pool.Stats().Hosts, east)
		c.routes()
		_, err = c.router.Table(c.t.Context(), "books")
		require.NoError(t, err)
		assert.Len(t, c.routes(), 1)
	})
}

// Near its end a table still serves while the next one is on its way.
func TestRefreshAhead(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		pass(269 * time.Second)
		c.get(reading)
		synctest.Wait()
		assert.Len(t, c.routes(), 1)
		release := c.hold()
		pass(2 * time.Second)
		for range 10 {
			c.get(reading) // nobody waits
		}
		synctest.Wait()
		assert.Len(t, c.routes(), 1)
		close(release)
		synctest.Wait()
		pass(200 * time.Second)
		c.get(reading)
		synctest.Wait()
		assert.Empty(t, c.routes(), "the new table")
	})
}

// When that fails, the table serves until its end, and nobody tries again before.
func TestRefreshAheadFails(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		pass(271 * time.Second)
		c.refusing(bolttest.Failure("Neo.DatabaseError.General.UnknownError", "no"), seed, core, east, west)
		c.get(reading)
		synctest.Wait()
		assert.Len(t, c.told(routing.RefreshFailed), 1)
		c.routes()
		table, err := c.router.Table(c.t.Context(), "movies")
		require.NoError(t, err)
		assert.NotEmpty(t, table.Readers)
		c.get(reading)
		synctest.Wait()
		assert.Empty(t, c.routes(), "nobody tries again")
		c.table(func(*bolt.RouteSuccess) {})
		pass(30 * time.Second)
		c.get(reading)
		assert.Len(t, c.routes(), 1)
	})
}

// A table that does not live for long is not asked for ahead of time, and one that lives for ever never.
func TestRefreshAheadNot(t *testing.T) {
	for _, ttl := range []time.Duration{5 * time.Second, math.MaxInt64} {
		inCluster(t, func(c *cluster) {
			c.table(func(m *bolt.RouteSuccess) { m.TTL = ttl })
			c.get(reading)
			pass(4999 * time.Millisecond)
			c.get(reading)
			synctest.Wait()
			assert.Len(t, c.routes(), 1)
		})
	}
}

// A session's own login is not used for others.
func TestRefreshAheadNotWithSessionAuth(t *testing.T) {
	inCluster(t, func(c *cluster) {
		own := reading
		own.Conn.Auth = pool.Static(bolt.BasicAuth("alice", "secret"))
		c.get(own)
		pass(271 * time.Second)
		c.get(own)
		synctest.Wait()
		assert.Len(t, c.routes(), 1)
	})
}

// Fresh asks a router in any case, and so does Refresh; Table does where there is none.
func TestFresh(t *testing.T) {
	inCluster(t, func(c *cluster) {
		fresh := reading
		fresh.Fresh = true
		c.table(func(m *bolt.RouteSuccess) { m.TTL = 0 })
		c.get(fresh)
		assert.Len(t, c.routes(), 1, "what was asked for is used")
		_, err := c.router.Refresh(c.t.Context(), reading)
		require.NoError(t, err)
		assert.Len(t, c.routes(), 1)
		home, err := c.router.Table(c.t.Context(), "")
		require.NoError(t, err)
		assert.Equal(t, "movies", home.Database)
		assert.Equal(t, []question{{seed, "", ""}}, c.routes())
		_, err = c.router.Table(c.t.Context(), "")
		require.NoError(t, err)
		assert.Empty(t, c.routes(), "it is known by now")
	})
}

// Seeds that come and go, and never tell anything, leave nothing behind.
func TestSeedsThatComeAndGo(t *testing.T) {
	n := 0
	inCluster(t, func(c *cluster) {
		for range 10 {
			c.fails(reading)
		}
		synctest.Wait()
		stats := c.pool.Stats()
		assert.Len(t, stats.Hosts, 1)
		assert.Contains(t, stats.Hosts, pool.Address("10.0.0.10:7687"), "the last one")
		assert.EqualValues(t, 10, stats.Total.DialFailures)
	}, func(_ *cluster, _ *pool.Config, cfg *routing.Config) {
		cfg.Resolve = func(context.Context, pool.Address) ([]pool.Address, error) {
			n++
			return []pool.Address{pool.Address(fmt.Sprintf("10.0.0.%d:7687", n))}, nil
		}
	})
}

// Routers that nobody waited for any more, and that no table names, leave nothing behind.
func TestSeedsThatNobodyWaitsFor(t *testing.T) {
	n := 0
	inCluster(t, func(c *cluster) {
		assert.Contains(t, []pool.Address{east, west}, c.get(reading))
		hosts := len(c.pool.Stats().Hosts)
		for range 5 {
			n++
			c.mute(pool.Address(fmt.Sprintf("10.0.0.%d:7687", n)))
			ctx, cancel := context.WithTimeout(c.t.Context(), time.Second)
			_, err := c.router.Refresh(ctx, routing.Request{Database: "books", ReadOnly: true})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		pass(time.Minute)
		assert.Len(t, c.pool.Stats().Hosts, hosts)
		assert.Contains(t, c.pool.Stats().Hosts, pool.Address("10.0.0.5:7687"), "the last one may answer whoever comes next")
		assert.Contains(t, []pool.Address{east, west}, c.get(reading))
	}, func(_ *cluster, _ *pool.Config, cfg *routing.Config) {
		cfg.Resolve = func(context.Context, pool.Address) ([]pool.Address, error) {
			if n == 0 {
				return []pool.Address{seed}, nil
			}
			return []pool.Address{pool.Address(fmt.Sprintf("10.0.0.%d:7687", n))}, nil
		}
	})
}

// The connection to a router for which somebody had no patience is there for the next who comes.
func TestImpatienceCostsNoConnection(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.mute(seed)
		ctx, cancel := context.WithTimeout(c.t.Context(), time.Second)
		defer cancel()
		_, err := c.router.Get(ctx, reading)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		close(c.silent[seed])
		synctest.Wait()
		c.get(reading)
		n := 0
		for _, a := range c.dials() {
			if a == seed {
				n++
			}
		}
		assert.Equal(t, 1, n)
	})
}
