package pool

import (
	"context"
	"time"
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
	case e.rested(time.Now()) && gone(e.link):
		return false, nil
	default:
		return acq.authenticate(ctx, e)
	}
}

// authenticate makes sure that the connection is logged in with what the request's source has now, or will be before its next request: whoever works
// with it tells the refusal to Conn.Fail then. One that cannot change its user makes room for another, unless that would have to be able to.
func (acq *acquisition) authenticate(ctx context.Context, e *entry) (fit bool, err error) {
	p := acq.pool
	if err := acq.req.canSwitch(e.link); err != nil {
		return false, err // the connection is as good for the others as it was
	}
	token, err := p.source(acq.req).Token(ctx)
	if err != nil {
		return false, tokenError(acq.address, err)
	}
	epoch := p.epoch(e.host)
	if epoch == e.login.epoch && token.Equal(*e.login.token) && !acq.req.Relogin {
		return true, nil
	}
	if e.link.Reauthenticate(token) != nil {
		p.doom(e)
		return false, nil
	}
	next := token // a copy, since what is kept goes to the heap, and should do so only here
	e.login = &login{&next, epoch}
	return true, nil
}

// canSwitch returns an error where the request has a user of its own, and the link, of whoever it is now, cannot change it.
func (r *Request) canSwitch(l Link) error {
	if r.Auth == nil {
		return nil
	}
	return l.CanReauthenticate()
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
