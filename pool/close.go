package pool

import (
	"context"
	"fmt"

	"github.com/neorx/neorx/internal/cause"
)

// Close closes every connection at once, also those in use; whoever uses or awaits one is told by an error. It returns when nothing of the
// pool runs any more, or with an error when ctx ends before that; the rest then ends on its own. Closing again waits again.
func (p *Pool) Close(ctx context.Context) error {
	p.mu.Lock()
	if p.phase != closed {
		p.phase = closed
		shut(p.quiet)
		for _, h := range p.hosts {
			p.shutHost(h)
		}
	}
	p.unlock()
	p.end(ErrClosed)
	return await(ctx, p.joined, "close")
}

// shutHost is called with p.mu held.
func (p *Pool) shutHost(h *host) {
	for h.queue.head != nil {
		h.fail(h.queue.head, ErrClosed)
	}
	h.idle = nil
	for e := range h.entries {
		switch e.state {
		case closing:
		case dialling: // and closes what it may still bring
			e.cancel(ErrClosed)
		default:
			p.close(e, &h.tally.closed.Shutdown)
		}
	}
}

// Shutdown waits until every connection was given back, and cleaned up where necessary, and then closes the pool. Acquisitions that wait are
// still served, new ones get ErrClosed, except where their context holds a lease (see [WithLease]) and they are needed to finish. When ctx ends
// first, Shutdown closes the pool with what is in use and returns an error.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.mu.Lock()
	if p.phase == open {
		p.phase = draining
	}
	p.unlock()
	if err := await(ctx, p.quiet, "wait for connections to be given back"); err != nil {
		_ = p.Close(ctx) // which can only say the same
		return err
	}
	return p.Close(ctx)
}

// await waits for done, which it prefers where ctx has ended as well.
func await(ctx context.Context, done <-chan struct{}, what string) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-done:
		return nil
	default:
		return fmt.Errorf("pool: %s: %w", what, cause.Of(ctx))
	}
}
