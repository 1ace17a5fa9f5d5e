package rx

import (
	"context"
	"fmt"

	"github.com/reactivex/rxgo/v2"
)

// fold is the state of one observation of an operator that makes one value of all items.
type fold struct {
	step   func(ctx context.Context, v any) (enough bool, err error)
	result func() (v any, ok bool, err error) // ok false: there is no value
}

// fold is an observable of the one value that a fold, which begin makes for every observation,
// makes of the items. d is how many it wants at most.
func (o *observable) fold(opts []rxgo.Option, d Demand, begin func() fold) *observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		f := begin()
		var enough *stop
		err := o.flow(r.wanting(d), r.each(emit, func(it rxgo.Item) error {
			done, err := f.step(r.ctx, it.V)
			if err != nil {
				return r.fail(err, emit)
			}
			if done {
				enough = new(stop)
				return enough
			}
			return nil
		}))
		if err = enough.settle(r.ctx, err); err != nil {
			return err
		}
		v, ok, err := f.result()
		if err != nil || !ok {
			return err
		}
		return emit(rxgo.Item{V: v})
	})
}

func (o *observable) single(opts []rxgo.Option, d Demand, begin func() fold) rxgo.Single {
	return &single{o.fold(opts, d, begin)}
}

func (o *observable) optional(opts []rxgo.Option, d Demand, begin func() fold) rxgo.OptionalSingle {
	return &optional{o.fold(opts, d, begin)}
}

// keeping is the fold of operators that look for one item: judge says whether v is a candidate and
// whether the search is over. Without a candidate the result is that of none.
func keeping(judge func(v any) (candidate, over bool), none func() (any, bool, error)) fold {
	var (
		kept  any
		found bool
	)
	return fold{
		step: func(_ context.Context, v any) (bool, error) {
			candidate, over := judge(v)
			if candidate {
				kept, found = v, true
			}
			return over, nil
		},
		result: func() (any, bool, error) {
			if !found {
				return none()
			}
			return kept, true, nil
		},
	}
}

func nothing() (any, bool, error) { return nil, false, nil }

func constant(v any) func() (any, bool, error) {
	return func() (any, bool, error) { return v, true, nil }
}

func always(any) (candidate, over bool) { return true, true }
func latest(any) (candidate, over bool) { return true, false }

// First emits the first item, and nothing where there is none.
func (o *observable) First(opts ...rxgo.Option) rxgo.OptionalSingle {
	return o.optional(opts, 1, func() fold { return keeping(always, nothing) })
}

// FirstOrDefault emits the first item, or defaultValue.
func (o *observable) FirstOrDefault(defaultValue any, opts ...rxgo.Option) rxgo.Single {
	return o.single(opts, 1, func() fold { return keeping(always, constant(defaultValue)) })
}

// Last emits the last item, and nothing where there is none.
func (o *observable) Last(opts ...rxgo.Option) rxgo.OptionalSingle {
	return o.optional(opts, Unbounded, func() fold { return keeping(latest, nothing) })
}

// LastOrDefault emits the last item, or defaultValue.
func (o *observable) LastOrDefault(defaultValue any, opts ...rxgo.Option) rxgo.Single {
	return o.single(opts, Unbounded, func() fold { return keeping(latest, constant(defaultValue)) })
}

// Find emits the first item for which find returns true, and nothing where there is none.
func (o *observable) Find(find rxgo.Predicate, opts ...rxgo.Option) rxgo.OptionalSingle {
	return o.optional(opts, Unbounded, func() fold {
		return keeping(func(v any) (bool, bool) {
			found := find(v)
			return found, found
		}, nothing)
	})
}

// ElementAt emits the item number index, from 0; where there are not so many, an
// rxgo.IllegalInputError.
func (o *observable) ElementAt(index uint, opts ...rxgo.Option) rxgo.Single {
	return o.single(opts, Demand(clamp(index)).plus(1), func() fold {
		at := uint(0)
		return keeping(func(any) (bool, bool) {
			here := at == index
			at++
			return here, here
		}, func() (any, bool, error) {
			return nil, false, illegal("ElementAt", fmt.Sprintf("index %d, but there are %d items", index, at))
		})
	})
}

// Max emits the largest item by comparator, the first of equals, and nothing where there is none.
func (o *observable) Max(comparator rxgo.Comparator, opts ...rxgo.Option) rxgo.OptionalSingle {
	return o.best(opts, func(kept, v any) bool { return comparator(kept, v) < 0 })
}

// Min emits the smallest item by comparator, the first of equals, and nothing where there is none.
func (o *observable) Min(comparator rxgo.Comparator, opts ...rxgo.Option) rxgo.OptionalSingle {
	return o.best(opts, func(kept, v any) bool { return comparator(kept, v) > 0 })
}

func (o *observable) best(opts []rxgo.Option, better func(kept, v any) bool) rxgo.OptionalSingle {
	return o.optional(opts, Unbounded, func() fold {
		var kept any
		first := true
		return keeping(func(v any) (bool, bool) {
			take := first || better(kept, v)
			if take {
				kept, first = v, false
			}
			return take, false
		}, nothing)
	})
}

// All emits whether predicate is true for every item.
func (o *observable) All(predicate rxgo.Predicate, opts ...rxgo.Option) rxgo.Single {
	return o.exists(opts, func(v any) bool { return !predicate(v) }, false)
}

// Contains emits whether equal is true for one of the items.
func (o *observable) Contains(equal rxgo.Predicate, opts ...rxgo.Option) rxgo.Single {
	return o.exists(opts, equal, true)
}

// exists emits found if test is true for an item, and otherwise its opposite.
func (o *observable) exists(opts []rxgo.Option, test func(any) bool, found bool) rxgo.Single {
	return o.single(opts, Unbounded, func() fold {
		answer := !found
		return fold{
			step: func(_ context.Context, v any) (bool, error) {
				if test(v) {
					answer = found
				}
				return answer == found, nil
			},
			result: func() (any, bool, error) { return answer, true, nil },
		}
	})
}

// Count emits the number of items, an int64.
func (o *observable) Count(opts ...rxgo.Option) rxgo.Single {
	return o.single(opts, Unbounded, func() fold {
		n := int64(0)
		return fold{
			step:   func(context.Context, any) (bool, error) { n++; return false, nil },
			result: func() (any, bool, error) { return n, true, nil },
		}
	})
}

// Reduce emits what apply makes of all items; the first accumulated value is nil. Where there are
// no items it emits nothing.
func (o *observable) Reduce(apply rxgo.Func2, opts ...rxgo.Option) rxgo.OptionalSingle {
	return o.optional(opts, Unbounded, func() fold {
		var acc any
		empty := true
		return fold{
			step: func(ctx context.Context, v any) (bool, error) {
				next, err := apply(ctx, acc, v)
				if err == nil {
					acc, empty = next, false
				}
				return false, err
			},
			result: func() (any, bool, error) { return acc, !empty, nil },
		}
	})
}

// ToMap emits a map[any]any of the items by the keys that keySelector makes. A key that cannot be
// one is an error.
func (o *observable) ToMap(keySelector rxgo.Func, opts ...rxgo.Option) rxgo.Single {
	return o.ToMapWithValueSelector(keySelector, func(_ context.Context, v any) (any, error) { return v, nil }, opts...)
}

// ToMapWithValueSelector emits a map[any]any of what valueSelector makes of the items, by the keys
// that keySelector makes.
func (o *observable) ToMapWithValueSelector(keySelector, valueSelector rxgo.Func, opts ...rxgo.Option) rxgo.Single {
	return o.single(opts, Unbounded, func() fold {
		m := map[any]any{}
		return fold{
			step: func(ctx context.Context, item any) (bool, error) {
				k, err := keySelector(ctx, item)
				if err != nil {
					return false, err
				}
				v, err := valueSelector(ctx, item)
				if err != nil {
					return false, err
				}
				m[k] = v
				return false, nil
			},
			result: func() (any, bool, error) { return m, true, nil },
		}
	})
}
