package routing_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/test/bolttest"
)

// What an error of the work does to the table of its database, to that of another, and to the connections.
func TestFail(t *testing.T) {
	lost := &bolt.ConnectivityError{Op: "read", Address: string(core), Err: errors.New("reset by peer")}
	server := func(code string) error { return bolttest.Failure(code, "no") }
	const nothing, writer, member = 0, 1, 2
	cases := map[string]struct {
		err  error
		read bool
		want int // what is dropped
	}{
		"a lost connection":             {lost, false, member},
		"a lost connection in reading":  {lost, true, member},
		"not a leader":                  {server("Neo.ClientError.Cluster.NotALeader"), false, writer},
		"not a leader in reading":       {server("Neo.ClientError.Cluster.NotALeader"), true, nothing},
		"read only":                     {server("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"), false, writer},
		"read only in reading":          {server("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"), true, nothing},
		"unavailable":                   {server("Neo.TransientError.General.DatabaseUnavailable"), false, member},
		"unavailable in reading":        {server("Neo.TransientError.General.DatabaseUnavailable"), true, member},
		"unavailable, but a client's":   {server("Neo.ClientError.General.DatabaseUnavailable"), false, nothing},
		"unavailable, but a database's": {server("Neo.TransientError.Database.DatabaseUnavailable"), false, nothing},
		"a syntax error":                {server("Neo.ClientError.Statement.SyntaxError"), false, nothing},
		"a security error":              {server("Neo.ClientError.Security.Forbidden"), false, nothing},
		"an error of the user's":        {errors.New("mine"), false, nothing},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			inCluster(t, func(c *cluster) {
				c.answers(func(_ pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error) {
					reply := c.usual()
					reply.Database, reply.Readers = m.Database, []string{string(core)}
					return reply, nil
				})
				c.get(routing.Request{Database: "books"})
				idle, err := c.pool.Get(c.t.Context(), core, pool.Request{})
				require.NoError(t, err)
				p, err := c.router.Get(c.t.Context(), routing.Request{Database: "movies", ReadOnly: test.read})
				require.NoError(t, err)
				idle.Release()
				assert.Equal(t, test.err, p.Fail(test.err))
				p.Conn.Release()

				movies, books := c.has("movies"), c.has("books")
				assert.Equal(t, test.want != member, movies[0], "as a reader of the database")
				assert.Equal(t, test.want == nothing, movies[1], "as a writer of the database")
				assert.Equal(t, test.want != member, books[0], "as a reader of another")
				assert.Equal(t, test.want != member, books[1], "as a writer of another")
				dropped := c.told(routing.MemberDropped)
				if test.want == nothing {
					assert.Empty(t, dropped)
					return
				}
				require.Len(t, dropped, 1)
				assert.Equal(t, test.err, dropped[0].Err)
				assert.Equal(t, map[int]string{writer: "movies", member: ""}[test.want], dropped[0].Database)
				if test.want == member {
					pass(1) // for the connections to close
					assert.Zero(t, c.pool.Stats().Hosts[core].Idle)
				}
			})
		})
	}
}

// has tells whether core is a reader and a writer of a database.
func (c *cluster) has(database string) [2]bool {
	c.t.Helper()
	table, err := c.router.Table(c.t.Context(), database)
	require.NoError(c.t, err)
	var is [2]bool
	for i, list := range [][]string{table.Readers, table.Writers} {
		for _, a := range list {
			is[i] = is[i] || a == string(core)
		}
	}
	return is
}

// After a change of leader the next write goes to the new one.
func TestNewLeader(t *testing.T) {
	inCluster(t, func(c *cluster) {
		p, err := c.router.Get(c.t.Context(), writing)
		require.NoError(t, err)
		c.table(func(m *bolt.RouteSuccess) { m.Writers = []string{string(east)} })
		_ = p.Fail(bolttest.Failure("Neo.ClientError.Cluster.NotALeader", "no"))
		p.Conn.Release()
		assert.Equal(t, east, c.get(writing))
		changed := c.told(routing.TableChanged)
		require.Len(t, changed, 2)
		assert.Equal(t, []string{string(core)}, changed[0].Table.Writers)
		assert.Equal(t, []string{string(east)}, changed[1].Table.Writers)
	})
}

// A database can have several names; the errors of work on it go to its one table.
func TestAlias(t *testing.T) {
	inCluster(t, func(c *cluster) {
		alias := routing.Request{Database: "Films"}
		p, err := c.router.Get(c.t.Context(), alias)
		require.NoError(t, err)
		assert.Equal(t, "Films", p.Database, "what is sent is what was asked for")
		p.Conn.Release()
		c.get(alias)
		c.get(writing)
		assert.Len(t, c.routes(), 1)
		_ = p.Fail(bolttest.Failure("Neo.ClientError.Cluster.NotALeader", "no"))
		assert.Equal(t, [2]bool{false, false}, c.has("movies"))
		c.get(alias)
		assert.Len(t, c.routes(), 1, "its table is not fresh any more")
	})
}

func TestPlacementOfOneServer(t *testing.T) {
	inCluster(t, func(c *cluster) {
		one := routing.Direct(c.pool, core)
		p, err := one.Get(c.t.Context(), routing.Request{Database: "movies"})
		require.NoError(t, err)
		assert.Equal(t, "movies", p.Home("books"))
		why := bolttest.Failure("Neo.ClientError.Cluster.NotALeader", "no")
		assert.Equal(t, error(why), p.Fail(why))
		p.Conn.Release()
		p, err = one.Get(c.t.Context(), routing.Request{})
		require.NoError(t, err)
		assert.Empty(t, p.Home("books"), "nothing to be pinned")
		p.Conn.Release()
		table, err := one.Table(c.t.Context(), "movies")
		require.NoError(t, err)
		list := []string{string(core)}
		assert.Equal(t, routing.Table{Database: "movies", Routers: list, Readers: list, Writers: list}, table)
		assert.Empty(t, c.routes())
	})
}
