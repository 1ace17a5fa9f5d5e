package bolttest

import (
	"context"
	"errors"
	"sync"
)

// errReset is why a context ends when the client resets, errGone when it leaves or the server closes.
var (
	errReset = errors.New("bolttest: the client has sent RESET")
	errGone  = errors.New("bolttest: the connection has ended")
)

// epoch is the time from one RESET to the next. Its context ends when a RESET arrives, long before its turn comes.
type epoch struct {
	conn context.Context // ends with the connection

	mu      sync.Mutex // guards what follows
	ctx     context.Context
	cancel  context.CancelCauseFunc
	arrived int // how many RESETs have arrived and not had their turn
}

func newEpoch(conn context.Context) *epoch {
	e := &epoch{conn: conn}
	e.ctx, e.cancel = context.WithCancelCause(conn)
	return e
}

// reset notes that a RESET has arrived.
func (e *epoch) reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.arrived++
	e.cancel(errReset)
}

// next begins a new epoch, since a RESET has had its turn. It is over at once where another has arrived already.
func (e *epoch) next() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.arrived--
	e.cancel(errReset)
	e.ctx, e.cancel = context.WithCancelCause(e.conn)
	if e.arrived > 0 {
		e.cancel(errReset)
	}
}

// context returns the context of the time until the next RESET.
func (e *epoch) context() context.Context {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ctx
}
