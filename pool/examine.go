package pool

import (
	"context"
	"errors"

	"github.com/neorx/neorx/bolt"
)

// examine checks the connection that w has got. One that is not fit has been given back, and so has one with an error.
func (acq *acquisition) examine(ctx context.Context, w *waiter) (fit bool, err error) {
	e := w.entry
	defer func() {
		if !fit { // which includes a panic of the token source
			acq.pool.giveBack(e)
		}
	}()
	switch {
	case !e.link.Alive():
		return false, nil
	case w.own: // it has logged in just now
		return true, nil
	default:
		return acq.authenticate(ctx, e)
	}
}

// authenticate makes sure that the connection is logged in with what the request's source has now.
func (acq *acquisition) authenticate(ctx context.Context, e *entry) (fit bool, err error) {
	p := acq.pool
	token, err := p.source(acq.req).Token(ctx)
	if err != nil {
		return false, tokenError(acq.address, err)
	}
	epoch := p.epoch(e.host)
	if epoch == e.login.epoch && token.Equal(*e.login.token) {
		return true, nil
	}
	next := token // a copy, since what is kept goes to the heap, and should do so only here
	l := &login{&next, epoch}
	if err := e.link.Reauthenticate(ctx, token); err != nil {
		return false, acq.cannotLogIn(ctx, e, l, err)
	}
	e.login = l
	return true, nil
}

// cannotLogIn decides what an error of Reauthenticate means: it returns nil where another connection will do.
func (acq *acquisition) cannotLogIn(ctx context.Context, e *entry, l *login, err error) error {
	if errors.Is(err, errors.ErrUnsupported) && acq.req.Auth != nil {
		return err // the connection is as good for the others as it was
	}
	acq.pool.doom(e)
	var refused *bolt.ServerError
	switch {
	case errors.As(err, &refused):
		return rejected(acq.pool.source(acq.req), l, err)
	case ctx.Err() != nil:
		return err
	default:
		return nil
	}
}

func (p *Pool) epoch(h *host) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return h.epoch
}

// doom makes sure that e is closed when it comes back.
func (p *Pool) doom(e *entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.doomed = true
}
