package rx

import (
	"context"

	"github.com/reactivex/rxgo/v2"
)

// poolOf is the number of workers that an operator's options ask for, 0 without WithPool.
func poolOf(opts []rxgo.Option) int {
	if len(opts) == 0 {
		return 0
	}
	return settingsOf(opts).pool
}

// dropped stands for an item that a parallel Filter does not keep.
type dropped struct{}

// parallel is an observable of what f makes of each item on so many workers, in the order of the
// items.
func (o *observable) parallel(workers int, opts []rxgo.Option, f func(ctx context.Context, v any) (any, error)) *observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		work := func(ctx context.Context, it rxgo.Item) (rxgo.Item, error) {
			if it.E == nil {
				it.V, it.E = f(ctx, it.V)
			}
			if it.E != nil && !r.resume {
				return it, it.E
			}
			return it, nil
		}
		return ParallelMap(o.flow.strict().stream(r), workers, work).Run(r.ctx, r.demand, func(it rxgo.Item) error {
			if it.E == nil && it.V == any(dropped{}) {
				return nil
			}
			return emit(it)
		})
	})
}
