package pool

import (
	"context"
	"sync/atomic"

	"github.com/neorx/neorx/bolt"
)

// Conn is the lease of a connection: it is the holder's alone until Release. Release and Fail may be called from any goroutine; what is
// underneath has rules of its own.
type Conn struct {
	pool     *Pool
	entry    *entry
	source   TokenSource // of login
	login    *login
	holder   *Holder // nil without diagnostics
	released atomic.Bool

	waiters int // how many queued acquisitions are made while this lease is held; guarded by Pool.mu
}

// Address is where the connection leads to.
func (c *Conn) Address() Address { return c.entry.host.address }

// Link is what Config.Dial has made. It is not to be used after Release.
func (c *Conn) Link() Link { return c.entry.link }

// Bolt is Link as the connection that the driver dials; nil where Config.Dial makes something else, as tests do.
func (c *Conn) Bolt() *bolt.Conn {
	b, _ := c.entry.link.(*bolt.Conn)
	return b
}

// Release ends the lease. It does not wait: what has to be stopped and cleaned up first is done in
// the background, until the server is silent for longer than Config.ResetGrace. Calling it again
// does nothing.
func (c *Conn) Release() {
	if c.released.CompareAndSwap(false, true) {
		c.pool.giveBack(c.entry)
	}
}

type leaseKey struct{}

// heldLease is what a context says about leases: the innermost, and those around it.
type heldLease struct {
	conn  *Conn
	outer *heldLease
}

// WithLease returns a context for work that is done while c is held, and without which c will not be given back: a query that is made for
// each record of another, say. Acquisitions with it take part in the search for deadlocks (see [DeadlockError]), and are served
// while [Pool.Shutdown] waits for the lease.
func WithLease(ctx context.Context, c *Conn) context.Context {
	outer, _ := ctx.Value(leaseKey{}).(*heldLease)
	return context.WithValue(ctx, leaseKey{}, &heldLease{conn: c, outer: outer})
}

// held lists the leases of p that are held around ctx.
func held(ctx context.Context, p *Pool) []*Conn {
	var conns []*Conn
	l, _ := ctx.Value(leaseKey{}).(*heldLease)
	for ; l != nil; l = l.outer {
		if l.conn.pool == p && !l.conn.released.Load() {
			conns = append(conns, l.conn)
		}
	}
	return conns
}
