package pool

import (
	"context"
	"time"
)

// Go runs f on a goroutine that belongs to the pool. Its context is ctx, which Close ends besides, with ErrClosed as its cause, before it waits for f. On
// a pool that is closed the error is ErrClosed, and f does not run.
func (p *Pool) Go(ctx context.Context, f func(ctx context.Context)) error {
	p.mu.Lock()
	defer p.unlock()
	if p.phase == closed {
		return ErrClosed
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(p.ending, func() { cancel(ErrClosed) })
	p.start(func() {
		defer cancel(nil)
		defer stop()
		f(ctx)
	})
	return nil
}

// Bound puts the limit for acquisitions on ctx, counted from the moment when one began that is made of several: they all end with it, as Get alone does.
// What it ends is to be given to [Pool.Explain].
func (p *Pool) Bound(ctx context.Context, began time.Time) (context.Context, context.CancelFunc) {
	if p.cfg.AcquisitionTimeout <= 0 {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, began.Add(p.cfg.AcquisitionTimeout), errTimeout)
}

// Explain turns what an acquisition with a context of Bound has ended with into what Get would have returned: where ctx has ended, an
// *[AcquireTimeoutError], or an error that matches that of the caller's own context. Any other error stays as it is. a is where a connection was
// wanted, or would have been next.
func (p *Pool) Explain(ctx context.Context, a Address, began time.Time, err error) error {
	acq := acquisition{pool: p, address: a, began: began}
	return acq.explain(ctx, err)
}
