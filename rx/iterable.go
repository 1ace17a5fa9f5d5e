package rx

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// FromObservable is a stream of the items of any RxGo observable, up to its first error. Every run
// observes it anew, as far as it can be observed again. An observable made by this package is run
// as it is; any other is observed under a context that ends with the run, and what its goroutines
// still send then is read for a moment, since not all of RxGo's operators look at their context
// while they send. The channel behind rxgo.FromChannel is left alone; operators of RxGo on it may
// have taken a few items more. An item that is no T ends the run with an error. A channel that
// closes when the context has ended counts as broken by it: RxGo does not tell.
func FromObservable[T any](o rxgo.Observable) Stream[T] {
	return fromFlow[T](iterableFlow(o))
}

// fromFlow is a stream of the flow's items, which have to be of type T.
func fromFlow[T any](f flow) Stream[T] {
	want := reflect.TypeFor[T]()
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		n := 0
		return f(run{ctx: ctx, demand: d}, func(it rxgo.Item) error {
			if it.E != nil {
				return it.E
			}
			v, ok := it.V.(T)
			if !ok && (it.V != nil || want.Kind() != reflect.Interface) { // a nil is a value of every interface type
				return fmt.Errorf("rx: item %d of the observable is of type %T, not %v", n, it.V, want)
			}
			n++
			return emit(v)
		})
	}}
}

// owner is what an observable or single of ours shows to the other: its flow and settings.
type owner interface{ own() *observable }

func (o *observable) own() *observable { return o }

// iterableFlow is the flow of an iterable, ours or RxGo's.
func iterableFlow(it rxgo.Iterable) flow {
	if group, ok := it.(rxgo.GroupedObservable); ok {
		it = group.Observable
	}
	if ours, ok := it.(owner); ok {
		o := ours.own()
		return func(r run, emit func(rxgo.Item) error) error {
			r, done := o.set.under(r)
			defer done()
			return o.flow(r, emit)
		}
	}
	return func(r run, emit func(rxgo.Item) error) error {
		if err := ended(r.ctx); err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(r.ctx)
		opts := []rxgo.Option{rxgo.WithContext(ctx)}
		if r.resume {
			opts = append(opts, rxgo.WithErrorStrategy(rxgo.ContinueOnError))
		}
		items := it.Observe(opts...)
		ended := false
		defer func() {
			cancel()
			if !ended && !handsOut(it, items) {
				go release(items)
			}
		}()
		err := receiveItems(r, items, emit, &ended)
		return err
	}
}

// receiveItems emits what comes on items and notes whether it was closed.
func receiveItems(r run, items <-chan rxgo.Item, emit func(rxgo.Item) error, closed *bool) error {
	for {
		if err := ended(r.ctx); err != nil { // before an item is taken from a channel that is the user's
			return err
		}
		select {
		case it, ok := <-items:
			if !ok {
				*closed = true
				return ended(r.ctx)
			}
			if r.ctx.Err() != nil {
				return ended(r.ctx)
			}
			if it.E != nil && !r.resume {
				return it.E
			}
			if err := emit(it); err != nil {
				return err
			}
		case <-r.ctx.Done():
			return ended(r.ctx)
		}
	}
}

// handsOut tells whether items is a user's own channel: RxGo's FromChannel returns the one that it
// was given. No goroutine of RxGo's sends to it, and its items are not ours to throw away.
func handsOut(it rxgo.Iterable, items <-chan rxgo.Item) bool {
	v := reflect.ValueOf(it)
	if v.Kind() != reflect.Pointer || v.Type() != reflect.TypeFor[*rxgo.ObservableImpl]() {
		return false
	}
	source := v.Elem().FieldByName("iterable")
	if !source.IsValid() || source.Kind() != reflect.Interface || source.Elem().Kind() != reflect.Pointer {
		return false
	}
	next := source.Elem().Elem().FieldByName("next")
	return next.IsValid() && next.Kind() == reflect.Chan && next.Pointer() == reflect.ValueOf(items).Pointer()
}

// releaseTime is how long an abandoned RxGo observable gets to notice that its context has ended.
const releaseTime = 200 * time.Millisecond

// release frees goroutines of RxGo's that are blocked in a send which does not look at their
// cancelled context. It gives up after a while: some of RxGo's sources never close their channel
// after a cancel, and a source that ignores its context may go on for ever. Owner: nobody waits for
// it; exit: the channel's end or releaseTime.
func release(items <-chan rxgo.Item) {
	timer := time.NewTimer(releaseTime)
	defer timer.Stop()
	for {
		select {
		case _, ok := <-items:
			if !ok {
				return
			}
		case <-timer.C:
			return
		}
	}
}

// inner is the run of an argument within this one: it knows nothing of the demand here.
func (r run) inner() run { return r.wanting(Unbounded) }

// made is the run of what a function makes within this one, or of what outlives it. It leaves the
// seats to the arguments of operators, for which they were taken, and which give them up at the
// end.
func (r run) made() run {
	r.seats = nil
	return r.inner()
}
