package routing

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
)

// discovery asks one router after another until one tells a table.
type discovery struct {
	r     *Router
	q     Request
	what  question
	ahead bool // of time
	began time.Time
	known *table         // the last table for the question, or nil
	other []pool.Address // routers of other databases
	tried []Attempt
	seen  []pool.Address

	initial []pool.Address // the initial routers, once they were asked for
}

// newDiscovery is called with r.mu held.
func (r *Router) newDiscovery(q Request, what question) *discovery {
	d := &discovery{r: r, q: q, what: what, began: time.Now(), known: r.tables.get(what.database)}
	if h, ok := r.homes.get(what.user); ok && what.database == "" {
		d.known = r.tables.get(h.database)
	}
	for _, t := range r.tables.byName {
		d.other = append(d.other, t.routers...)
	}
	slices.Sort(d.other)
	return d
}

func (d *discovery) run(ctx context.Context) (*table, error) {
	t, err := rx.ConcatMap(d.routers().Filter(d.unseen), d.told).First(ctx)
	if errors.Is(err, rx.ErrEmpty) {
		err = &DiscoveryError{Database: d.what.database, Tried: d.tried}
	}
	if err == nil {
		t.avoid = d.unanswered(ctx, t)
	}
	return t, err
}

// router is one to be asked, and what is known about its host.
type router struct {
	pool.Address
	found *lookedUp
}

// routers are those that can be asked, in order. The seed is the last resort; it comes first where nothing is known, and where what was told last had no
// writers: then those who told it may be cut off from the rest of the cluster.
func (d *discovery) routers() rx.Stream[router] {
	at := func(a pool.Address) router { return router{Address: a} }
	var known rx.Stream[router]
	if d.known != nil {
		known = rx.Map(rx.FromSlice(d.known.routers), at)
	}
	initial := rx.ConcatMap(rx.Defer(d.resolved), d.expanded)
	others := rx.Map(rx.FromSlice(d.other), at)
	if d.known == nil || d.known.leaderless {
		return rx.Concat(initial, known, others)
	}
	return rx.Concat(known, initial, others)
}

func (d *discovery) unseen(a router) bool {
	if slices.Contains(d.seen, a.Address) {
		return false
	}
	d.seen = append(d.seen, a.Address)
	return true
}

// resolved are the routers that the seed stands for.
func (d *discovery) resolved() rx.Stream[pool.Address] {
	if d.r.cfg.Resolve == nil {
		return rx.Just(d.r.cfg.Seed)
	}
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(pool.Address) error) error {
		list, err := d.r.cfg.Resolve(ctx, d.r.cfg.Seed)
		if err == nil && len(list) == 0 {
			err = errNoAddress
		}
		if errors.As(err, new(*records.UsageError)) { // it does not get better
			return err
		}
		if err != nil {
			d.tried = append(d.tried, Attempt{d.r.cfg.Seed, &bolt.ConnectivityError{Op: "resolve", Address: string(d.r.cfg.Seed), Err: err}})
			return rx.ContextError(ctx)
		}
		return rx.FromSlice(list).Run(ctx, rx.Unbounded, emit)
	})
}

var errNoAddress = errors.New("the resolver returned no address")

// expanded are the places at which a router may be found: all the addresses of its host, where there is somebody to look them up.
func (d *discovery) expanded(a pool.Address) rx.Stream[router] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(router) error) error {
		for _, one := range d.places(ctx, a) {
			d.initial = append(d.initial, one.Address)
			if err := emit(one); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *discovery) places(ctx context.Context, a pool.Address) []router {
	host := a.Host()
	if d.r.cfg.LookUp == nil || net.ParseIP(host) != nil {
		return []router{{Address: a}}
	}
	ips, err := d.r.cfg.LookUp(ctx, host)
	switch {
	case err != nil, len(ips) == 0: // a connection may still be open; otherwise the dialer will say what is wrong
		return []router{{Address: a}}
	case len(ips) == 1:
		return []router{{a, &lookedUp{host, ips}}}
	}
	list := make([]router, len(ips))
	for i, ip := range ips {
		list[i] = router{Address: pool.At(a, ip)}
	}
	return list
}

// told is a stream of the table that one router tells; it is empty where the next one should be asked.
func (d *discovery) told(a router) rx.Stream[*table] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(*table) error) error {
		t, err := d.askTwice(ctx, a)
		if err == nil {
			return emit(t)
		}
		if !d.goesOn(ctx, a.Address, err) {
			return err
		}
		d.tried = append(d.tried, Attempt{a.Address, err})
		return nil
	})
}

// askTwice asks once more where it was an old connection that was lost, since others to the same router have been closed: that was about the
// connection, and not about the router.
func (d *discovery) askTwice(ctx context.Context, a router) (*table, error) {
	t, old, err := d.ask(ctx, a)
	if err != nil && old && errors.As(err, new(*bolt.ConnectivityError)) && ctx.Err() == nil {
		d.r.pool.Drop(a.Address)
		t, _, err = d.ask(ctx, a)
	}
	return t, err
}

// link is what a connection must be able to do for a router.
type link interface {
	Route(ctx context.Context, m bolt.Route) (*bolt.RouteSuccess, error)
}

var _ link = (*bolt.Conn)(nil)

// ask gets one router's table. old tells whether the connection had been open before.
func (d *discovery) ask(ctx context.Context, a router) (t *table, old bool, err error) {
	limit := d.patience(ctx)
	within, cancel := context.WithTimeoutCause(ctx, limit, errSilent)
	defer cancel()
	if a.found != nil {
		within = context.WithValue(within, lookedUpKey{}, a.found)
	}
	began := time.Now()
	conn, err := d.r.pool.Get(within, a.Address, pool.Request{Auth: d.q.Conn.Auth, Label: "routing table"})
	if err != nil {
		return nil, false, err
	}
	defer conn.Release()
	old = conn.Opened().Before(began)
	reply, err := d.route(within, conn)
	if err != nil && ctx.Err() == nil && within.Err() != nil {
		err = &bolt.ConnectivityError{Op: "ask for a routing table", Address: string(a.Address), Err: fmt.Errorf("no answer within %v", limit)}
	}
	if err != nil {
		return nil, old && within.Err() == nil, conn.Fail(err) // one that is silent is not asked again
	}
	t = newTable(d.what.database, reply, time.Now())
	return t, old, t.acceptable()
}

// patience is how long one router may take. Where another is known it gets no more than half of what is left: however many say nothing, the next one is
// still asked.
func (d *discovery) patience(ctx context.Context) time.Duration {
	limit := d.r.cfg.RouterTimeout
	if end, bound := ctx.Deadline(); bound && d.knowsMore() {
		limit = min(limit, time.Until(end)/2)
	}
	return limit
}

// knowsMore tells whether another router is known by name, once there is a table; before there is, the seed may be the only one.
func (d *discovery) knowsMore() bool {
	if d.known == nil && len(d.other) == 0 {
		return false
	}
	all := append([]pool.Address{d.r.cfg.Seed}, d.other...)
	if d.known != nil {
		all = append(all, d.known.routers...)
	}
	return len(others(all, d.seen)) > 0
}

// errSilent is the cause of a context that RouterTimeout has ended.
var errSilent = errors.New("routing: the router did not answer in time")

func (d *discovery) route(ctx context.Context, conn *pool.Conn) (*bolt.RouteSuccess, error) {
	c, ok := conn.Link().(link)
	if !ok {
		return nil, fmt.Errorf("routing: connections of type %T cannot be asked for routing tables", conn.Link())
	}
	m := bolt.Route{Routing: d.r.cfg.Context, Bookmarks: d.q.Bookmarks, Database: d.what.database}
	if m.Database == "" {
		m.ImpersonatedUser = d.q.ImpersonatedUser
	}
	return c.Route(ctx, m)
}

// errUseless is what a table without routers or readers fails with. One without writers is what a cluster has while it elects a leader.
var errUseless = errors.New("the routing table names no router, or no server that serves reads")

func (t *table) acceptable() error {
	if len(t.routers) == 0 || len(t.readers) == 0 {
		return errUseless
	}
	return nil
}

// goesOn draws the consequences of a router's failure, and tells whether another may do better.
func (d *discovery) goesOn(ctx context.Context, a pool.Address, err error) bool {
	var refused *bolt.ServerError
	switch {
	case ctx.Err() != nil:
		return false
	case elsewhere(err):
		d.r.Dead(a, err)
	case errors.As(err, &refused) && fatal(refused):
		return false
	case errors.As(err, &refused), errors.Is(err, errUseless):
		if !d.ahead { // then the table has still to serve
			d.r.forgetRouter(d.what.database, a)
		}
	case errors.Is(err, errSilent), errors.As(err, new(*pool.AcquireTimeoutError)), errors.As(err, new(*pool.DeadlockError)):
		// it has no connection to spare, which is no reason to forget it
	default:
		return false
	}
	return true
}
