package routing

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
)

// Request is what the choice of a server may depend on. The zero value is a unit of work that may write, in the user's home database.
type Request struct {
	// Database is the name of the database; empty is the user's home database.
	Database string
	// ReadOnly says that the work writes nothing, so that a server which only serves reads will do.
	ReadOnly bool
	// Bookmarks are what the server must have caught up with.
	Bookmarks []string
	// ImpersonatedUser is who the work is done as; empty is whoever is logged in.
	ImpersonatedUser string
	// Fresh asks a router first, also where there is a table that still holds.
	Fresh bool
	// Conn says what kind of connection is wanted, and as whom it is logged in.
	Conn pool.Request
}

// areText refuses what cannot be sent as it is, and would be a question about something else. What asks for a connection has options, which are looked at before.
func (q *Request) areText() error {
	if !utf8.ValidString(q.Database) {
		return &records.UsageError{Message: fmt.Sprintf("the name of the database is not valid UTF-8: %q", q.Database)}
	}
	for _, b := range q.Bookmarks {
		if !utf8.ValidString(b) {
			return &records.UsageError{Message: fmt.Sprintf("a bookmark is not valid UTF-8: %q", b)}
		}
	}
	return nil
}

// Router chooses servers. It is safe for concurrent use.
type Router struct {
	pool   *pool.Pool
	server pool.Address // the only one, if made by Direct

	cfg  Config        // if made by New
	turn atomic.Uint32 // for ties

	answers atomic.Uint64 // how often a router has told a home database; changed with mu held

	mu        sync.Mutex // guards what follows; never held over I/O or a call to a user. The pool's is taken inside it
	tables    tables
	homes     homes
	refreshes map[question]*refresh
}

// Direct returns a router to one server, which gets all the work. It does no I/O.
func Direct(p *pool.Pool, a pool.Address) *Router { return &Router{pool: p, server: a} }

// New returns a router to the servers of a cluster, or to the one server that its seed is. It does no I/O; its error tells everything that is wrong with
// the configuration. What it begins in the background ends with the pool, which Close of the pool waits for.
func New(cfg Config) (*Router, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return &Router{cfg: cfg, pool: cfg.Pool, tables: newTables(), homes: newHomes(), refreshes: map[question]*refresh{}}, nil
}

// Route is a stream of the servers that the work may go to, best first. It completes when all have been emitted; where there is none it fails with an
// *[UnavailableError], where no router can be asked with a *[DiscoveryError]. Every run chooses anew, and each server only when the one before was not good
// enough: what has become of that counts. When all are used up and the routing table does not hold any more, a router is asked for more.
//
// With a router made by [Direct] it is one server, the choice needs no waiting and never fails. A run whose context has ended ends with the context's error.
func (r *Router) Route(q Request) rx.Stream[pool.Address] {
	if r.server != "" {
		return rx.Just(r.server)
	}
	return rx.Defer(func() rx.Stream[pool.Address] {
		return r.walk(q).candidates()
	})
}

// Get lends a connection to a server that the work may go to, until the Release of [Placement.Conn]. It walks through the servers of [Router.Route] until
// one can be reached; servers that cannot are not tried again until a router names them anew. It waits for a connection to the best server although
// another may have one to spare.
//
// All of this together is bounded by the pool's limit for acquisitions. Errors are those of [Router.Route] and of [pool.Pool.Get], and those of the server that
// routers report as they are: that there is no such database, say.
func (r *Router) Get(ctx context.Context, q Request) (*Placement, error) {
	if r.server != "" {
		return r.getDirect(ctx, q)
	}
	return r.walk(q).get(ctx)
}

func (r *Router) getDirect(ctx context.Context, q Request) (*Placement, error) {
	conn, err := r.pool.Get(ctx, r.server, q.Conn)
	if err != nil {
		return nil, err
	}
	return &Placement{Conn: conn, Database: q.Database}, nil
}

// Table returns the routing table of a database as it is known, whether or not it still holds; a router is asked only where there is none. An empty name
// is the home database of whoever the pool logs in as. A router made by [Direct] has a table with its one server in it.
func (r *Router) Table(ctx context.Context, database string) (Table, error) {
	if r.server == "" {
		r.mu.Lock()
		name := database
		if h, ok := r.homes.get(""); ok && database == "" {
			name = h.database
		}
		t := r.tables.get(name)
		r.mu.Unlock()
		if t != nil {
			return t.snapshot(), nil
		}
	}
	return r.Refresh(ctx, Request{Database: database, ReadOnly: true})
}

// Refresh asks a router for the table of the request's database now, with its bookmarks, and returns it. Where somebody has asked the same and still waits,
// the answer is shared. Errors are those of [Router.Get] before it has a server.
func (r *Router) Refresh(ctx context.Context, q Request) (Table, error) {
	if r.server != "" {
		a := []string{string(r.server)}
		return Table{Database: q.Database, Routers: a, Readers: a, Writers: a}, nil
	}
	if err := q.areText(); err != nil {
		return Table{}, err
	}
	q.Fresh = true
	w := r.walk(q)
	ctx, cancel := r.pool.Bound(ctx, w.began)
	defer cancel()
	if err := w.locate(ctx); err != nil {
		return Table{}, err
	}
	return w.table.snapshot(), nil
}

// Dead tells the router that a server is gone, and why: until a router names it again no work goes there, and its connections are closed, those in use
// when they come back. It is what [pool.Config.OnDead] should call.
func (r *Router) Dead(a pool.Address, why error) {
	r.mu.Lock()
	was := r.tables.forget(a)
	r.mu.Unlock()
	r.pool.Drop(a)
	if elsewhere(why) {
		r.pool.TurnAway(a, why)
	}
	if was {
		r.tell(Event{Kind: MemberDropped, Address: a, Err: why})
	}
}

func (r *Router) forgetRouter(database string, a pool.Address) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tables.forgetRouter(database, a)
}

// forgetWriter takes a server for one that does not lead a database any more.
func (r *Router) forgetWriter(database string, a pool.Address, why error) {
	r.mu.Lock()
	was := r.tables.forgetWriter(database, a)
	r.mu.Unlock()
	if was {
		r.tell(Event{Kind: MemberDropped, Database: database, Address: a, Err: why})
	}
}

func (r *Router) tell(events ...Event) {
	if r.cfg.Observe == nil {
		return
	}
	for _, e := range events {
		r.cfg.Observe(e)
	}
}
