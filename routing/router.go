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
	// Conn says what kind of connection is wanted, and as whom it is logged in.
	Conn pool.Request
}

// Router chooses servers. It is safe for concurrent use.
type Router struct {
	pool   *pool.Pool
	server pool.Address
}

// Direct returns a router to one server, which gets all the work. It does no I/O.
func Direct(p *pool.Pool, a pool.Address) *Router { return &Router{pool: p, server: a} }

// Route is a stream of the servers that the work may go to, best first. Every run chooses anew. With a router made by [Direct] it is one server,
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
