package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/conversation"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// asked keeps what a server was asked for, and answers with a table.
func asked(got *bolt.Route) bolttest.Option {
	return bolttest.OnRoute(func(_ context.Context, m *bolt.Route) (*bolt.RouteSuccess, error) {
		*got = *m
		if m.Database == "nowhere" {
			return nil, bolttest.Failure("Neo.ClientError.Database.DatabaseNotFound", "no such database")
		}
		return &bolt.RouteSuccess{
			TTL: 5 * time.Minute, Database: "movies", Routers: []string{"a:1"}, Readers: []string{"b:2", "c:3"}, Writers: []string{"[::1]:4"},
		}, nil
	})
}

func TestRoute(t *testing.T) {
	routing := map[string]string{"address": "h:7687", "region": "eu"}
	cases := map[string]struct {
		version bolt.Version
		ask     bolt.Route
		sees    bolt.Route // what the server sees
		names   bool       // the reply names the database
	}{
		"as a message": {
			bolt.Version{Major: 5, Minor: 8},
			bolt.Route{Database: "movies", Bookmarks: []string{"b"}},
			bolt.Route{Database: "movies", Bookmarks: []string{"b"}},
			true,
		},
		"of somebody's home": {
			bolt.Version{Major: 4, Minor: 4},
			bolt.Route{ImpersonatedUser: "eve"},
			bolt.Route{Bookmarks: []string{}, ImpersonatedUser: "eve"},
			true,
		},
		"without a name": {
			bolt.Version{Major: 4, Minor: 3}, bolt.Route{Database: "movies"}, bolt.Route{Database: "movies", Bookmarks: []string{}}, false,
		},
		"by procedure": {
			bolt.Version{Major: 4, Minor: 2},
			bolt.Route{Database: "movies", Bookmarks: []string{"b"}},
			bolt.Route{Database: "movies", Bookmarks: []string{"b"}},
			false,
		},
		"of the default database":        {bolt.Version{Major: 4, Minor: 1}, bolt.Route{}, bolt.Route{}, false},
		"before there were databases":    {bolt.Version{Major: 3}, bolt.Route{}, bolt.Route{}, false},
		"bookmarks are not for everyone": {bolt.Version{Major: 3}, bolt.Route{Bookmarks: []string{"b"}}, bolt.Route{}, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var got bolt.Route
			s := bolttest.New(t, counting, bolttest.WithVersions(test.version), asked(&got))
			c := connect(t, s, bolt.Config{})
			test.ask.Routing, test.sees.Routing = routing, routing
			table, err := c.Route(t.Context(), test.ask)
			require.NoError(t, err)
			want := &bolt.RouteSuccess{TTL: 5 * time.Minute, Routers: []string{"a:1"}, Readers: []string{"b:2", "c:3"}, Writers: []string{"[::1]:4"}}
			if test.names {
				want.Database = "movies"
			}
			assert.Equal(t, want, table)
			assert.Equal(t, test.sees, got)
			assert.True(t, c.Clean(), "the connection can serve somebody else")
		})
	}
}

func TestRouteRefused(t *testing.T) {
	for _, version := range []bolt.Version{{Major: 5, Minor: 8}, {Major: 4, Minor: 2}} {
		t.Run(version.String(), func(t *testing.T) {
			s := bolttest.New(t, counting, bolttest.WithVersions(version), asked(&bolt.Route{}))
			c := connect(t, s, bolt.Config{})
			_, err := c.Route(t.Context(), bolt.Route{Database: "nowhere"})
			var refused *bolt.ServerError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, "Neo.ClientError.Database.DatabaseNotFound", refused.Code)
			require.NoError(t, c.Reset(t.Context()))
			_, err = c.Route(t.Context(), bolt.Route{Database: "movies"})
			assert.NoError(t, err)
		})
	}
}

// An answer to the procedure that does not end costs the connection, and no memory.
func TestRouteByProcedureWithoutAnEnd(t *testing.T) {
	const rowBytes = 8
	table := "B171 92 01 90" // RECORD [1, []]
	wire := [][]byte{messagesOf(t, finished), messagesOf(t, "B170 A1 86 6669656C6473 92 83 74746C 87 73657276657273")}
	for _, v := range []bolt.Version{{Major: 3}, {Major: 4, Minor: 2}} {
		t.Run(v.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := conversation.Recording{{0, 0, v.Minor, v.Major}, wire[0], wire[1]}.Play()
				said := &countingConn{Conn: &noise{Conn: server, said: bytes.Repeat(messagesOf(t, table), 10_000), every: time.Millisecond}}
				c, err := bolt.NewConn(t.Context(), said, bolt.Config{Versions: []bolt.Version{v}})
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err = c.Route(ctx, bolt.Route{})
				require.ErrorAs(t, err, new(*bolt.ProtocolError))
				assert.ErrorContains(t, err, "it is not one record of ttl and servers")
				assert.False(t, c.Alive())
				assert.LessOrEqual(t, said.read/rowBytes, 2*64<<10/rowBytes, "records of two reads")
			})
		})
	}
}

// countingConn counts the bytes that are read.
type countingConn struct {
	net.Conn
	read int
}

func (c *countingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read += n
	return n, err
}

// What a version cannot say is an error before anything is sent.
func TestRouteUnsaid(t *testing.T) {
	cases := map[string]struct {
		version bolt.Version
		ask     bolt.Route
	}{
		"impersonation by message":   {bolt.Version{Major: 4, Minor: 3}, bolt.Route{ImpersonatedUser: "eve"}},
		"impersonation by procedure": {bolt.Version{Major: 4, Minor: 2}, bolt.Route{ImpersonatedUser: "eve"}},
		"a database":                 {bolt.Version{Major: 3}, bolt.Route{Database: "movies"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := bolttest.New(t, counting, bolttest.WithVersions(test.version))
			c := connect(t, s, bolt.Config{})
			_, err := c.Route(t.Context(), test.ask)
			var misuse *records.UsageError
			require.ErrorAs(t, err, &misuse)
			assert.Len(t, s.Conversation(1), 1, "nothing behind HELLO")
			assert.True(t, c.Clean())
		})
	}
}

func TestRouteGivenUp(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Route(ctx, bolt.Route{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.False(t, c.Clean())
		require.NoError(t, c.Reset(t.Context()))
		assert.True(t, c.Clean())
	}, bolttest.OnRoute(func(ctx context.Context, _ *bolt.Route) (*bolt.RouteSuccess, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
}

// The procedure is a query like any other, and its result may be anything.
func TestRouteByProcedureThatIsNone(t *testing.T) {
	table := func(ttl, servers any) *bolttest.Result {
		return bolttest.Rows([]string{"ttl", "servers"}, []any{ttl, servers})
	}
	reader := []any{map[string]any{"role": "READ", "addresses": []any{"a:1", 7}}, map[string]any{"role": "MIRROR", "addresses": []any{"b:2"}}}
	cases := map[string]struct {
		result *bolttest.Result
		want   *bolt.RouteSuccess // nil: an error
	}{
		"no record":           {bolttest.Rows([]string{"ttl", "servers"}), nil},
		"two records":         {bolttest.Rows([]string{"ttl", "servers"}, []any{1, reader}, []any{1, reader}), nil},
		"other columns":       {bolttest.Rows([]string{"x"}, []any{1}), nil},
		"a text for a number": {table("soon", reader), nil},
		"no list":             {table(1, "a:1"), nil},
		"unknown roles":       {table(60, reader), &bolt.RouteSuccess{TTL: time.Minute, Readers: []string{"a:1"}}},
		"a negative time":     {table(-1, reader), &bolt.RouteSuccess{Readers: []string{"a:1"}}},
		"for ever":            {table(int64(math.MaxInt64), reader), &bolt.RouteSuccess{TTL: math.MaxInt64 / time.Second * time.Second, Readers: []string{"a:1"}}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			// a server of Bolt 5.8 knows the procedure as a query, so that its handler can answer anything
			s := bolttest.New(t, func(context.Context, *bolttest.Query) (*bolttest.Result, error) { return test.result, nil })
			c := connect(t, s, bolt.Config{})
			got, err := bolt.RouteByProcedure(t.Context(), c, bolt.Route{})
			if test.want == nil {
				var broken *bolt.ProtocolError
				assert.True(t, errors.As(err, &broken), "%v", err)
				assert.True(t, c.Clean() || !c.Alive(), "nothing is left open")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}
