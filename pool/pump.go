package pool

import (
	"context"
	"errors"
	"os"
	"time"
)

// pump gives waiters what there is, oldest first, and sees to it that something is on its way for the others as far as the limit permits.
// It is called whenever a waiter has come or a place has become free. p.mu is held.
func (p *Pool) pump(h *host) {
	now := time.Now()
	for h.queue.len > h.count[probing] && len(h.idle) > 0 {
		e, w := h.popIdle(), h.queue.head
		switch {
		case p.cfg.expired(e, now):
			p.close(e, &h.tally.closed.Expired)
		case w.req.Probe || p.cfg.dozed(e, now):
			p.startReset(e, probing)
		default:
			h.serve(w, e)
		}
	}
	for h.queue.len > h.count[dialling]+h.count[probing] && len(h.entries) < p.cfg.MaxSize {
		p.startDial(h, h.queue.undialled())
	}
}

// offer gives e, which is good, to the oldest waiter, or makes it idle, unless its host is to be forgotten. proven is whether it has only just answered.
// p.mu is held.
func (p *Pool) offer(e *entry, proven bool) {
	h := e.host
	switch w := h.queue.head; {
	case w == nil && p.isLeaving(h):
		p.close(e, &h.tally.closed.Suspect)
	case w == nil:
		h.pushIdle(e)
	case w.req.Probe && !proven:
		p.startReset(e, probing)
	default:
		h.serve(w, e)
	}
}

// giveBack takes back a connection that somebody has had.
func (p *Pool) giveBack(e *entry) {
	alive := e.link.Alive()
	clean := alive && e.link.Clean()
	p.mu.Lock()
	defer p.unlock()
	e.lease = nil
	switch {
	case e.state == closing: // the pool was closed in the meantime
	case !alive:
		p.close(e, &e.host.tally.closed.Dead)
	case e.doomed:
		p.close(e, &e.host.tally.closed.Failed)
	case !clean:
		p.startReset(e, cleaning)
	default:
		p.shelve(e, false)
	}
}

// shelve makes a clean connection available, unless it is too old. p.mu is held.
func (p *Pool) shelve(e *entry, proven bool) {
	e.idleSince = time.Now()
	if p.cfg.expired(e, e.idleSince) {
		p.close(e, &e.host.tally.closed.Expired)
		return
	}
	p.offer(e, proven)
}

// startReset probes or cleans e on a goroutine of the pool's, which ends when nothing has come from
// the server for ResetGrace. p.mu is held.
func (p *Pool) startReset(e *entry, s state) {
	e.host.move(e, s)
	ctx, cancel := context.WithCancelCause(context.Background())
	e.cancel = cancel
	p.start(func() {
		defer cancel(nil)
		patience := newPatience(e.link, p.cfg.ResetGrace, cancel)
		err := e.link.Reset(ctx)
		patience.stop()
		p.hasReset(e, err, context.Cause(ctx))
	})
}

// hasReset ends what startReset began. cause is why its context has ended, if it has.
func (p *Pool) hasReset(e *entry, err, cause error) {
	good := err == nil && e.link.Alive() && e.link.Clean()
	p.mu.Lock()
	defer p.unlock()
	h := e.host
	switch {
	case e.state == closing:
	case good && e.doomed:
		p.close(e, &h.tally.closed.Failed)
	case good:
		p.shelve(e, true)
	case e.state == probing:
		p.close(e, &h.tally.closed.Dead)
		if errors.Is(cause, errSilent) || errors.Is(err, os.ErrDeadlineExceeded) {
			p.closeElders(e)
		}
	default:
		p.close(e, &h.tally.closed.Uncleaned)
	}
}

// close closes e, which is not on the idle list, on a goroutine of the pool's; Link.Close bounds it. Only then is its place free: servers
// count too. A probe or clean-up is cancelled behind it, so that Link.Close finds a connection on which it can still take its leave. p.mu is held.
func (p *Pool) close(e *entry, reason *int64) {
	*reason++
	h := e.host
	h.move(e, closing)
	p.routes.closed(e)
	p.start(func() {
		_ = e.link.Close() // it is of no more use, whatever this says
		p.mu.Lock()
		defer p.unlock()
		if e.cancel != nil {
			e.cancel(ErrClosed)
		}
		h.remove(e)
		p.pump(h)
	})
}

// closeElders closes the idle connections that are no younger than e, which has not answered: what has swallowed the question would most likely swallow
// theirs too, and each would cost as long a wait. A connection that is found closed costs none, so the others may speak for themselves. p.mu is held.
func (p *Pool) closeElders(e *entry) {
	h := e.host
	kept := h.idle[:0]
	for _, other := range h.idle {
		if other.created.After(e.created) {
			kept = append(kept, other)
			continue
		}
		p.close(other, &h.tally.closed.Suspect)
	}
	clear(h.idle[len(kept):])
	h.idle = kept
}
