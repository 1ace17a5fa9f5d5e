package rx

import (
	"context"
)

// maxFirstAlloc bounds what is allocated for a batch before there are items to fill it; beyond it
// slices grow as they need.
const maxFirstAlloc = 1024

// Buffer gathers the items into slices of n; the last may be shorter. What was gathered before an
// error comes before it. Every slice is new and belongs to the consumer.
func Buffer[T any](s Stream[T], n int) Stream[[]T] {
	if n < 1 {
		return failArgument[[]T]("Buffer", "size", n)
	}
	return Stream[[]T]{func(ctx context.Context, d Demand, emit func([]T) error) error {
		var (
			batch   []T
			refused bool
		)
		err := s.Run(ctx, d.times(n), func(v T) error {
			if batch == nil {
				batch = make([]T, 0, min(n, maxFirstAlloc))
			}
			batch = append(batch, v)
			if len(batch) < n {
				return nil
			}
			full := batch
			batch = nil
			if err := emit(full); err != nil {
				refused = true
				return err
			}
			return nil
		})
		if refused || len(batch) == 0 {
			return err
		}
		if end := ended(ctx); end != nil { // the batch is not emitted any more: the run is not complete
			return end
		}
		if stopped := emit(batch); stopped != nil {
			return stopped
		}
		return err
	}}
}
