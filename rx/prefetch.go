package rx

import "context"

// Prefetch lets the source run ahead of its consumer, on a goroutine of its own, by at most n
// items.
func (s Stream[T]) Prefetch(n int) Stream[T] {
	if n < 1 {
		return failArgument[T]("Prefetch", "number of items", n)
	}
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		items := make(chan T, n)
		c := newCrew(ctx, func() { close(items) })
		c.start(func(ctx context.Context) error { return s.Run(ctx, d, sender(ctx, items)) })
		defer c.abandon()
		return deliver(ctx, c, items, emit)
	}}
}
