package routing_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/test/bolttest"
)

// cluster is a number of servers in memory, with a router to them. Tests run in a bubble, so that time is theirs.
type cluster struct {
	t       *testing.T
	pool    *pool.Pool
	router  *routing.Router
	options []bolttest.Option // of all members that are added from now on

	mu      sync.Mutex
	members map[pool.Address]*bolttest.Server
	dead    map[pool.Address]bool          // refuse connections
	silent  map[pool.Address]chan struct{} // take connections and then say nothing, until it is closed
	answer  func(router pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error)
	asked   []question // what routers were asked
	dialled []pool.Address
	events  []routing.Event
}

// question is one ROUTE.
type question struct {
	router   pool.Address
	database string
	user     string
}

const (
	seed = pool.Address("seed:7687")
	core = pool.Address("core:7687")
	east = pool.Address("east:7687")
	west = pool.Address("west:7687")
)

// inCluster runs a test with a router whose seed, core, east and west are servers; core leads and the others follow, and all route.
func inCluster(t *testing.T, test func(c *cluster), configure ...func(*cluster, *pool.Config, *routing.Config)) {
	t.Helper()
	synctestRun(t, func(t *testing.T) {
		c := &cluster{
			t: t, members: map[pool.Address]*bolttest.Server{}, dead: map[pool.Address]bool{}, silent: map[pool.Address]chan struct{}{},
		}
		c.answer = func(pool.Address, *bolt.Route) (*bolt.RouteSuccess, error) { return c.usual(), nil }
		poolConfig := pool.Defaults()
		poolConfig.Dial = c.dial
		poolConfig.OnDead = func(a pool.Address, err error) { c.router.Dead(a, err) }
		config := routing.Config{Seed: seed, Observe: c.observe}
		for _, f := range configure {
			f(c, &poolConfig, &config)
		}
		for _, a := range []pool.Address{seed, core, east, west} {
			c.add(a)
		}
		var err error
		c.pool, err = pool.New(poolConfig)
		require.NoError(t, err)
		config.Pool = c.pool
		c.router, err = routing.New(config)
		require.NoError(t, err)
		test(c)
		for _, s := range c.silent {
			select {
			case <-s:
			default:
				close(s)
			}
		}
		require.NoError(t, c.pool.Close(context.Background()))
		for a, s := range c.members {
			s.AwaitConnections(t, 0)
			require.Zero(t, s.OpenConnections(), "%s", a)
		}
	})
}

// usual is the table as long as nothing happens.
func (c *cluster) usual() *bolt.RouteSuccess {
	return &bolt.RouteSuccess{
		TTL: 300 * time.Second, Database: "movies",
		Routers: []string{string(core), string(east), string(west)}, Readers: []string{string(east), string(west)}, Writers: []string{string(core)},
	}
}

// add starts a member.
func (c *cluster) add(a pool.Address) {
	hook := bolttest.OnRoute(func(_ context.Context, m *bolt.Route) (*bolt.RouteSuccess, error) {
		c.mu.Lock()
		c.asked = append(c.asked, question{a, m.Database, m.ImpersonatedUser})
		answer := c.answer
		c.mu.Unlock()
		return answer(a, m)
	})
	handler := func(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		return bolttest.Range("x", 1, 1), nil
	}
	c.members[a] = bolttest.New(c.t, handler, append([]bolttest.Option{bolttest.InMemory(), hook}, c.options...)...)
}

func (c *cluster) dial(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
	c.mu.Lock()
	c.dialled = append(c.dialled, a)
	server, dead, silent := c.members[a], c.dead[a], c.silent[a]
	c.mu.Unlock()
	if silent != nil {
		timer := time.NewTimer(connectionTimeout)
		defer timer.Stop()
		select {
		case <-silent:
		case <-ctx.Done():
			return nil, &bolt.ConnectivityError{Op: "connect to", Address: string(a), Err: ctx.Err()}
		case <-timer.C:
			return nil, &bolt.ConnectivityError{Op: "connect to", Address: string(a), Err: errors.New("timed out")}
		}
	}
	if dead || server == nil {
		return nil, &bolt.ConnectivityError{Op: "connect to", Address: string(a), Err: errors.New("refused")}
	}
	nc, err := server.Dial(ctx, "tcp", "")
	if err != nil {
		return nil, &bolt.ConnectivityError{Op: "connect to", Address: string(a), Err: err}
	}
	return bolt.NewConn(ctx, nc, bolt.Config{Address: string(a), Auth: token})
}

// connectionTimeout is how long the dialer waits for a server that says nothing.
const connectionTimeout = 5 * time.Second

func (c *cluster) observe(e routing.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, e)
}

// answers makes routers answer like this from now on.
func (c *cluster) answers(f func(router pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = f
}

// table makes routers tell this from now on.
func (c *cluster) table(change func(m *bolt.RouteSuccess)) {
	c.answers(func(pool.Address, *bolt.Route) (*bolt.RouteSuccess, error) {
		m := c.usual()
		change(m)
		return m, nil
	})
}

// hold makes routers wait until the channel is closed.
func (c *cluster) hold() chan struct{} {
	release := make(chan struct{})
	c.answers(func(pool.Address, *bolt.Route) (*bolt.RouteSuccess, error) {
		<-release
		return c.usual(), nil
	})
	return release
}

// kill ends servers; their connections break, which is known of those that are idle, and no new ones come.
func (c *cluster) kill(list ...pool.Address) {
	for _, a := range list {
		c.mu.Lock()
		c.dead[a] = true
		c.mu.Unlock()
		c.members[a].CloseConnections()
		c.pool.Drop(a)
	}
}

// revive undoes kill.
func (c *cluster) revive(list ...pool.Address) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range list {
		delete(c.dead, a)
	}
}

// mute makes servers take connections and say nothing.
func (c *cluster) mute(list ...pool.Address) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range list {
		c.silent[a] = make(chan struct{})
	}
}

// routes returns what routers were asked since the last call.
func (c *cluster) routes() []question {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.asked
	c.asked = nil
	return list
}

// dials returns which addresses were dialled since the last call.
func (c *cluster) dials() []pool.Address {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.dialled
	c.dialled = nil
	return list
}

// told returns the events of a kind so far.
func (c *cluster) told(kind routing.EventKind) []routing.Event {
	synctest.Wait() // a refresh tells its waiters first
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.events), func(e routing.Event) bool { return e.Kind != kind })
}

// reads and writes of the database movies.
var (
	reading = routing.Request{Database: "movies", ReadOnly: true}
	writing = routing.Request{Database: "movies"}
)

// get acquires what must be there, and gives it back.
func (c *cluster) get(q routing.Request) pool.Address {
	c.t.Helper()
	p, err := c.router.Get(c.t.Context(), q)
	require.NoError(c.t, err)
	defer p.Conn.Release()
	return p.Conn.Address()
}

// fails acquires what cannot be had.
func (c *cluster) fails(q routing.Request) error {
	c.t.Helper()
	p, err := c.router.Get(c.t.Context(), q)
	if err == nil {
		p.Conn.Release()
	}
	require.Error(c.t, err)
	return err
}
