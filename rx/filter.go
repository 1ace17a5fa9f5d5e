package rx

import "context"

// Filter keeps the items for which keep returns true.
func (s Stream[T]) Filter(keep func(T) bool) Stream[T] {
	return Stream[T]{func(ctx context.Context, _ Demand, emit func(T) error) error {
		return s.Run(ctx, Unbounded, func(v T) error {
			if !keep(v) {
				return nil
			}
			return emit(v)
		})
	}}
}

// Skip drops the first n items.
func (s Stream[T]) Skip(n int) Stream[T] {
	if n <= 0 {
		return s
	}
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		left := n
		return s.Run(ctx, d.plus(n), func(v T) error {
			if left > 0 {
				left--
				return nil
			}
			return emit(v)
		})
	}}
}

// Tap calls f with every item before it goes on.
func (s Stream[T]) Tap(f func(T)) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		return s.Run(ctx, d, func(v T) error {
			f(v)
			return emit(v)
		})
	}}
}
