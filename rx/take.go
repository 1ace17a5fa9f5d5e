package rx

import "context"

// Take is a stream of the first n items. It completes with the nth, without waiting for another,
// and tells the source to stop. Take(0) does not run the source at all.
func (s Stream[T]) Take(n int) Stream[T] {
	if n <= 0 {
		return Empty[T]()
	}
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		left := n
		var enough *stop
		err := s.Run(ctx, min(d, Demand(n)), func(v T) error {
			left--
			if err := emit(v); err != nil {
				return err
			}
			if left == 0 {
				enough = new(stop)
				return enough
			}
			return nil
		})
		return enough.settle(ctx, err)
	}}
}

// TakeWhile is a stream of the items before the first for which keep returns false. It then tells
// the source to stop.
func (s Stream[T]) TakeWhile(keep func(T) bool) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		var enough *stop
		err := s.Run(ctx, d, func(v T) error {
			if !keep(v) {
				enough = new(stop)
				return enough
			}
			return emit(v)
		})
		return enough.settle(ctx, err)
	}}
}
