package neorx_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// toldRouting is what servers were told about routing: by HELLO, and by ROUTE.
func toldRouting(s *bolttest.Server) (all []map[string]string) {
	for _, hello := range bolttest.Received[*bolt.Hello](s) {
		all = append(all, hello.Routing)
	}
	for _, route := range bolttest.Received[*bolt.Route](s) {
		all = append(all, route.Routing)
	}
	return all
}

func TestRoutingContextIsTold(t *testing.T) {
	cases := map[string]struct {
		uri  string
		want []map[string]string // in HELLO and ROUTE
	}{
		"neo4j": {"neo4j://db", []map[string]string{{"address": "db:7687"}, {"address": "db:7687"}}},
		"neo4j, with a policy": {
			"neo4j://db:1?policy=north%20sea",
			[]map[string]string{{"address": "db:1", "policy": "north sea"}, {"address": "db:1", "policy": "north sea"}},
		},
		"bolt": {"bolt://db", []map[string]string{nil}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			server := bolttest.New(t, one.Handle, bolttest.InMemory())
			_, err := open(t, test.uri, neorx.WithDialer(server.Dial)).Query("RETURN 1 AS n", nil).Exec(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.want, toldRouting(server))
		})
	}
}

// A server that stands alone answers to neo4j as it does to bolt, in every version of the protocol.
func TestStandaloneServer(t *testing.T) {
	for _, version := range bolt.Supported {
		t.Run(version.String(), func(t *testing.T) {
			server := bolttest.New(t, one.Handle, bolttest.WithVersions(version))
			d := open(t, "neo4j://"+server.Address())
			require.NoError(t, d.VerifyConnectivity(t.Context()))
			n, err := neorx.One[int](t.Context(), d.Query("RETURN 1 AS n", nil))
			require.NoError(t, err)
			assert.Equal(t, 1, n)
			n, err = neorx.One[int](t.Context(), d.Session().Query("RETURN 1 AS n", nil, neorx.ReadOnly()))
			require.NoError(t, err)
			assert.Equal(t, 1, n)
			assert.Equal(t, 1, server.Connections(), "what has told the table does the work too")
		})
	}
}

// inMemory opens a driver on a cluster in memory, and closes both.
func inMemory(t *testing.T, test func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver), opts ...bolttest.ClusterOption) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := bolttest.NewCluster(t, append([]bolttest.ClusterOption{bolttest.WithMemberOptions(bolttest.WithRecording())}, opts...)...)
		d, err := neorx.Open(c.URI(), neorx.BasicAuth("neo4j", "secret"), neorx.WithDialer(c.Dial), neorx.WithLookup(c.LookUp))
		require.NoError(t, err)
		test(t, c, d)
		require.NoError(t, d.Close(t.Context()))
	})
}

// asked counts the routing tables that a cluster was asked for.
func asked(c *bolttest.Cluster) (n int) {
	for _, m := range c.Members() {
		n += len(bolttest.Received[*bolt.Route](m.Server()))
	}
	return n
}

func TestVerifyConnectivityAsksARouterEachTime(t *testing.T) {
	inMemory(t, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		for n := range 3 {
			info, err := d.GetServerInfo(t.Context())
			require.NoError(t, err)
			assert.Contains(t, []string{c.Member(1).Address(), c.Member(2).Address()}, info.Address, "one that serves reads")
			assert.Equal(t, n+1, asked(c))
		}
	})
}

// All who serve reads are tried, and nobody else.
func TestVerifyConnectivityTriesAllReaders(t *testing.T) {
	inMemory(t, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		c.Member(0).FreezeTable(true) // so that it goes on naming those who are gone
		c.Member(1).Crash()
		info, err := d.GetServerInfo(t.Context())
		require.NoError(t, err)
		assert.Equal(t, c.Member(2).Address(), info.Address)

		c.Member(2).Crash()
		err = d.VerifyConnectivity(t.Context())
		var unavailable *neorx.UnavailableError
		require.ErrorAs(t, err, &unavailable)
		assert.True(t, unavailable.ReadOnly)
		assert.ErrorContains(t, err, "no server that serves reads of the database \"neo4j\" could be reached")
		assert.Empty(t, bolttest.Received[*bolt.Reset](c.Member(0).Server()), "the leader was asked for the table, and for nothing else")
	})
}

func TestVerifyConnectivityOfADatabase(t *testing.T) {
	inMemory(t, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		require.NoError(t, d.VerifyConnectivity(t.Context(), neorx.Database("movies")))
		err := d.VerifyConnectivity(t.Context(), neorx.Database("moveis"))
		var refused *neorx.ServerError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "Neo.ClientError.Database.DatabaseNotFound", refused.Code)

		err = d.VerifyConnectivity(t.Context(), neorx.Impersonate(""))
		assert.ErrorAs(t, err, new(*neorx.UsageError), "options are checked")
	}, bolttest.WithDatabases("neo4j", "movies"))
}

// A database that is not there is told at once, as the server says it, and by everything.
func TestUnknownDatabase(t *testing.T) {
	inMemory(t, func(t *testing.T, _ *bolttest.Cluster, d *neorx.Driver) {
		began := time.Now()
		_, onQuery := d.Query("RETURN 1 AS n", nil, neorx.Database("moveis")).Exec(t.Context())
		_, onBegin := d.Session(neorx.Database("moveis")).Begin(t.Context())
		_, onTable := d.RoutingTable(t.Context(), "moveis")
		_, onRefresh := d.RefreshRoutingTable(t.Context(), "moveis")
		for what, err := range map[string]error{"query": onQuery, "begin": onBegin, "table": onTable, "refresh": onRefresh} {
			var refused *neorx.ServerError
			require.ErrorAs(t, err, &refused, what)
			assert.Equal(t, "Neo.ClientError.Database.DatabaseNotFound", refused.Code)
		}
		assert.Zero(t, time.Since(began), "nothing is retried")
	})
}

// What does not route is told as what it is, with what to do about it.
func TestServerThatDoesNotRoute(t *testing.T) {
	missing := bolttest.Failure("Neo.ClientError.Procedure.ProcedureNotFound", "There is no procedure with the name `dbms.routing.getRoutingTable`")
	off := bolttest.Failure("Neo.ClientError.General.Forbidden", "routing is switched off")
	cases := map[string]struct {
		version bolt.Version
		failure *bolt.ServerError
		want    string
	}{
		"an old one":       {bolt.Version{Major: 4, Minor: 2}, missing, "ProcedureNotFound"},
		"one that refuses": {bolt.Version{Major: 5, Minor: 8}, off, "routing is switched off"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				server := bolttest.New(t, one.Handle, bolttest.InMemory(), bolttest.WithVersions(test.version),
					bolttest.OnRoute(func(context.Context, *bolt.Route) (*bolt.RouteSuccess, error) { return nil, test.failure }))
				d := open(t, "neo4j://db", neorx.WithDialer(server.Dial))
				_, onQuery := d.Query("RETURN 1 AS n", nil).Exec(t.Context())
				for what, err := range map[string]error{"verify": d.VerifyConnectivity(t.Context()), "query": onQuery} {
					var failed *neorx.DiscoveryError
					require.ErrorAs(t, err, &failed, what)
					assert.Equal(t, neorx.Address("db:7687"), failed.Tried[0].Address)
					assert.ErrorAs(t, err, new(*neorx.ServerError))
					assert.ErrorContains(t, err, "use a URI with bolt in place of neo4j")
					assert.ErrorContains(t, err, test.want)
				}
				assert.Zero(t, time.Since(began), "it does not get better by itself")
			})
		})
	}
}

func TestNobodyThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }
		err := open(t, "neo4j://db", neorx.WithDialer(dial)).VerifyConnectivity(t.Context())
		var failed *neorx.DiscoveryError
		require.ErrorAs(t, err, &failed)
		assert.True(t, failed.Retryable())
		assert.ErrorAs(t, err, new(*neorx.ConnectivityError))
		assert.ErrorContains(t, err, "bolt: connect to db:7687: refused")
	})
}

func TestResolverForRouting(t *testing.T) {
	failed := errors.New("consul is down")
	cases := map[string]struct {
		addresses []string
		err       error
		want      string
		retried   bool
	}{
		"that fails":                  {nil, failed, "bolt: resolve virtual:7687: consul is down", true},
		"that knows nothing":          {nil, nil, "the resolver returned no address", true},
		"that returns what is no URI": {[]string{"bolt://db"}, nil, `the resolver returned a bad address for virtual:7687: "bolt://db" is not host:port`, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				resolver := func(_ context.Context, address string) ([]string, error) {
					assert.Equal(t, "virtual:7687", address)
					return test.addresses, test.err
				}
				dial := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("dialed") }
				d := open(t, "neo4j://virtual", neorx.WithResolver(resolver), neorx.WithDialer(dial))
				err := d.VerifyConnectivity(t.Context())
				require.ErrorContains(t, err, test.want)
				if test.err != nil {
					require.ErrorIs(t, err, test.err)
				}
				assert.Equal(t, !test.retried, errors.As(err, new(*neorx.UsageError)))
				assert.Zero(t, time.Since(began))

				_, err = d.Query("RETURN 1 AS n", nil).Exec(t.Context())
				require.ErrorContains(t, err, test.want)
				assert.Equal(t, test.retried, time.Since(began) > 0, "a query tries again where that makes sense")
			})
		})
	}
}

// The name in the URI need not mean anything to anybody but the resolver, also where the server
// calls itself by it.
func TestResolverWithAStandaloneServer(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	lookup := func(_ context.Context, host string) ([]string, error) {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	resolver := func(context.Context, string) ([]string, error) { return []string{server.Address()}, nil }
	d := open(t, "neo4j://virtual.example", neorx.WithResolver(resolver), neorx.WithLookup(lookup))
	_, err := d.Query("RETURN 1 AS n", nil).Exec(t.Context())
	require.NoError(t, err)
	table, err := d.RoutingTable(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, []string{"virtual.example:7687"}, table.Writers)
}

// Where a name stands for several addresses, each is a way in; the name is still the one that the
// certificate has to have.
func TestEveryAddressOfTheNameIsAWayIn(t *testing.T) {
	server := bolttest.New(t, one.Handle, bolttest.InMemory(), bolttest.WithTLS())
	var mu sync.Mutex
	var dialed []string
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		dialed = append(dialed, address)
		mu.Unlock()
		if address == "10.0.0.1:7687" {
			return nil, errors.New("refused")
		}
		return server.Dial(ctx, network, address)
	}
	lookup := func(_ context.Context, host string) ([]string, error) {
		assert.Equal(t, "localhost", host)
		return []string{"10.0.0.1", "10.0.0.2"}, nil
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	d := open(t, "neo4j+s://localhost", neorx.WithLookup(lookup), neorx.WithDialer(dial), neorx.WithTLSConfig(&tls.Config{RootCAs: roots}))
	_, err := d.Query("RETURN 1 AS n", nil).Exec(t.Context())
	require.NoError(t, err)
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []string{"10.0.0.1:7687", "10.0.0.2:7687"}, dialed[:2])
}

// A name that has moved is found again, by asking the name that the URI has.
func TestTheClusterMoves(t *testing.T) {
	inMemory(t, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		require.NoError(t, writeEntry(t, d, "before"))
		for _, m := range c.Members() {
			m.Move()
		}
		require.NoError(t, writeEntry(t, d, "after"))
		assert.Equal(t, []any{"before", "after"}, c.Values("neo4j"))
	})
}

func writeEntry(t *testing.T, d *neorx.Driver, id string) error {
	t.Helper()
	_, err := d.Query(bolttest.CreateEntry, map[string]any{"id": id}).Exec(t.Context())
	return err
}

func TestRoutingTable(t *testing.T) {
	inMemory(t, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		core := func(i int) string { return c.Member(i).Address() }
		table, err := d.RoutingTable(t.Context(), "movies")
		require.NoError(t, err)
		want := neorx.RoutingTable{
			Database: "movies", Routers: []string{core(0), core(1), core(2)}, Readers: []string{core(0), core(2)}, Writers: []string{core(1)},
			Expires: time.Now().Add(300 * time.Second),
		}
		assert.Equal(t, want, table)

		table.Writers[0] = "changed"
		again, err := d.RoutingTable(t.Context(), "movies")
		require.NoError(t, err)
		assert.Equal(t, want, again, "a snapshot is the caller's own")
		assert.Equal(t, 1, asked(c), "what is known is not asked for")

		home, err := d.RoutingTable(t.Context(), "")
		require.NoError(t, err)
		assert.Equal(t, "neo4j", home.Database)
		assert.Equal(t, 2, asked(c))

		again, err = d.RefreshRoutingTable(t.Context(), "movies", "one", "two")
		require.NoError(t, err)
		assert.Equal(t, "movies", again.Database)
		var last *bolt.Route
		for _, m := range c.Members() {
			for _, route := range bolttest.Received[*bolt.Route](m.Server()) {
				if len(route.Bookmarks) > 0 {
					last = route
				}
			}
		}
		require.Equal(t, 3, asked(c))
		require.NotNil(t, last)
		assert.Equal(t, []string{"one", "two"}, last.Bookmarks)

		require.NoError(t, d.Close(t.Context()))
		_, err = d.RefreshRoutingTable(t.Context(), "movies")
		require.ErrorIs(t, err, neorx.ErrClosed)
	}, bolttest.WithDatabases("neo4j", "movies"))
}

// What happens to a cluster can be watched while work goes on.
func TestTopologyOfACluster(t *testing.T) {
	inMemory(t, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		var kinds []neorx.TopologyEvent
		ended := make(chan error, 1)
		go func() {
			ended <- d.Topology().ForEach(t.Context(), func(e neorx.TopologyEvent) error {
				kinds = append(kinds, e)
				return nil
			})
		}()
		synctest.Wait()
		require.NoError(t, writeEntry(t, d, "before"))
		leader := c.Leader("neo4j")
		leader.Crash()
		require.NoError(t, writeEntry(t, d, "after"))
		next := c.AwaitLeader(t, "neo4j")
		now, err := d.Topology().First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, neorx.TableChanged, now.Kind, "who comes late learns how things stand")
		assert.Equal(t, []string{next.Address()}, now.Table.Writers)
		require.NoError(t, d.Close(t.Context()))
		require.NoError(t, <-ended, "the stream ends with the driver")

		require.GreaterOrEqual(t, len(kinds), 4)
		assert.Equal(t, neorx.TableChanged, kinds[0].Kind)
		assert.Equal(t, []string{leader.Address()}, kinds[0].Table.Writers)
		assert.Equal(t, neorx.HomeResolved, kinds[1].Kind)
		assert.Equal(t, "neo4j", kinds[1].Database)
		dropped := slices.IndexFunc(kinds, func(e neorx.TopologyEvent) bool { return e.Kind == neorx.MemberDropped })
		require.Positive(t, dropped)
		assert.Equal(t, neorx.Address(leader.Address()), kinds[dropped].Address)
		require.Error(t, kinds[dropped].Err)
		last := kinds[len(kinds)-1]
		assert.Equal(t, neorx.TableChanged, last.Kind)
		assert.Equal(t, []string{next.Address()}, last.Table.Writers)
	})
}

func TestServerChoiceOfNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, choose := range map[string]neorx.ServerChoice{
			"panics":       func(neorx.RoutingRequest, []neorx.RoutingServer) int { panic("a bug") },
			"out of range": func(neorx.RoutingRequest, []neorx.RoutingServer) int { return -1 },
		} {
			var log bytes.Buffer
			c := bolttest.NewCluster(t)
			logger := neorx.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError})))
			d := open(t, c.URI(), neorx.WithDialer(c.Dial), neorx.WithLookup(c.LookUp), neorx.WithServerChoice(choose), logger)
			for range 2 {
				_, err := d.Query(bolttest.ListEntries, nil, neorx.ReadOnly(), neorx.Database("neo4j")).Exec(t.Context())
				require.ErrorAs(t, err, new(*neorx.UsageError), name)
				assert.ErrorContains(t, err, "WithServerChoice")
			}
			assert.Equal(t, name == "panics", strings.Contains(log.String(), `msg="WithServerChoice has panicked, so that no server is chosen" panic="a bug" stack=`))
			assert.Zero(t, d.PoolStats().Total.InUse)
		}
	})
}

func TestServerChoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := bolttest.NewCluster(t, bolttest.WithMemberOptions(bolttest.WithRecording()))
		choose := func(q neorx.RoutingRequest, servers []neorx.RoutingServer) int {
			assert.Equal(t, "neo4j", q.Database)
			assert.True(t, q.ReadOnly)
			return slices.IndexFunc(servers, func(s neorx.RoutingServer) bool { return s.Address == neorx.Address(c.Member(2).Address()) })
		}
		d := open(t, c.URI(), neorx.WithDialer(c.Dial), neorx.WithLookup(c.LookUp), neorx.WithServerChoice(choose))
		for range 3 {
			_, err := d.Query(bolttest.ListEntries, nil, neorx.ReadOnly(), neorx.Database("neo4j")).Exec(t.Context())
			require.NoError(t, err)
		}
		assert.Len(t, bolttest.Received[*bolt.Run](c.Member(2).Server()), 3)
	})
}
