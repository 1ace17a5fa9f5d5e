package rx

import (
	"context"
	"math"

	"github.com/reactivex/rxgo/v2"
)

// publish makes o connectable: its observers wait for Connect and share one run of the source.
func (o *observable) publish() {
	gate := &hub[rxgo.Item]{
		source: o.flow.stream(run{}),
		config: shareConfig{buffer: observeBuffer, observers: math.MaxInt},
	}
	o.gate = gate
	o.flow = func(r run, emit func(rxgo.Item) error) error {
		if err := ended(r.ctx); err != nil {
			return err
		}
		if r.seat != nil && !r.seat.used { // Repeat and Retry come again, and then wait for the next Connect
			return r.seat.attend(r.ctx, emit)
		}
		return gate.observe(r.ctx, emit)
	}
}

// seated takes a seat for an observation whose source is published.
func (o *observable) seated(r run) (_ run, giveUp func()) {
	r.seat = nil
	if o.gate == nil {
		return r, func() {}
	}
	seat := o.gate.join(context.Background())
	r.seat = seat
	return r, func() { seat.giveUp(ErrAborted) }
}

// Connect starts a published source (WithPublishStrategy) for those who observe it by now; who comes later gets what comes later. It ends
// with ctx, with the Disposable, which has to be called, or when the last observer has left; after an end it can be connected again.
// On an observable that is not published Connect does nothing.
func (o *observable) Connect(ctx context.Context) (context.Context, rxgo.Disposable) {
	ctx, cancel := context.WithCancel(ctx)
	if o.gate != nil {
		o.gate.connect(ctx)
	}
	return ctx, rxgo.Disposable(cancel)
}

func (h *hub[T]) connect(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if b := h.coming(); b.crew == nil {
		b.start(ctx)
	}
}
