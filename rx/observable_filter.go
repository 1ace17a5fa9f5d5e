package rx

import (
	"context"
	"reflect"

	"github.com/reactivex/rxgo/v2"
)

// Filter emits the items for which apply returns true. With WithPool apply runs on that many
// goroutines; the items keep their order.
func (o *observable) Filter(apply rxgo.Predicate, opts ...rxgo.Option) rxgo.Observable {
	if n := poolOf(opts); n > 0 {
		return o.parallel(n, opts, func(_ context.Context, v any) (any, error) {
			if !apply(v) {
				return dropped{}, nil
			}
			return v, nil
		})
	}
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		return o.flow(r.wanting(Unbounded), func(it rxgo.Item) error {
			if it.E != nil {
				return r.fail(it.E, emit)
			}
			if !apply(it.V) {
				return nil
			}
			return emit(it)
		})
	})
}

// Distinct emits the items whose key, made by apply, has not occurred before. It remembers every
// key.
func (o *observable) Distinct(apply rxgo.Func, opts ...rxgo.Option) rxgo.Observable {
	return o.keyed(opts, apply, func() func(any) bool {
		seen := map[any]struct{}{}
		return func(key any) bool {
			_, known := seen[key]
			seen[key] = struct{}{}
			return !known
		}
	})
}

// DistinctUntilChanged emits the items whose key, made by apply, differs from the one before.
func (o *observable) DistinctUntilChanged(apply rxgo.Func, opts ...rxgo.Option) rxgo.Observable {
	return o.keyed(opts, apply, func() func(any) bool {
		var last any
		first := true
		return func(key any) bool {
			changed := first || !equal(last, key)
			first, last = false, key
			return changed
		}
	})
}

// keyed emits the items whose key passes; begin makes the test anew for every observation.
func (o *observable) keyed(opts []rxgo.Option, apply rxgo.Func, begin func() func(key any) bool) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		passes := begin()
		return o.flow(r.wanting(Unbounded), r.each(emit, func(it rxgo.Item) error {
			key, err := apply(r.ctx, it.V)
			if err != nil {
				return r.fail(err, emit)
			}
			if !passes(key) {
				return nil
			}
			return emit(it)
		}))
	})
}

// equal compares like ==, and deeply where == would panic.
func equal(a, b any) bool {
	if a == nil || b == nil || (reflect.TypeOf(a).Comparable() && reflect.TypeOf(b).Comparable()) {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// IgnoreElements drops all items, and keeps the errors.
func (o *observable) IgnoreElements(opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		return o.flow(r.wanting(Unbounded), r.each(emit, func(rxgo.Item) error { return nil }))
	})
}

// DefaultIfEmpty emits defaultValue where the source completes without an item.
func (o *observable) DefaultIfEmpty(defaultValue any, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		empty := true
		err := o.flow(r, func(it rxgo.Item) error {
			if it.E != nil {
				return r.fail(it.E, emit)
			}
			empty = false
			return emit(it)
		})
		if err != nil || !empty {
			return err
		}
		return emit(rxgo.Item{V: defaultValue})
	})
}

// Skip drops the first nth items.
func (o *observable) Skip(nth uint, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		left := nth
		return o.flow(r.wanting(r.demand.plus(clamp(nth))), r.each(emit, func(it rxgo.Item) error {
			if left > 0 {
				left--
				return nil
			}
			return emit(it)
		}))
	})
}

// SkipWhile drops the items before the first for which apply returns false.
func (o *observable) SkipWhile(apply rxgo.Predicate, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		skipping := true
		return o.flow(r.wanting(Unbounded), r.each(emit, func(it rxgo.Item) error {
			if skipping = skipping && apply(it.V); skipping {
				return nil
			}
			return emit(it)
		}))
	})
}

// SkipLast drops the last nth items. It holds that many back.
func (o *observable) SkipLast(nth uint, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		held := tail{size: clamp(nth), emit: emit}
		err := o.flow.strict()(r.wanting(r.demand.plus(clamp(nth))), held.push)
		if err != nil {
			return err
		}
		return held.end()
	})
}

// tail holds back the last size values, and the errors of ContinueOnError in their places between.
type tail struct {
	size   int
	emit   func(rxgo.Item) error
	held   []rxgo.Item
	values int // among held
}

func (t *tail) push(it rxgo.Item) error {
	t.held = append(t.held, it)
	if it.E == nil {
		t.values++
	}
	for len(t.held) > 0 && (t.values > t.size || t.held[0].E != nil) {
		first := t.held[0]
		t.held = t.held[1:]
		if first.E == nil {
			t.values--
		}
		if err := t.emit(first); err != nil {
			return err
		}
	}
	return nil
}

// end drops the values, and emits the errors.
func (t *tail) end() error {
	for _, it := range t.held {
		if it.E == nil {
			continue
		}
		if err := t.emit(it); err != nil {
			return err
		}
	}
	return nil
}

// TakeLast emits the last nth items when the source has completed. It holds that many.
func (o *observable) TakeLast(nth uint, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		held := ring{size: clamp(nth)}
		err := o.flow(r.wanting(Unbounded), r.each(emit, func(it rxgo.Item) error {
			held.push(it.V)
			return nil
		}))
		if err != nil {
			return err
		}
		for v := range held.all {
			if err := emit(rxgo.Item{V: v}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Take emits the first nth items, and completes with the last of them.
func (o *observable) Take(nth uint, opts ...rxgo.Option) rxgo.Observable {
	return o.until(opts, func(d Demand) Demand { return min(d, Demand(clamp(nth))) }, func() func(any) verdict {
		left := nth
		return func(any) verdict {
			switch left--; {
			case left == 0:
				return emitAndStop
			default:
				return emitOnly
			}
		}
	}, nth == 0)
}

// TakeUntil emits the items up to and including the first for which apply returns true.
func (o *observable) TakeUntil(apply rxgo.Predicate, opts ...rxgo.Option) rxgo.Observable {
	return o.until(opts, sameDemand, func() func(any) verdict {
		return func(v any) verdict {
			if apply(v) {
				return emitAndStop
			}
			return emitOnly
		}
	}, false)
}

// TakeWhile emits the items before the first for which apply returns false.
func (o *observable) TakeWhile(apply rxgo.Predicate, opts ...rxgo.Option) rxgo.Observable {
	return o.until(opts, sameDemand, func() func(any) verdict {
		return func(v any) verdict {
			if apply(v) {
				return emitOnly
			}
			return stopOnly
		}
	}, false)
}

type verdict uint8

const (
	emitOnly verdict = iota
	emitAndStop
	stopOnly
)

func sameDemand(d Demand) Demand { return d }

// until emits items until judge, which begin makes for every observation, has had enough. none: it
// wants nothing from the start.
func (o *observable) until(opts []rxgo.Option, demand func(Demand) Demand, begin func() func(any) verdict, none bool) rxgo.Observable {
	if none {
		return o.derive(opts, flowOf(Empty[any]()))
	}
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		judge := begin()
		var enough *stop
		err := o.flow(r.wanting(demand(r.demand)), r.each(emit, func(it rxgo.Item) error {
			v := judge(it.V)
			if v != stopOnly {
				if err := emit(it); err != nil {
					return err
				}
			}
			if v == emitOnly {
				return nil
			}
			enough = new(stop)
			return enough
		}))
		return enough.settle(r.ctx, err)
	})
}

// clamp is n as an int: more than the largest is as good as the largest.
func clamp(n uint) int {
	const most = int(^uint(0) >> 1)
	if n > uint(most) {
		return most
	}
	return int(n)
}

// ring holds the last size values pushed. It grows with them: a large size costs nothing before the
// values are there.
type ring struct {
	size   int
	values []any
	oldest int
}

// push adds v and returns the value that had to leave for it.
func (r *ring) push(v any) (old any, full bool) {
	if r.size == 0 {
		return v, true
	}
	if len(r.values) < r.size {
		r.values = append(r.values, v)
		return nil, false
	}
	old, r.values[r.oldest] = r.values[r.oldest], v
	r.oldest = (r.oldest + 1) % r.size
	return old, true
}

// all yields the values, the oldest first.
func (r *ring) all(yield func(any) bool) {
	for i := range r.values {
		if !yield(r.values[(r.oldest+i)%len(r.values)]) {
			return
		}
	}
}

// Serialize emits the items in the order of their identifiers, which count up from from. One that
// comes early waits; where the next is still missing at the end, that is an error.
func (o *observable) Serialize(from int, identifier func(any) int, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		q := sequence{next: from, waiting: map[int]any{}}
		err := o.flow.strict()(r.wanting(Unbounded), func(it rxgo.Item) error {
			if it.E != nil {
				return q.fail(it, emit)
			}
			return q.add(identifier(it.V), it.V, emit)
		})
		if err != nil {
			return err
		}
		return q.end()
	})
}
