package rx

import "context"

// Merge runs the streams side by side, each on a goroutine of its own, and emits their items as
// they come. The first error stops the others and ends it.
func Merge[T any](streams ...Stream[T]) Stream[T] {
	if len(streams) == 0 {
		return Empty[T]()
	}
	return MergeMap(Just(streams...), len(streams), func(s Stream[T]) Stream[T] { return s })
}

// MergeMap is a stream of the items of f(v) for every v of s, with up to n inner streams running
// side by side, their items as they come. Items of one inner stream stay in order. The first error
// stops everything and ends it. s runs on one goroutine, which also calls f, and each inner stream
// on one of its own; the consumer gets all items on its own goroutine.
func MergeMap[T, U any](s Stream[T], n int, f func(T) Stream[U]) Stream[U] {
	if n < 1 {
		return failArgument[U]("MergeMap", "number of concurrent streams", n)
	}
	return Stream[U]{func(ctx context.Context, d Demand, emit func(U) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		items := make(chan U) // unbuffered: what the inner streams want to run ahead they say by Prefetch
		c := newCrew(ctx, func() { close(items) })
		slots := make(chan struct{}, n) // a token for every inner stream that runs
		c.start(func(ctx context.Context) error {
			take := sender(ctx, slots)
			return s.Run(ctx, Unbounded, func(v T) error {
				if err := take(struct{}{}); err != nil {
					return err
				}
				inner := f(v)
				c.start(func(ctx context.Context) error {
					defer func() { <-slots }()
					return inner.Run(ctx, d, sender(ctx, items))
				})
				return nil
			})
		})
		defer c.abandon()
		return deliver(ctx, c, items, emit)
	}}
}
