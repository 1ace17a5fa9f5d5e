package rx

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// ShareOption changes how Share spreads a stream.
type ShareOption func(*shareConfig)

type shareConfig struct {
	buffer    int
	drop      bool
	observers int  // that the source waits for
	groups    bool // counts groups that are observed instead, however many observe each
}

// ShareBuffer is how many items may wait for each observer. Default 128; less than 1 counts as 1.
func ShareBuffer(items int) ShareOption { return func(c *shareConfig) { c.buffer = max(1, items) } }

// ShareDrop lets an observer whose buffer is full lose items, where otherwise the slowest observer
// governs the speed of all.
func ShareDrop() ShareOption { return func(c *shareConfig) { c.drop = true } }

// ShareWhen starts the source when so many observers are there. Default 1.
func ShareWhen(observers int) ShareOption {
	return func(c *shareConfig) { c.observers = max(1, observers) }
}

// Share lets all runs of the result share one run of s. It starts with its first observer
// (ShareWhen: with a later one), on a goroutine of its own and with that observer's context values;
// who joins later gets the items from then on. Every observer gets the end, be it completion, an
// error or a panic. When the last observer leaves, the source is stopped; a run after an end is a
// new one.
//
// A run of the result inside its own callback would wait for itself as soon as the source has more
// items than the buffer: the outer observer takes none meanwhile. Where that can be known, in
// ConcatMap and in functions of the RxGo face, the inner run fails at once. In a function of
// ForEach it cannot. With ShareDrop nothing waits, and such a run is like any other.
func (s Stream[T]) Share(opts ...ShareOption) Stream[T] {
	h := &hub[T]{source: s, config: shareConfig{buffer: 128, observers: 1}}
	for _, o := range opts {
		o(&h.config)
	}
	return Stream[T]{func(ctx context.Context, _ Demand, emit func(T) error) error {
		leave, err := h.enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
		return h.join(ctx, 0).attend(ctx, emit)
	}}
}

// insideKey marks contexts of what runs inside the callback of a shared stream.
type insideKey struct{ hub any }

var errWithinItself = errors.New("rx: a run inside the callback of the same shared stream would wait for itself: " +
	"observe it outside of its callback")

// hub is a shared stream; its mutex also guards the fields of its broadcasts that say so, and is
// never held while anything waits.
type hub[T any] struct {
	source Stream[T]
	config shareConfig

	mu      sync.Mutex
	current *broadcast[T] // what a new observer joins; nil: it begins one
}

// broadcast is one run of the source and its observers.
type broadcast[T any] struct {
	hub  *hub[T]
	crew *crew // set once, under the hub's mutex, when the run starts
	// abort ends the context around the crew: that of the last observer, which waits for the
	// source's end, does so.
	abort context.CancelCauseFunc

	observers []*observer[T] // guarded by the hub's mutex; replaced, never changed, so that publish may use a copy
}

type observer[T any] struct {
	group int           // that it observes, where there are groups
	items chan T        // closed by the broadcast at its end
	left  chan struct{} // closed by the observer when it leaves: publish then does not wait for it
}

// enter begins a run under ctx of the shared stream. Until leave is called, what runs inside its
// callback is marked, where that is possible, and cannot enter.
func (h *hub[T]) enter(ctx context.Context) (leave func(), err error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	if h.config.drop { // the source does not wait for a callback
		return func() {}, nil
	}
	if ctx.Value(insideKey{h}) != nil {
		return nil, errWithinItself
	}
	return Holding(ctx, func(ctx context.Context) context.Context {
		return context.WithValue(ctx, insideKey{h}, true)
	}), nil
}

// enough tells whether the observers that the source waits for are there. The caller holds the
// mutex.
func (h *hub[T]) enough(observers []*observer[T]) bool {
	if !h.config.groups {
		return len(observers) >= h.config.observers
	}
	groups := map[int]bool{}
	for _, o := range observers {
		groups[o.group] = true
	}
	return len(groups) >= h.config.observers
}

// seat is a place among the observers of a broadcast. It must be given up, or attended, once.
type seat[T any] struct {
	b     *broadcast[T]
	o     *observer[T]
	taken atomic.Bool
}

// claim tells whether the caller is the first to want the seat, and attends it.
func (s *seat[T]) claim() bool { return !s.taken.Swap(true) }

// join takes a seat in the broadcast under way, or in a new one, and starts it if that was the
// observer it waited for.
func (h *hub[T]) join(ctx context.Context, group int) *seat[T] {
	o := &observer[T]{group: group, items: make(chan T, h.config.buffer), left: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.coming()
	b.observers = append(slices.Clone(b.observers), o)
	if b.crew == nil && h.enough(b.observers) {
		b.start(context.WithoutCancel(ctx))
	}
	return &seat[T]{b: b, o: o}
}

// coming is the broadcast that new observers join. The caller holds the mutex.
func (h *hub[T]) coming() *broadcast[T] {
	if h.current == nil {
		h.current = &broadcast[T]{hub: h}
	}
	return h.current
}

// start runs the source. The caller holds the hub's mutex.
func (b *broadcast[T]) start(ctx context.Context) {
	ctx, b.abort = context.WithCancelCause(ownRun(ctx))
	b.crew = newCrew(ctx, b.end)
	b.crew.start(func(ctx context.Context) error {
		return b.hub.source.Run(ctx, Unbounded, func(v T) error { return b.publish(ctx, v) })
	})
}

// attend hands the observer its items, until the end of the broadcast or its own.
func (s *seat[T]) attend(ctx context.Context, emit func(T) error) error {
	defer s.giveUp(ErrAborted)
	err := s.o.receive(ctx, emit)
	if last := s.b.leave(s.o); last || err == nil {
		rest, release := Unstopped(ctx) // what the source still has to do is not broken off by a stop
		defer release()
		forget := context.AfterFunc(rest, func() { s.b.abort(ContextError(rest)) })
		defer forget()
		return s.b.crew.finish(err)
	}
	return err
}

// giveUp leaves the seat, if that has not happened yet, and stops and joins a run that then has no
// observer.
func (s *seat[T]) giveUp(cause error) {
	if last := s.b.leave(s.o); last {
		s.b.crew.cancel(cause)
		<-s.b.crew.idle
	}
}

// leave removes o, if it is still there, and says whether it was the last observer of a run that
// has to be stopped and joined.
func (b *broadcast[T]) leave(o *observer[T]) (last bool) {
	h := b.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.Index(b.observers, o)
	if i < 0 {
		return false
	}
	close(o.left)
	b.observers = slices.Delete(slices.Clone(b.observers), i, i+1)
	if len(b.observers) > 0 {
		return false
	}
	if h.current == b {
		h.current = nil
	}
	return b.crew != nil
}

// publish gives v to every observer of the moment; it waits for those whose buffer is full.
func (b *broadcast[T]) publish(ctx context.Context, v T) error {
	b.hub.mu.Lock()
	observers := b.observers
	b.hub.mu.Unlock()
	for _, o := range observers {
		if b.hub.config.drop {
			select {
			case o.items <- v:
			default:
			}
			continue
		}
		select {
		case o.items <- v:
		case <-o.left:
		case <-ctx.Done():
			return ended(ctx)
		}
	}
	return nil
}

// end is called when the source has returned: nobody can join any more, and the observers see the
// end after what is in their buffers.
func (b *broadcast[T]) end() {
	h := b.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == b {
		h.current = nil
	}
	for _, o := range b.observers {
		close(o.items)
	}
	b.crew.cancel(nil) // frees the contexts; there is nobody left to notice
	b.abort(nil)
}

func (o *observer[T]) receive(ctx context.Context, emit func(T) error) error {
	for {
		select {
		case v, ok := <-o.items:
			if !ok {
				return nil
			}
			if ctx.Err() != nil {
				return ended(ctx)
			}
			if err := emit(v); err != nil {
				return err
			}
		case <-ctx.Done():
			return ended(ctx)
		}
	}
}
