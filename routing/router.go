package routing

import (
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
}

// Router chooses servers. It is safe for concurrent use.
type Router struct {
	server pool.Address
}

// Direct returns a router to one server, which gets all the work. It does no I/O.
func Direct(a pool.Address) *Router { return &Router{server: a} }

// Route is a stream of one address: that of the server which the work should go to. Every run chooses anew. With a router made by [Direct] the
// choice needs no waiting and never fails; a run whose context has ended ends with the context's error.
func (r *Router) Route(Request) rx.Stream[pool.Address] { return rx.Just(r.server) }
