package rx

import (
	"context"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// flow is what an observable of ours is made of: a stream whose items may be errors after which it
// goes on (ContinueOnError). It keeps the rules of Stream: it calls emit on the goroutine of its
// caller, and returns emit's error unchanged.
type flow func(r run, emit func(rxgo.Item) error) error

// run is what travels upstream.
type run struct {
	ctx    context.Context
	demand Demand
	given  []context.Context  // by options, for this observation: what outlives it ends with them too
	resume bool               // errors of user functions are items, and the run goes on after them
	seats  []*seat[rxgo.Item] // among the observers of published sources upstream
}

// fail deals with the error of a user function, and with an error item from upstream.
func (r *run) fail(err error, emit func(rxgo.Item) error) error {
	if r.resume {
		return emit(rxgo.Item{E: err})
	}
	return err
}

func (r run) wanting(d Demand) run {
	r.demand = d
	return r
}

// under is the run as s wants it; the caller calls done when it has ended.
func (s *settings) under(r run) (_ run, done func()) {
	r.resume = r.resume || s.resume
	if len(s.contexts) == 0 {
		return r, func() {}
	}
	r.given = append(r.given[:len(r.given):len(r.given)], s.contexts...)
	r.ctx, done = unite(append(s.contexts[:len(s.contexts):len(s.contexts)], r.ctx)...)
	return r, done
}

// unite is a context that ends, with the cause, when any of the given ones does. It has the values
// of all; those of the first, which was given closest to the consumer, come first.
func unite(contexts ...context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(united{contexts[0], contexts[1:]})
	stops := make([]func() bool, 0, len(contexts))
	for _, c := range contexts[1:] {
		if c.Done() == nil {
			continue
		}
		if c.Err() != nil { // now, and not when AfterFunc's goroutine runs
			cancel(endOf(c))
		}
		stops = append(stops, context.AfterFunc(c, func() { cancel(endOf(c)) }))
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel(nil)
	}
}

// endOf is the cause for a context that ends because c has.
func endOf(c context.Context) error {
	if s := satisfiedBy(c); s != nil {
		return s
	}
	return ContextError(c)
}

// united has the values and the earliest deadline of several contexts. Its end is that of the
// first.
type united struct {
	context.Context
	others []context.Context
}

func (u united) Value(key any) any {
	if key == (scopeKey{}) { // the run's own context comes last; the scopes of those that users give are others'
		return u.others[len(u.others)-1].Value(key)
	}
	v := u.Context.Value(key)
	for i := 0; v == nil && i < len(u.others); i++ {
		v = u.others[i].Value(key)
	}
	return v
}

// flowOf is a stream as a flow.
func flowOf[T any](s Stream[T]) flow {
	return func(r run, emit func(rxgo.Item) error) error {
		return s.Run(r.ctx, r.demand, func(v T) error { return emit(rxgo.Item{V: v}) })
	}
}

// stream is the flow, run as r says, as a stream of its items, errors within included.
func (f flow) stream(r run) Stream[rxgo.Item] {
	return Stream[rxgo.Item]{func(ctx context.Context, d Demand, emit func(rxgo.Item) error) error {
		r := r
		r.ctx, r.demand = ctx, d
		return f(r, emit)
	}}
}

func (u united) Deadline() (earliest time.Time, ok bool) {
	earliest, ok = u.Context.Deadline()
	for _, c := range u.others {
		if d, limited := c.Deadline(); limited && (!ok || d.Before(earliest)) {
			earliest, ok = d, true
		}
	}
	return earliest, ok
}

// strict is the flow for a run that does not go on after errors: an error item ends it, as a
// failure does.
func (f flow) strict() flow {
	return func(r run, emit func(rxgo.Item) error) error {
		if r.resume {
			return f(r, emit)
		}
		return f(r, func(it rxgo.Item) error {
			if it.E != nil {
				return it.E
			}
			return emit(it)
		})
	}
}
