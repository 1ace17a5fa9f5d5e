package rx

import "context"

// Map is a stream of f(v) for every v of s.
func Map[T, U any](s Stream[T], f func(T) U) Stream[U] {
	return Stream[U]{func(ctx context.Context, d Demand, emit func(U) error) error {
		return s.Run(ctx, d, func(v T) error { return emit(f(v)) })
	}}
}

// TryMap is a stream of f(ctx, v) for every v of s; the first error of f ends it. ctx is that of
// the run.
func TryMap[T, U any](s Stream[T], f func(ctx context.Context, v T) (U, error)) Stream[U] {
	return Stream[U]{func(ctx context.Context, d Demand, emit func(U) error) error {
		return s.Run(ctx, d, func(v T) error {
			u, err := f(ctx, v)
			if err != nil {
				return err
			}
			return emit(u)
		})
	}}
}

// Scan is a stream of the running results of f, one for every item of s: f(initial, first), f(that,
// second) and so on.
func Scan[T, A any](s Stream[T], initial A, f func(A, T) A) Stream[A] {
	return Stream[A]{func(ctx context.Context, d Demand, emit func(A) error) error {
		acc := initial
		return s.Run(ctx, d, func(v T) error {
			acc = f(acc, v)
			return emit(acc)
		})
	}}
}
