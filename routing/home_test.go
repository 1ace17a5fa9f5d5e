package routing_test

import (
	"sync"
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

// routing servers route what is not for them.
func routingServers(c *cluster, _ *pool.Config, _ *routing.Config) {
	c.options = append(c.options, bolttest.WithHints(bolt.Hints{SSR: true}))
}

// speaking sets the version that all servers speak.
func speaking(major, minor uint8) func(*cluster, *pool.Config, *routing.Config) {
	return func(c *cluster, _ *pool.Config, _ *routing.Config) {
		c.options = append(c.options, bolttest.WithVersions(bolt.Version{Major: major, Minor: minor}))
	}
}

// home asks for the home database, and returns what requests have to send before and after the server has told.
func (c *cluster) home(q routing.Request, told string) (sent, pinned string) {
	c.t.Helper()
	p, err := c.router.Get(c.t.Context(), q)
	require.NoError(c.t, err)
	defer p.Conn.Release()
	assert.Equal(c.t, p.Database == "" && c.pool.Routes(), p.Open(), "only a guess is open")
	return p.Database, p.Home(told)
}

// Without server-side routing every session asks where it is at home.
func TestHomeAsked(t *testing.T) {
	inCluster(t, func(c *cluster) {
		for range 2 {
			sent, pinned := c.home(routing.Request{ReadOnly: true}, "")
			assert.Equal(t, "movies", sent)
			assert.Equal(t, "movies", pinned)
		}
		assert.Equal(t, []question{{seed, "", ""}, {core, "", ""}}, c.routes())
		c.get(reading)
		assert.Empty(t, c.routes(), "the table is that of the database's name")
		assert.Len(t, c.told(routing.HomeResolved), 1, "no news the second time")
	}, speaking(5, 4))
}

// Servers before Bolt 4.4 do not tell the name: the table is used for as long as it holds.
func TestHomeUnnamed(t *testing.T) {
	for _, minor := range []uint8{1, 2, 3} {
		inCluster(t, func(c *cluster) {
			for range 2 {
				sent, pinned := c.home(routing.Request{ReadOnly: true}, "")
				assert.Empty(t, sent)
				assert.Empty(t, pinned)
			}
			assert.Equal(t, []question{{seed, "", ""}}, c.routes())
			assert.Empty(t, c.told(routing.HomeResolved))
			table, err := c.router.Table(c.t.Context(), "")
			require.NoError(t, err)
			assert.Empty(t, table.Database)
			assert.Empty(t, c.routes())
		}, speaking(4, minor))
	}
}

// With server-side routing a guess is enough: the server tells the true name.
func TestHomeGuessed(t *testing.T) {
	inCluster(t, func(c *cluster) {
		sent, pinned := c.home(routing.Request{ReadOnly: true}, "")
		assert.Equal(t, "movies", sent, "a router was asked")
		assert.Equal(t, "movies", pinned)
		c.routes()
		sent, pinned = c.home(routing.Request{ReadOnly: true}, "")
		assert.Empty(t, sent)
		assert.Empty(t, pinned, "the server has not told")
		sent, pinned = c.home(routing.Request{ReadOnly: true}, "books")
		assert.Empty(t, sent)
		assert.Equal(t, "books", pinned)
		assert.Empty(t, c.routes())
		resolved := c.told(routing.HomeResolved)
		require.Len(t, resolved, 2)
		assert.Equal(t, "books", resolved[1].Database)

		sent, _ = c.home(routing.Request{ReadOnly: true}, "")
		assert.Equal(t, "movies", sent, "there is no table of books, so a router was asked, which says movies again")
		assert.Equal(t, []question{{seed, "", ""}}, c.routes())
	}, routingServers)
}

// A guess whose table is over is no guess: the router is asked without a name.
func TestHomeGuessExpired(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.home(routing.Request{ReadOnly: true}, "")
		pass(time.Hour)
		c.routes()
		sent, _ := c.home(routing.Request{ReadOnly: true}, "")
		assert.Equal(t, "movies", sent)
		assert.Equal(t, []question{{core, "", ""}}, c.routes())
	}, routingServers)
}

// Each user has a home of their own; whoever is impersonated shares it with who logs in by that name.
func TestHomeOfUsers(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.answers(func(_ pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error) {
			reply := c.usual()
			if m.ImpersonatedUser != "" {
				reply.Database = "of " + m.ImpersonatedUser
			}
			return reply, nil
		})
		as := func(token bolt.AuthToken) routing.Request {
			return routing.Request{ReadOnly: true, Conn: pool.Request{Auth: pool.Static(token)}}
		}
		sent := func(q routing.Request) string {
			s, _ := c.home(q, "")
			return s
		}
		alice := routing.Request{ReadOnly: true, ImpersonatedUser: "alice"}
		assert.Equal(t, "movies", sent(routing.Request{ReadOnly: true}))
		assert.Equal(t, "of alice", sent(alice))
		assert.Empty(t, sent(alice))
		assert.Empty(t, sent(as(bolt.BasicAuth("alice", "x"))))
		assert.Equal(t, "of bob", sent(routing.Request{ReadOnly: true, ImpersonatedUser: "bob"}))
		assert.Equal(t, "movies", sent(as(bolt.BearerAuth("alice"))), "a token is not a name")
		assert.Equal(t, "movies", sent(as(bolt.BearerAuth("bob"))))
		assert.Empty(t, sent(as(bolt.BearerAuth("bob"))))
		assert.Empty(t, sent(routing.Request{ReadOnly: true}))
		events := c.told(routing.HomeResolved)
		require.Len(t, events, 5)
		assert.Equal(t, "alice", events[1].User)
		assert.Empty(t, events[3].User, "whose secret is not told")
	}, routingServers)
}

// One open connection to a server that does not route what is not for it, and there is no guessing.
func TestHomeMixedCluster(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.home(routing.Request{ReadOnly: true}, "")
		old, err := c.pool.Get(c.t.Context(), "old:7687", pool.Request{})
		require.NoError(t, err)
		sent, _ := c.home(routing.Request{ReadOnly: true}, "")
		assert.Equal(t, "movies", sent, "a router was asked")
		old.Release()
		c.pool.Drop("old:7687")
		synctest.Wait()
		sent, _ = c.home(routing.Request{ReadOnly: true}, "")
		assert.Empty(t, sent)
	}, routingServers, func(c *cluster, _ *pool.Config, _ *routing.Config) { c.addOld("old:7687") })
}

// A server that was thought to route and does not is given back unharmed, and a router is asked.
func TestHomeGuessRefuted(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.addOld(east)
		c.addOld(west)
		c.table(func(m *bolt.RouteSuccess) { m.Routers = []string{string(core)} })
		_, err := c.router.Refresh(c.t.Context(), routing.Request{})
		require.NoError(t, err)
		c.routes()
		c.dials()
		sent, pinned := c.home(routing.Request{ReadOnly: true}, "")
		assert.Equal(t, "movies", sent)
		assert.Equal(t, "movies", pinned)
		assert.Equal(t, []question{{core, "", ""}}, c.routes())
		synctest.Wait()
		total := c.pool.Stats().Total
		assert.Zero(t, total.InUse)
		assert.Zero(t, total.Closed.Failed)
	}, routingServers)
}

// addOld starts a member, in the place of another if need be, that does not route.
func (c *cluster) addOld(a pool.Address) {
	options := c.options
	c.options = []bolttest.Option{bolttest.WithVersions(bolt.Version{Major: 5, Minor: 4})}
	c.add(a)
	c.options = options
}

// What a router is asked on behalf of many at the same time is asked once.
func TestHomeOfManyAtOnce(t *testing.T) {
	inCluster(t, func(c *cluster) {
		release := c.hold()
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { c.home(routing.Request{ReadOnly: true}, "") })
		}
		synctest.Wait()
		close(release)
		all.Wait()
		assert.Len(t, c.routes(), 1)
	})
}
