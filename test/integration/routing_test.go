package integration_test

import (
	"context"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/rx"
)

// routed is the URI of the server of this run, with routing.
func routed(t *testing.T) string { return "neo4j://" + realServer(t).Address }

// eachRouted runs a test over each Bolt version of the server, with a driver that routes and counts
// how often it asks for a routing table.
func eachRouted(t *testing.T, test func(t *testing.T, driver *neorx.Driver, version bolt.Version, asked *atomic.Int64)) {
	for _, version := range offered(realServer(t).Version) {
		t.Run("Bolt "+version.String(), func(t *testing.T) {
			var asked atomic.Int64
			test(t, openURI(t, routed(t), pin(version), neorx.WithLogger(slog.New(&counting{said: "C: ROUTE", n: &asked}))), version, &asked)
		})
	}
}

// counting is a log that counts one line.
type counting struct {
	said string
	n    *atomic.Int64
}

func (*counting) Enabled(context.Context, slog.Level) bool { return true }
func (c *counting) WithAttrs([]slog.Attr) slog.Handler     { return c }
func (c *counting) WithGroup(string) slog.Handler          { return c }

func (c *counting) Handle(_ context.Context, r slog.Record) error {
	if r.Message == c.said {
		c.n.Add(1)
	}
	return nil
}

// forms are the ways to do work. Each writes a node in a session's way, and returns the summary's
// names of the server and of the database.
var forms = map[string]func(ctx context.Context, driver *neorx.Driver, session *neorx.Session) (string, string, error){
	"a query of the driver": func(ctx context.Context, driver *neorx.Driver, _ *neorx.Session) (string, string, error) {
		return place(driver.Query("CREATE (:Routed)", nil).Exec(ctx))
	},
	"a read of the driver": func(ctx context.Context, driver *neorx.Driver, _ *neorx.Session) (string, string, error) {
		return place(driver.Query("MATCH (n:Routed) RETURN count(n)", nil, neorx.ReadOnly()).Exec(ctx))
	},
	"an auto-commit of the driver": func(ctx context.Context, driver *neorx.Driver, _ *neorx.Session) (string, string, error) {
		return place(driver.Query("CREATE (:Routed)", nil, neorx.AutoCommit()).Exec(ctx))
	},
	"a query of a session": func(ctx context.Context, _ *neorx.Driver, session *neorx.Session) (string, string, error) {
		return place(session.Query("CREATE (:Routed)", nil).Exec(ctx))
	},
	"a transaction": func(ctx context.Context, _ *neorx.Driver, session *neorx.Session) (string, string, error) {
		tx, err := session.Begin(ctx)
		if err != nil {
			return "", "", err
		}
		defer tx.Close(ctx)
		server, database, err := place(tx.Query("CREATE (:Routed)", nil).Exec(ctx))
		if err != nil {
			return "", "", err
		}
		return server, database, tx.Commit(ctx)
	},
	"managed work": func(ctx context.Context, _ *neorx.Driver, session *neorx.Session) (server, database string, err error) {
		_, err = neorx.WriteTx(ctx, session, func(ctx context.Context, tx *neorx.Transaction) (any, error) {
			server, database, err = place(tx.Query("CREATE (:Routed)", nil).Exec(ctx))
			return nil, err
		})
		return server, database, err
	},
	"a managed read": func(ctx context.Context, _ *neorx.Driver, session *neorx.Session) (server, database string, err error) {
		_, err = neorx.ReadTx(ctx, session, func(ctx context.Context, tx *neorx.Transaction) (any, error) {
			server, database, err = place(tx.Query("MATCH (n:Routed) RETURN count(n)", nil).Exec(ctx))
			return nil, err
		})
		return server, database, err
	},
	"a managed stream": func(ctx context.Context, _ *neorx.Driver, session *neorx.Session) (server, database string, err error) {
		stream := neorx.WriteStream(session, func(tx *neorx.Transaction) rx.Stream[*neorx.Summary] {
			return rx.Call(tx.Query("CREATE (:Routed)", nil).Exec)
		})
		summary, err := stream.First(ctx)
		return place(summary, err)
	},
}

func place(summary *neorx.Summary, err error) (server, database string, _ error) {
	if err != nil {
		return "", "", err
	}
	return summary.Server.Address, summary.Database, nil
}

// TestRouting has all work go through a driver that routes, to a server that advertises an address
// which leads nowhere.
func TestRouting(t *testing.T) {
	eachRouted(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version, asked *atomic.Int64) {
		t.Cleanup(func() { wipe(t, driver, "Routed") })
		for name, form := range forms {
			for _, session := range []*neorx.Session{driver.Session(), driver.Session(neorx.Database("neo4j"))} {
				server, database, err := form(limited(t), driver, session)
				require.NoError(t, err, name)
				assert.Equal(t, realServer(t).Address, server)
				assert.Equal(t, "neo4j", database)
			}
		}
		// A server that tells where the work takes place need not be asked for each session: the
		// table for one that was told has served all.
		if version.Compare(bolt.Version{Major: 5, Minor: 8}) >= 0 {
			assert.Equal(t, int64(1), asked.Load())
		} else {
			assert.Greater(t, asked.Load(), int64(len(forms)))
		}
		assert.Equal(t, 1, driver.PoolStats().Total.Idle, "one connection was enough")
	})
}

// TestAdvertisedAddress shows what the driver is up against: without the address in the routing
// context the table leads nowhere.
func TestAdvertisedAddress(t *testing.T) {
	s := realServer(t)
	nc, err := (&net.Dialer{}).DialContext(limited(t), "tcp", s.Address)
	require.NoError(t, err)
	c, err := bolt.NewConn(limited(t), nc, bolt.Config{Auth: bolt.BasicAuth(s.User, s.Password), Routing: map[string]string{}})
	require.NoError(t, err)
	defer c.Close()
	told, err := c.Route(limited(t), bolt.Route{Routing: map[string]string{}, Database: "neo4j"})
	require.NoError(t, err)
	assert.Equal(t, []string{advertised}, told.Writers)

	table, err := openURI(t, routed(t)).RoutingTable(limited(t), "neo4j")
	require.NoError(t, err)
	here := []string{s.Address}
	assert.Equal(t, here, table.Routers)
	assert.Equal(t, here, table.Readers)
	assert.Equal(t, here, table.Writers)
	assert.Equal(t, "neo4j", table.Database)
	assert.Greater(t, time.Until(table.Expires), time.Minute)
}

// TestHomeDatabaseIsFound: what is told about it is the same whoever tells it, and everybody is
// told.
func TestHomeDatabaseIsFound(t *testing.T) {
	eachRouted(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version, asked *atomic.Int64) {
		homes := make(chan neorx.TopologyEvent, 16)
		observed := make(chan error, 1)
		go func() {
			observed <- driver.Topology().Filter(func(e neorx.TopologyEvent) bool { return e.Kind == neorx.HomeResolved }).
				ForEach(limited(t), func(e neorx.TopologyEvent) error {
					homes <- e
					return nil
				})
		}()
		session := driver.Session()
		for range 3 {
			_, err := session.Query("RETURN 1", nil).Exec(limited(t))
			require.NoError(t, err)
		}
		assert.Equal(t, int64(1), asked.Load(), "a session asks once")
		table, err := driver.RoutingTable(limited(t), "")
		require.NoError(t, err)
		assert.Equal(t, "neo4j", table.Database)
		require.NoError(t, driver.Close(limited(t)))
		require.NoError(t, <-observed)
		close(homes)
		for home := range homes { // where the observer came too late there is none
			assert.Equal(t, "neo4j", home.Database)
		}
	})
}

// TestRoutingToAnUnknownDatabase: the server's own answer, at once.
func TestRoutingToAnUnknownDatabase(t *testing.T) {
	eachRouted(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version, asked *atomic.Int64) {
		_, err := driver.Query("RETURN 1", nil, neorx.Database("nowhere")).Exec(limited(t))
		var refused *neorx.ServerError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "Neo.ClientError.Database.DatabaseNotFound", refused.Code)
		require.ErrorAs(t, driver.VerifyConnectivity(limited(t), neorx.Database("nowhere")), &refused)
		assert.Equal(t, int64(2), asked.Load(), "nothing is retried")
		require.NoError(t, driver.VerifyConnectivity(limited(t)), "the rest is none the worse for it")
	})
}

// TestRoutingWithAPolicy: a server that stands alone takes any routing context.
func TestRoutingWithAPolicy(t *testing.T) {
	require.NoError(t, openURI(t, routed(t)+"?policy=north%20sea").VerifyConnectivity(limited(t)))
}

// TestRoutingByName: a name with several addresses, of which some lead nowhere, and one that only
// the resolver knows.
func TestRoutingByName(t *testing.T) {
	host, port, err := net.SplitHostPort(realServer(t).Address)
	require.NoError(t, err)
	lookup := func(_ context.Context, name string) ([]string, error) {
		if name == "db.example" {
			return []string{"::1", host}, nil
		}
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	resolver := func(context.Context, string) ([]string, error) { return []string{realServer(t).Address}, nil }
	cases := map[string]struct {
		uri     string
		options []neorx.Option
	}{
		"looked up": {"neo4j://db.example:" + port, []neorx.Option{neorx.WithLookup(lookup)}},
		"resolved":  {"neo4j://cluster.example:" + port, []neorx.Option{neorx.WithLookup(lookup), neorx.WithResolver(resolver)}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			driver := openURI(t, test.uri, test.options...)
			for range 3 {
				_, err := driver.Query("RETURN 1", nil).Exec(limited(t))
				require.NoError(t, err)
			}
			require.NoError(t, driver.VerifyConnectivity(limited(t)))
		})
	}
}
