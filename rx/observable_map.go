package rx

import (
	"context"
	"fmt"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// through is an observable of what f makes of each item; where f returns an error, of that error.
func (o *observable) through(opts []rxgo.Option, f func(ctx context.Context, v any) (any, error)) *observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		upstream, around := surround(r.ctx)
		r.ctx = upstream
		return o.flow(r, func(it rxgo.Item) error {
			if it.E != nil {
				return r.fail(it.E, emit)
			}
			v, err := f(around.inside(), it.V)
			if err != nil {
				return r.fail(err, emit)
			}
			return emit(rxgo.Item{V: v})
		})
	})
}

// each is the emit that an operator passes upstream: f gets the items, and errors go where errors
// go.
func (r *run) each(emit func(rxgo.Item) error, f func(it rxgo.Item) error) func(rxgo.Item) error {
	return func(it rxgo.Item) error {
		if it.E != nil {
			return r.fail(it.E, emit)
		}
		return f(it)
	}
}

// Map emits what apply makes of each item. With WithPool apply runs on that many goroutines; the
// results keep the order of the items.
func (o *observable) Map(apply rxgo.Func, opts ...rxgo.Option) rxgo.Observable {
	if n := poolOf(opts); n > 0 {
		return o.parallel(n, opts, apply)
	}
	return o.through(opts, apply)
}

// Marshal emits what marshaller makes of each item.
func (o *observable) Marshal(marshaller rxgo.Marshaller, opts ...rxgo.Option) rxgo.Observable {
	return o.Map(func(_ context.Context, v any) (any, error) { return marshaller(v) }, opts...)
}

// Unmarshal emits, for each item, a value of factory filled by unmarshaller. An item that is no
// []byte is an error.
func (o *observable) Unmarshal(unmarshaller rxgo.Unmarshaller, factory func() any, opts ...rxgo.Option) rxgo.Observable {
	return o.Map(func(_ context.Context, v any) (any, error) {
		raw, ok := v.([]byte)
		if !ok {
			return nil, illegal("Unmarshal", fmt.Sprintf("expected []byte, got %T", v))
		}
		filled := factory()
		if err := unmarshaller(raw, filled); err != nil {
			return nil, err
		}
		return filled, nil
	}, opts...)
}

// Scan emits the running results of apply; the first accumulated value is nil.
func (o *observable) Scan(apply rxgo.Func2, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		var acc any
		return o.flow(r, r.each(emit, func(it rxgo.Item) error {
			v, err := apply(r.ctx, acc, it.V)
			if err != nil {
				return r.fail(err, emit)
			}
			acc = v
			return emit(rxgo.Item{V: v})
		}))
	})
}

// FlatMap emits the items of the observable that apply returns for each item, one observable after
// the other. apply gets items only; an error of the source ends the result.
func (o *observable) FlatMap(apply rxgo.ItemToObservable, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		within := r.made()
		upstream, around := surround(r.ctx)
		r.ctx = upstream
		return o.flow(r.wanting(Unbounded), r.each(emit, func(it rxgo.Item) error {
			within.ctx = around.inside()
			return iterableFlow(apply(it)).strict()(within, emit)
		}))
	})
}

// Timestamp emits each item with the time of its emission, as an rxgo.TimestampItem in UTC.
func (o *observable) Timestamp(opts ...rxgo.Option) rxgo.Observable {
	return o.through(opts, func(_ context.Context, v any) (any, error) {
		return rxgo.TimestampItem{Timestamp: time.Now().UTC(), V: v}, nil
	})
}

// TimeInterval emits, instead of each item, the time.Duration since the one before, or since the
// observation began.
func (o *observable) TimeInterval(opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		last := time.Now()
		return o.flow(r, r.each(emit, func(rxgo.Item) error {
			now := time.Now()
			passed := now.Sub(last)
			last = now
			return emit(rxgo.Item{V: passed})
		}))
	})
}

// BufferWithCount emits the items in slices of count; the last may be shorter, and comes before an
// error.
func (o *observable) BufferWithCount(count int, opts ...rxgo.Option) rxgo.Observable {
	if count <= 0 {
		return o.thrown(illegal("BufferWithCount", "count must be positive"))
	}
	return o.derive(opts, o.batches(count, func(batch []any) any { return batch }))
}

// batches is a flow of what wrap makes of every count items.
func (o *observable) batches(count int, wrap func([]any) any) flow {
	return func(r run, emit func(rxgo.Item) error) error {
		b := batcher{emit: emit, wrap: wrap, limit: count}
		err := o.flow(r.wanting(r.demand.times(count)), func(it rxgo.Item) error { return b.add(&r, it) })
		return b.end(r.ctx, err)
	}
}
