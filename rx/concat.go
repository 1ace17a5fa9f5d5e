package rx

import "context"

// Concat runs the streams one after the other, each when the one before has completed. The first
// error ends it.
func Concat[T any](streams ...Stream[T]) Stream[T] {
	return ConcatMap(Just(streams...), func(s Stream[T]) Stream[T] { return s })
}

// ConcatMap is a stream of the items of f(v) for every v of s, in order. While an inner stream
// runs, s waits.
func ConcatMap[T, U any](s Stream[T], f func(T) Stream[U]) Stream[U] {
	return Stream[U]{func(ctx context.Context, d Demand, emit func(U) error) error {
		out, counted := emit, int64(0)
		if d != Unbounded { // an unbounded consumer need not pay for counting
			out = func(u U) error {
				counted++
				return emit(u)
			}
		}
		upstream, around := surround(ctx)
		return s.Run(upstream, Unbounded, func(v T) error {
			return f(v).Run(around.inside(), max(1, d.minus(counted)), out)
		})
	}}
}
