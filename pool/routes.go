package pool

import (
	"sync/atomic"

	"github.com/neorx/neorx/bolt"
)

// routes counts the open connections whose servers can, and cannot, route what is not for them. It is changed with Pool.mu held, and read without.
type routes struct{ can, cannot atomic.Int32 }

// hinted is a [Link] that knows what its server has said of itself; others do not route.
type hinted interface{ Hints() bolt.Hints }

var _ hinted = (*bolt.Conn)(nil)

func (r *routes) of(e *entry) *atomic.Int32 {
	if e.routes {
		return &r.can
	}
	return &r.cannot
}

func (r *routes) opened(e *entry) {
	link, ok := e.link.(hinted)
	e.routes = ok && link.Hints().SSR
	r.of(e).Add(1)
}

func (r *routes) closed(e *entry) { r.of(e).Add(-1) }

// Routes tells whether every server to which a connection is open can route what is not for it (server-side routing), and whether there is one.
func (p *Pool) Routes() bool { return p.routes.can.Load() > 0 && p.routes.cannot.Load() == 0 }

// Routes tells whether the server can route what is not for it.
func (c *Conn) Routes() bool { return c.entry.routes }
