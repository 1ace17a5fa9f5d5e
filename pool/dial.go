package pool

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/neorx/neorx/bolt"
)

// startDial dials for w on a goroutine of the pool's. It goes on when w has left or was served by somebody's release: then the connection
// is the next waiter's. p.mu is held.
func (p *Pool) startDial(h *host, w *waiter) {
	e := &entry{host: h, maker: w}
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(w.ctx))
	e.cancel = cancel
	h.add(e, dialling)
	w.dialling = true
	epoch := h.epoch
	p.start(func() {
		defer cancel(nil)
		ctx, stop := p.bound(ctx)
		defer stop()
		p.dial(ctx, e, epoch)
	})
}

// errDialLeft is the outcome of a dial that was left by runtime.Goexit.
var errDialLeft = errors.New("left by runtime.Goexit")

// dial runs code of the user's: token source, dialer, resolver. Whatever that does, the waiter is told and the place is free again.
func (p *Pool) dial(ctx context.Context, e *entry, epoch int) {
	var link Link
	err := fmt.Errorf("pool: dial %s: %w", e.host.address, errDialLeft)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pool: dial %s: panic: %v\n%s", e.host.address, r, debug.Stack())
		}
		p.dialled(e, link, err)
	}()
	if link, err = p.connect(ctx, e, epoch); err != nil {
		err = p.judgeDial(ctx, e, err)
	}
}

func (p *Pool) connect(ctx context.Context, e *entry, epoch int) (Link, error) {
	token, err := p.source(e.maker.req).Token(ctx)
	if err != nil {
		return nil, tokenError(e.host.address, err)
	}
	e.login = &login{&token, epoch}
	link, err := p.cfg.Dial(ctx, e.host.address, token)
	if err != nil {
		return nil, err
	}
	if err := e.maker.req.canSwitch(link); err != nil {
		_ = link.Close()
		return nil, err
	}
	return link, nil
}

// judgeDial tells those who want to know about a dial that has failed, and returns the error as the waiter gets it.
func (p *Pool) judgeDial(ctx context.Context, e *entry, err error) error {
	var lost *bolt.ConnectivityError
	cause := context.Cause(ctx)
	if p.cfg.OnDead != nil && errors.As(err, &lost) && !errors.Is(cause, ErrClosed) {
		p.cfg.OnDead(e.host.address, err)
	}
	if errors.Is(cause, errTimeout) {
		return errTimeout // the same as the waiter finds out by itself, at the same time
	}
	return rejected(p.source(e.maker.req), e.login, err)
}

// dialled ends what startDial began.
func (p *Pool) dialled(e *entry, link Link, err error) {
	p.mu.Lock()
	defer p.unlock()
	h, w := e.host, e.maker
	w.dialling = false
	if err != nil {
		h.tally.dialFailures++
		h.remove(e)
		if w.queued {
			h.fail(w, err)
		}
		p.pump(h)
		return
	}
	h.tally.dialled++
	e.link, e.created = link, time.Now()
	p.routes.opened(e)
	if p.phase == closed {
		p.close(e, &h.tally.closed.Shutdown)
		return
	}
	p.offer(e, true)
}
