package pool

import (
	"context"
	"time"

	"github.com/neorx/neorx/rx"
)

// Request says what kind of connection is wanted. The zero value asks for any that is logged in with the pool's own token.
type Request struct {
	// Auth logs in as somebody else than the pool does. The server must let open connections change their user (Bolt 5.1): if it does not, the error
	// wraps errors.ErrUnsupported, whether or not there is a connection, and whoever it is logged in as. Default nil: Config.Auth.
	Auth TokenSource
	// Relogin logs in anew also where the connection is logged in with an equal token. Default false.
	Relogin bool
	// Probe asks for a connection that has just answered, to find out whether the server is there. Default false: Config.IdleCheck decides.
	Probe bool
	// Label says what the lease is for, where leases are listed. Default empty.
	Label string
}

// Acquire is a stream of one connection to a, which goes back to the pool when the run has ended: completed, failed, stopped, cancelled or
// left by a panic or runtime.Goexit. So it can be used while emit runs and not after, which is what rx.ConcatMap and ForEach do; what must
// outlive the run, as First does, takes Get. Each run acquires anew; errors are those of Get.
func (p *Pool) Acquire(a Address, r Request) rx.Stream[*Conn] {
	return rx.Using(
		func(ctx context.Context) (*Conn, error) { return p.Get(ctx, a, r) },
		func(c *Conn) rx.Stream[*Conn] { return rx.Just(c) },
		func(c *Conn, _ error) error {
			c.Release()
			return nil
		})
}

// Get lends a connection to a, until Release. It takes an idle one, the one used last first, or dials one where the limit of the address
// permits, or waits until it is its turn; who came first is served first.
//
// Everything it waits for is bounded by AcquisitionTimeout; past that the error is an *[AcquireTimeoutError]. When ctx ends, Get returns at
// once with an error that matches ctx.Err() and its cause. Other errors are ErrClosed, *[DeadlockError], and those of Dial, of the
// [TokenSource] and of logging in again as they are, or as a *[TokenRejectedError].
func (p *Pool) Get(ctx context.Context, a Address, r Request) (*Conn, error) {
	acq := acquisition{pool: p, address: a, req: r, began: time.Now()}
	ctx, cancel := p.bound(ctx)
	defer cancel()
	if ctx.Err() != nil {
		return nil, acq.explain(ctx, ctx.Err())
	}
	for {
		w, err := acq.wait(ctx)
		if err != nil {
			return nil, acq.explain(ctx, err)
		}
		switch fit, err := acq.examine(ctx, w); {
		case err != nil:
			return nil, acq.explain(ctx, err)
		case fit:
			return acq.lend(w.entry), nil
		}
	}
}

// bound puts the limit for acquisitions on ctx.
func (p *Pool) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if p.cfg.AcquisitionTimeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, p.cfg.AcquisitionTimeout, errTimeout)
}

// acquisition is one call of Get.
type acquisition struct {
	pool    *Pool
	address Address
	req     Request
	began   time.Time
	ticket  uint64 // 0 until it has queued for the first time
}

// wait queues until a connection is ours. The waiter that it returns has an entry in state taken.
func (acq *acquisition) wait(ctx context.Context) (*waiter, error) {
	p := acq.pool
	w := &waiter{ctx: ctx, req: acq.req, ticket: acq.ticket, since: time.Now(), held: held(ctx, p)}
	p.mu.Lock()
	h, err := p.admit(acq, w)
	if err != nil || w.settled() {
		p.unlock()
		return w, err
	}
	w.ready = make(chan struct{})
	p.unlock()
	select {
	case <-w.ready:
	case <-ctx.Done():
	}
	return w, p.awoken(ctx, h, w)
}

// admit queues w, and gives it what there is. It is an error if waiting makes no sense. p.mu is held.
func (p *Pool) admit(acq *acquisition, w *waiter) (*host, error) {
	// Work that already has a connection may finish while the pool drains, also if it needs another one for that.
	if p.phase == closed || p.phase == draining && len(w.held) == 0 && acq.ticket == 0 {
		return nil, ErrClosed
	}
	if acq.ticket == 0 {
		p.tickets++
		acq.ticket, w.ticket = p.tickets, p.tickets
	}
	h := p.host(acq.address)
	h.enqueue(w)
	p.pump(h)
	if w.settled() {
		return h, nil
	}
	h.tally.waited++
	if err := p.hopeless(h, w); err != nil {
		h.dequeue(w)
		return nil, err
	}
	return h, nil
}

// hopeless tells why w had better not wait, if so.
func (p *Pool) hopeless(h *host, w *waiter) error {
	if len(w.held) > 0 && p.deadlocked(h) {
		return &DeadlockError{Address: h.address, Limit: p.cfg.MaxSize}
	}
	if p.cfg.AcquisitionTimeout == 0 && h.queue.len > h.coming() {
		return errTimeout
	}
	return nil
}

// awoken takes what w has got by the time that it is ready or its context has ended. What comes to somebody who has left goes on to the next.
func (p *Pool) awoken(ctx context.Context, h *host, w *waiter) error {
	p.mu.Lock()
	h.tally.waitTime += time.Since(w.since)
	if w.queued {
		h.dequeue(w)
	}
	p.unlock()
	switch {
	case w.err != nil:
		return w.err
	case ctx.Err() == nil:
		return nil
	case w.entry != nil:
		p.giveBack(w.entry)
	}
	return ctx.Err()
}

// lend makes a lease of a connection that has passed all checks.
func (acq *acquisition) lend(e *entry) *Conn {
	p := acq.pool
	c := &Conn{pool: p, entry: e, source: p.source(acq.req), login: e.login, holder: p.holder(acq.req)}
	p.mu.Lock()
	defer p.unlock()
	e.lease = c
	e.host.tally.acquired++
	e.host.tally.acquireTime += time.Since(acq.began)
	return c
}
