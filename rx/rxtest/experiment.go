package rxtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/rx"
)

// place is where an observation happens.
type place int

const (
	alone     place = iota
	inside          // in a function of another run, under the context that it gets
	crewed          // on goroutines of another run, three side by side
	satisfied       // the same, with another run whose consumer has had enough at the source's item 1
	merged          // two runs of the operator side by side, and one consumer
)

var places = []struct {
	place
	name string
}{
	{alone, "alone"},
	{inside, "inside another run's function"},
	{crewed, "side by side on the goroutines of another run"},
	{satisfied, "under the context of another run, whose consumer has had enough at item 1"},
	{merged, "two of them merged"},
}

// experiment is one cell of a matrix.
type experiment struct {
	exit
	place place
	use   string // "rx." or "Observable.", and the name

	source   Source
	held     int // when everything had ended
	cancel   context.CancelFunc
	runs     atomic.Int64  // of the source
	owed     atomic.Int64  // runs that have failed behind a stop
	reached  chan struct{} // closed when the source has reached item 1
	onceOnly sync.Once

	mu      sync.Mutex // guards readers
	readers []*reader
}

// inBubble performs the experiment on a source that open makes, and closes that.
func (x *experiment) inBubble(t *testing.T, open func(t *testing.T) Source) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		x.source, x.reached = open(t), make(chan struct{})
		x.perform()
		x.held = x.source.Held()
		x.source.Close()
		<-time.After(time.Minute) // what follows an observable of RxGo's own, to which it has left its goroutines, has long given up
	})
}

func (x *experiment) perform() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	x.cancel = cancel
	observe := x.prepare()
	var wg sync.WaitGroup
	for range max(1, x.at) {
		wg.Go(func() { // of its own: the exit may be a panic or Goexit
			for range max(1, x.times) {
				x.within(ctx, observe)
			}
		})
	}
	if x.abandon {
		synctest.Wait() // everybody waits for the source, or for a consumer that is not there
		x.source.Close()
	}
	wg.Wait()
	for _, r := range x.readers {
		r.drain()
	}
	synctest.Wait()
	if x.after {
		x.cancel()
		synctest.Wait()
	}
}

// prepare makes the call that is examined; all its observations are of the one stream.
func (x *experiment) prepare() func(ctx context.Context, r *reader) {
	if name, typed := strings.CutPrefix(x.use, "rx."); typed {
		s, observe := x.stream(), typedUses(x.early, x.place == merged)[name]
		return func(ctx context.Context, r *reader) { observe(ctx, s, r.report) }
	}
	method := strings.TrimPrefix(x.use, "Observable.")
	o := rx.Observable(rx.Map(x.stream(), fitting(method)), rxgo.WithContext(x.source.Lifetime()))
	return func(ctx context.Context, r *reader) {
		r.opts = []rxgo.Option{rxgo.WithContext(ctx)}
		r.call(o, method)
	}
}

// within makes the call in its place.
func (x *experiment) within(ctx context.Context, observe func(ctx context.Context, r *reader)) {
	here := func(ctx context.Context, _ int) (int, error) { //nolint:unparam // operators want a function that can fail
		x.guarded(ctx, observe)
		return 0, nil
	}
	switch x.place {
	case alone, merged:
		x.guarded(ctx, observe)
	case inside:
		x.quietly(func() { _ = rx.TryMap(rx.Just(0), here).ForEach(ctx, func(int) error { return nil }) })
	case crewed:
		x.quietly(func() { _, _ = rx.ParallelMap(rx.Just(0, 1, 2), 3, here).Collect(ctx) })
	case satisfied:
		x.quietly(func() { _, _ = rx.ParallelMap(rx.Just(0, 1), 2, x.besideSatisfied(here)).First(ctx) })
	}
}

// besideSatisfied makes the call for item 1, while item 0 satisfies the consumer when the source is
// at its item 1.
func (x *experiment) besideSatisfied(here func(context.Context, int) (int, error)) func(context.Context, int) (int, error) {
	return func(ctx context.Context, n int) (int, error) {
		if n == 1 {
			defer x.onceOnly.Do(func() { close(x.reached) })
			return here(ctx, n)
		}
		<-x.reached
		return n, nil
	}
}

// guarded makes one call and notes how it was left.
func (x *experiment) guarded(ctx context.Context, observe func(ctx context.Context, r *reader)) {
	r := &reader{report: &report{}, take: -1, abandon: x.abandon, groups: expectations[x.use].groups}
	if x.early {
		r.take = 2
	}
	x.mu.Lock()
	x.readers = append(x.readers, r)
	x.mu.Unlock()
	if x.context != nil {
		limited, cancel := x.context(ctx)
		defer cancel()
		ctx = limited
	}
	returned := false
	defer func() {
		if !returned {
			r.panics = recover()
			r.exited = r.panics == nil
		}
	}()
	observe(ctx, r)
	returned = true
}

// quietly calls f and drops a panic: the observation has noted it.
func (*experiment) quietly(f func()) {
	defer func() { _ = recover() }()
	f()
}

// traits is what is different with the source.
func (x *experiment) traits() (t Traits) {
	if source, ok := x.source.(Special); ok {
		t = source.Traits()
	}
	if t.Owed == nil {
		t.Owed = errLate
	}
	return t
}

// stream is the source with the exit's disturbance behind it.
func (x *experiment) stream() rx.Stream[int] {
	s := x.source.Stream(x.n, x.exit.end)
	counted := rx.New(func(ctx context.Context, d rx.Demand, emit func(int) error) error {
		x.runs.Add(1)
		err := s.Run(ctx, d, emit)
		if x.late && rx.Stopped(err) {
			x.owed.Add(1)
			return rx.AfterStop(errLate)
		}
		if errors.Is(err, x.traits().Owed) {
			x.owed.Add(1)
		}
		return err
	})
	if x.disturb == nil && x.place != satisfied {
		return counted
	}
	return rx.TryMap(counted, func(ctx context.Context, n int) (int, error) {
		if n == 1 && x.place == satisfied {
			x.onceOnly.Do(func() { close(x.reached) })
			<-ctx.Done()
		}
		if n == 2 && x.disturb != nil {
			return n, x.disturb(x.cancel)
		}
		return n, nil
	})
}
