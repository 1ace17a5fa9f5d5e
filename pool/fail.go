package pool

import (
	"context"
	"errors"

	"github.com/neorx/neorx/bolt"
)

// Fail tells the pool about an error that work on the connection has ended with, and returns the error to hand on. Call it before Release,
// once for each error.
//
// A *bolt.ConnectivityError goes to Config.OnDead, and closes the idle connections that are no younger than this one. A security error goes to
// the [TokenSource] that the connection has logged in with; where that has a better token the result is a retryable *[TokenRejectedError].
// After an expired authorization all connections to the address log in again before their next use. Everything else changes nothing, and so does a
// connection that was lost because a context ended in the middle of a write.
func (c *Conn) Fail(err error) error {
	p, e := c.pool, c.entry
	var lost *bolt.ConnectivityError
	var server *bolt.ServerError
	switch {
	case errors.As(err, &lost) && !cancelled(err):
		p.lost(e)
		if p.cfg.OnDead != nil {
			p.cfg.OnDead(c.Address(), err)
		}
	case errors.As(err, &server) && server.HasCode(security):
		p.distrust(e, server)
		return rejected(c.source, c.login, err)
	}
	return err
}

// cancelled tells whether it is the end of a context that err goes back to, which says nothing about the server.
func cancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// lost closes what has most likely broken together with e.
func (p *Pool) lost(e *entry) {
	p.mu.Lock()
	defer p.unlock()
	e.doomed = true
	p.closeElders(e)
}

// distrust notes what a security error says about the connection (servers drop it after these two) and about others.
func (p *Pool) distrust(e *entry, err *bolt.ServerError) {
	p.mu.Lock()
	defer p.unlock()
	if err.HasCode(tokenExpired, authorizationExpired) {
		e.doomed = true
	}
	if err.HasCode(authorizationExpired) {
		e.host.epoch++
	}
}
