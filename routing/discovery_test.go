package routing_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/test/bolttest"
)

// resolver makes the seed stand for others.
func resolver(list ...pool.Address) func(*cluster, *pool.Config, *routing.Config) {
	return func(_ *cluster, _ *pool.Config, cfg *routing.Config) {
		cfg.Resolve = func(_ context.Context, a pool.Address) ([]pool.Address, error) {
			if a != seed {
				return nil, fmt.Errorf("asked for %s", a)
			}
			return list, nil
		}
	}
}

// refusing makes some routers refuse.
func (c *cluster) refusing(err error, list ...pool.Address) {
	c.answers(func(a pool.Address, _ *bolt.Route) (*bolt.RouteSuccess, error) {
		for _, b := range list {
			if a == b {
				return nil, err
			}
		}
		return c.usual(), nil
	})
}

// asked names the routers that were asked since the last call.
func (c *cluster) routers() []pool.Address {
	var list []pool.Address
	for _, q := range c.routes() {
		list = append(list, q.router)
	}
	return list
}

// Some refusals would be the same everywhere; after others the next router is asked.
func TestRefusals(t *testing.T) {
	cases := map[string]bool{ // fatal
		"Neo.ClientError.Database.DatabaseNotFound":          true,
		"Neo.ClientError.Transaction.InvalidBookmark":        true,
		"Neo.ClientError.Transaction.InvalidBookmarkMixture": true,
		"Neo.ClientError.Statement.TypeError":                true,
		"Neo.ClientError.Statement.ArgumentError":            true,
		"Neo.ClientError.Request.Invalid":                    true,
		"Neo.ClientError.Security.Forbidden":                 true,
		"Neo.ClientError.Security.MadeUp":                    true,
		"Neo.ClientError.Security.AuthorizationExpired":      false,
		"Neo.ClientError.Procedure.ProcedureNotFound":        false,
		"Neo.ClientError.General.Unknown":                    false,
		"Neo.TransientError.General.DatabaseUnavailable":     false,
		"Neo.DatabaseError.General.UnknownError":             false,
	}
	for code, fatal := range cases {
		t.Run(code, func(t *testing.T) {
			inCluster(t, func(c *cluster) {
				c.refusing(bolttest.Failure(code, "no"), core)
				if !fatal {
					assert.Contains(t, []pool.Address{east, west}, c.get(reading))
					assert.Equal(t, []pool.Address{core, east}, c.routers())
					return
				}
				var refused *bolt.ServerError
				require.ErrorAs(t, c.fails(reading), &refused)
				assert.Equal(t, code, refused.Code)
				assert.NotErrorAs(t, refused, new(*routing.DiscoveryError))
				assert.Equal(t, []pool.Address{core}, c.routers())
			}, resolver(core, east))
		})
	}
}

// A fatal refusal leaves the table as it is.
func TestFatalRefusalKeepsTable(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.refusing(bolttest.Failure("Neo.ClientError.Security.Forbidden", "no"), seed, core, east, west)
		_, err := c.router.Refresh(c.t.Context(), reading)
		require.ErrorAs(t, err, new(*bolt.ServerError))
		c.get(reading)
	})
}

// Where every router fails, the error has all their causes, and the table is dropped.
func TestNoRouter(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.answers(func(a pool.Address, _ *bolt.Route) (*bolt.RouteSuccess, error) {
			if a == core {
				return &bolt.RouteSuccess{TTL: time.Hour, Database: "movies", Routers: []string{"x"}, Writers: []string{"x"}}, nil
			}
			return nil, bolttest.Failure("Neo.DatabaseError.General.UnknownError", "no")
		})
		c.kill(west)
		c.routes()
		_, err := c.router.Refresh(c.t.Context(), reading)
		var none *routing.DiscoveryError
		require.ErrorAs(t, err, &none)
		assert.Equal(t, "movies", none.Database)
		assert.True(t, none.Retryable())
		var tried []pool.Address
		for _, a := range none.Tried {
			tried = append(tried, a.Address)
		}
		assert.Equal(t, []pool.Address{core, east, west, seed}, tried)
		assert.ErrorAs(t, err, new(*bolt.ServerError))
		assert.ErrorAs(t, err, new(*bolt.ConnectivityError))
		assert.ErrorContains(t, err, "core:7687: the routing table names no router, or no server that serves reads")
		failed := c.told(routing.RefreshFailed)
		require.Len(t, failed, 1)
		assert.Equal(t, err, failed[0].Err)
		c.table(func(*bolt.RouteSuccess) {})
		c.routes()
		c.get(reading)
		assert.Equal(t, []pool.Address{seed}, c.routers(), "there is no table")
	})
}

// Known routers come first; the seed when they fail, and before them where they had no writers.
func TestOrder(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.get(writing)
		pass(time.Hour)
		c.kill(core)
		c.routes()
		c.table(func(m *bolt.RouteSuccess) { m.Writers = nil })
		c.get(reading)
		assert.Equal(t, []pool.Address{east}, c.routers(), "the next of the table")
		pass(time.Hour)
		c.get(reading)
		assert.Equal(t, []pool.Address{seed}, c.routers(), "the last table had no writers")
		c.kill(seed)
		pass(time.Hour)
		c.get(reading)
		assert.Equal(t, []pool.Address{east}, c.routers())
		c.table(func(*bolt.RouteSuccess) {})
		c.kill(east, west)
		c.revive(core, seed, east)
		pass(time.Hour)
		c.get(reading)
	})
}

// Where nothing is left of a database, and the seed is gone, the routers of others can help.
func TestRoutersOfOthers(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.kill(seed)
		c.answers(func(_ pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error) {
			reply := c.usual()
			reply.Database = m.Database
			return reply, nil
		})
		c.routes()
		c.get(routing.Request{Database: "books", ReadOnly: true})
		assert.Equal(t, []question{{core, "books", ""}}, c.routes())
	})
}

func TestResolver(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.kill(west)
		c.get(reading)
		assert.Equal(t, []pool.Address{east}, c.routers())
		assert.NotContains(t, c.dials(), seed)
	}, resolver(west, east, core))
}

func TestResolverThatFails(t *testing.T) {
	why := errors.New("no such service")
	cases := map[string]struct {
		resolve func(context.Context, pool.Address) ([]pool.Address, error)
		says    string
	}{
		"an error": {func(context.Context, pool.Address) ([]pool.Address, error) { return nil, why }, "resolve seed:7687: no such service"},
		"nothing":  {func(context.Context, pool.Address) ([]pool.Address, error) { return nil, nil }, "the resolver returned no address"},
		"a panic":  {func(context.Context, pool.Address) ([]pool.Address, error) { panic("oh") }, "panic: oh"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			inCluster(t, func(c *cluster) {
				err := c.fails(reading)
				assert.ErrorContains(t, err, test.says)
				if name != "a panic" {
					assert.ErrorAs(t, err, new(*routing.DiscoveryError))
				}
				assert.Empty(t, c.dials())
			}, func(_ *cluster, _ *pool.Config, cfg *routing.Config) { cfg.Resolve = test.resolve })
		})
	}
}

// A seed that stands for several machines is asked at each of them; the dialer need not look up what has been looked up.
func TestLookUp(t *testing.T) {
	var mu sync.Mutex
	found := map[string][]string{}
	lookUp := func(ips ...string) func(*cluster, *pool.Config, *routing.Config) {
		return func(_ *cluster, p *pool.Config, cfg *routing.Config) {
			cfg.LookUp = func(_ context.Context, host string) ([]string, error) {
				if host != "seed" {
					return nil, errors.New("not asked for " + host)
				}
				return ips, nil
			}
			dial := p.Dial
			p.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
				mu.Lock()
				found[string(a)] = routing.LookedUp(ctx, a.Host())
				mu.Unlock()
				return dial(ctx, a, token)
			}
		}
	}
	inCluster(t, func(c *cluster) {
		c.get(reading)
		assert.Equal(t, []pool.Address{seed}, c.dials()[:1])
		assert.Equal(t, []string{"10.0.0.1"}, found[string(seed)])
		assert.Empty(t, found[string(east)], "of others nothing is known")
	}, lookUp("10.0.0.1"))
	inCluster(t, func(c *cluster) {
		c.add("seed/10.0.0.2:7687")
		c.add("[seed/::1]:7687")
		c.refusing(bolttest.Failure("Neo.DatabaseError.General.UnknownError", "not yet"), "seed/10.0.0.2:7687")
		c.get(reading)
		assert.Equal(t, []pool.Address{"seed/10.0.0.1:7687", "seed/10.0.0.2:7687", "[seed/::1]:7687"}, c.dials()[:3])
		assert.Equal(t, []pool.Address{"seed/10.0.0.2:7687", "[seed/::1]:7687"}, c.routers())
	}, lookUp("10.0.0.1", "10.0.0.2", "::1"))
	inCluster(t, func(c *cluster) {
		c.get(reading)
		assert.Equal(t, seed, c.dials()[0], "the dialer may know better")
	}, lookUp())
}

// A router that takes connections and then says nothing is left after RouterTimeout, dead or not.
func TestSilentRouter(t *testing.T) {
	inCluster(t, func(c *cluster) {
		never := make(chan struct{})
		defer close(never)
		c.answers(func(a pool.Address, _ *bolt.Route) (*bolt.RouteSuccess, error) {
			if a == core {
				<-never
			}
			return c.usual(), nil
		})
		began := time.Now()
		c.get(reading)
		assert.Equal(t, 3*time.Second, time.Since(began))
		assert.Equal(t, []pool.Address{core, east}, c.routers())
		began = time.Now()
		c.get(writing)
		assert.Zero(t, time.Since(began), "by a router's word core is alive, but its connections were closed")
	}, resolver(core, east), func(_ *cluster, _ *pool.Config, cfg *routing.Config) { cfg.RouterTimeout = 3 * time.Second })
}

// A dead router first in the list costs the first who asks what it takes to find out, and nobody after.
func TestDeadRouterFirst(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.mute(core)
		c.table(func(m *bolt.RouteSuccess) { m.Routers = m.Routers[1:] })
		for i := range 3 {
			pass(time.Hour)
			began := time.Now()
			c.get(reading)
			if i > 0 {
				assert.Zero(t, time.Since(began))
			}
		}
	})
}

// However many routers say nothing, there is time for one that speaks.
func TestManySilentRouters(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		pass(time.Hour)
		c.mute(core, west, east)
		c.pool.Drop(core)
		c.table(func(m *bolt.RouteSuccess) {
			m.Routers, m.Readers, m.Writers = []string{string(seed)}, []string{string(seed)}, []string{string(seed)}
		})
		began := time.Now()
		assert.Equal(t, seed, c.get(reading))
		assert.Less(t, time.Since(began), 10*time.Second)
	}, func(_ *cluster, cfg *pool.Config, _ *routing.Config) { cfg.AcquisitionTimeout = 10 * time.Second })
}

// A connection that has broken while it was idle says nothing about its router: another one is opened.
func TestOldConnectionToRouter(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		c.members[seed].CloseConnections()
		pass(time.Second)
		c.dials()
		_, err := c.router.Refresh(c.t.Context(), routing.Request{Database: "books"})
		require.NoError(t, err)
		assert.Equal(t, []pool.Address{seed}, c.dials())
		assert.Empty(t, c.told(routing.MemberDropped))
	})
}

// Whoever may not log in is told so, and others who ask the same are not.
func TestRefreshWithSessionAuth(t *testing.T) {
	alice, mallory := bolt.BasicAuth("alice", "secret"), bolt.BasicAuth("alice", "guess")
	inCluster(t, func(c *cluster) {
		release := c.hold()
		as := func(token bolt.AuthToken) routing.Request {
			return routing.Request{Database: "movies", ReadOnly: true, Conn: pool.Request{Auth: pool.Static(token)}}
		}
		var all sync.WaitGroup
		all.Go(func() { c.get(as(alice)) })
		all.Go(func() {
			var refused *bolt.ServerError
			if assert.ErrorAs(t, c.fails(as(mallory)), &refused) {
				assert.Equal(t, "Neo.ClientError.Security.Unauthorized", refused.Code)
			}
		})
		pass(time.Second)
		close(release)
		all.Wait()
	}, func(c *cluster, cfg *pool.Config, _ *routing.Config) {
		c.options = append(c.options, bolttest.WithAuth(alice, bolt.BasicAuth("driver", "x")))
		cfg.Auth = pool.Static(bolt.BasicAuth("driver", "x"))
	})
}

// What is asked has the routing context, and the bookmarks of who asks.
func TestQuestion(t *testing.T) {
	inCluster(t, func(c *cluster) {
		var got bolt.Route
		c.answers(func(_ pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error) {
			got = *m
			return c.usual(), nil
		})
		c.get(routing.Request{Database: "movies", Bookmarks: []string{"a", "b"}, ImpersonatedUser: "eve"})
		assert.Equal(t, bolt.Route{
			Routing: map[string]string{"address": "seed:7687", "region": "eu"}, Database: "movies", Bookmarks: []string{"a", "b"},
		}, got, "the user matters for the home database only")
	}, func(_ *cluster, _ *pool.Config, cfg *routing.Config) {
		cfg.Context = map[string]string{"address": "seed:7687", "region": "eu"}
	})
}

// A failed TLS handshake, say, is about one server; when there is no other it stays what it is.
func TestUnreachable(t *testing.T) {
	broken := map[pool.Address]bool{}
	inCluster(t, func(c *cluster) {
		c.get(writing)
		broken[east] = true
		for range 4 {
			assert.Equal(t, west, c.get(reading))
		}
		broken[core] = true
		c.pool.Drop(core)
		err := c.fails(writing)
		assert.Equal(t, &unreachable{core}, err)
	}, func(_ *cluster, p *pool.Config, _ *routing.Config) {
		dial := p.Dial
		p.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
			if broken[a] {
				return nil, &unreachable{a}
			}
			return dial(ctx, a, token)
		}
	})
}

// unreachable is an error of another package.
type unreachable struct{ a pool.Address }

func (e *unreachable) Error() string     { return string(e.a) + ": bad certificate" }
func (e *unreachable) Retryable() bool   { return false }
func (e *unreachable) Unreachable() bool { return true }

func TestNewRefuses(t *testing.T) {
	_, err := routing.New(routing.Config{RouterTimeout: -1})
	assert.ErrorContains(t, err, "Config.Pool is missing")
	assert.ErrorContains(t, err, "Config.Seed is missing")
	assert.ErrorContains(t, err, "neither can be negative")
}
