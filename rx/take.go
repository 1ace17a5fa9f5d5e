package rx

import "context"

// Take is a stream of the first n items. It completes with the nth, without waiting for another, and tells the source to stop.
// Take(0) does not run the source at all.
func (s Stream[T]) Take(n int) Stream[T] {
	if n <= 0 {
		return Empty[T]()
	}
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		left, enough := n, new(stop)
		return unlessOwn(enough, s.Run(ctx, min(d, Demand(n)), func(v T) error {
			left--
			if err := emit(v); err != nil {
				return err
			}
			if left == 0 {
				return enough
			}
			return nil
		}))
	}}
}

// TakeWhile is a stream of the items before the first for which keep returns false. It then tells the source to stop.
func (s Stream[T]) TakeWhile(keep func(T) bool) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		enough := new(stop)
		return unlessOwn(enough, s.Run(ctx, d, func(v T) error {
			if !keep(v) {
				return enough
			}
			return emit(v)
		}))
	}}
}

// unlessOwn turns the operator's own stop into completion. Stops of others are on their way further down and pass unchanged.
func unlessOwn(own *stop, err error) error {
	if err == error(own) { //nolint:errorlint // identity is the point: emit's error comes back unchanged
		return nil
	}
	return err
}
