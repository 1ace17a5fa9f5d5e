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
	o.gate, o.gates = gate, []*hub[rxgo.Item]{gate}
	o.flow = func(r run, emit func(rxgo.Item) error) error {
		leave, err := gate.enter(r.ctx)
		if err != nil {
			return err
		}
		defer leave()
		for _, seat := range r.seats { // Repeat and Retry come again, and then wait for the next Connect
			if seat.b.hub == gate && seat.claim() {
				return seat.attend(r.ctx, emit)
			}
		}
		return gate.join(r.ctx, 0).attend(r.ctx, emit)
	}
}

// seated takes a seat for an observation at each published source in its chain, those among the
// arguments of operators included: a source that is there twice has two.
func (o *observable) seated(r run) (_ run, giveUp func()) {
	seats := make([]*seat[rxgo.Item], 0, len(o.gates))
	for _, gate := range o.gates {
		seats = append(seats, gate.join(context.Background(), 0))
	}
	r.seats = seats
	return r, func() {
		for _, seat := range seats {
			seat.giveUp(ErrAborted)
		}
	}
}

// with is o for an operator that has another iterable as its argument.
func (o *observable) with(it rxgo.Iterable) *observable {
	ours, ok := it.(owner)
	if !ok || len(ours.own().gates) == 0 {
		return o
	}
	both := *o
	both.gates = append(o.gates[:len(o.gates):len(o.gates)], ours.own().gates...)
	return &both
}

// Connect starts a published source (WithPublishStrategy) for those who observe it by now; who
// comes later gets what comes later. It ends with ctx, with the Disposable, which has to be called,
// or when the last observer has left; after an end it can be connected again. On an observable that
// is not published Connect does nothing.
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
