package bolt

import (
	"context"

	"github.com/neorx/neorx/bolt/packstream"
)

// metadata is what a SUCCESS is decoded into.
type metadata interface {
	Decode(r *packstream.Reader, c *Capabilities) error
}

// call is a request with one reply that somebody waits for.
type call struct {
	c    *Conn
	into metadata // nil: the metadata is of no interest
	then func()   // what a SUCCESS means for the connection, or nil; the mutex is held
	tx   *Tx      // what a BEGIN begins
	ends *Tx      // what a COMMIT or ROLLBACK ends
	sent bool
	done bool
	err  error
}

func (c *Conn) call(into metadata) *call { return &call{c: c, into: into} }

func (a *call) expected() {
	a.sent = true
	if a.tx != nil {
		a.c.tx = a.tx
	}
	if a.ends != nil { // now, not with the reply: a RUN behind COMMIT would be a statement of its own
		a.c.tx, a.ends.cause = nil, errTxOver
	}
}

func (a *call) success(r *packstream.Reader) error {
	if a.into != nil {
		if err := a.into.Decode(r, &a.c.caps); err != nil {
			return err
		}
	}
	a.done = true // unless it was interrupted: then nobody looks any more
	if a.then != nil {
		a.then()
	}
	return nil
}

func (a *call) failure(err error) {
	if !a.done {
		a.done, a.err = true, err
	}
}

// wait returns the server's refusal, the loss of the connection, what interrupted it, or nil. Only then has into been filled, and may be read: after
// an error the reply may still come.
func (a *call) wait(ctx context.Context) error {
	if err := a.c.await(ctx, func() bool { return a.done }); err != nil {
		return err
	}
	a.c.mu.Lock()
	defer a.c.mu.Unlock()
	return a.err
}
