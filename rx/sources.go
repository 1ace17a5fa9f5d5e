package rx

import (
	"context"
	"iter"
	"slices"
)

// Just is a stream of the given values. They are copied.
func Just[T any](values ...T) Stream[T] { return FromSlice(slices.Clone(values)) }

// Empty is a stream that completes without an item.
func Empty[T any]() Stream[T] { return Stream[T]{} }

// Fail is a stream that ends with err, without an item.
func Fail[T any](err error) Stream[T] {
	return Stream[T]{func(ctx context.Context, _ Demand, _ func(T) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		return err
	}}
}

// Call is a stream of one item, the result of f, which is called anew by every run.
func Call[T any](f func(ctx context.Context) (T, error)) Stream[T] {
	return New(func(ctx context.Context, _ Demand, emit func(T) error) error {
		v, err := f(ctx)
		if err != nil {
			return err
		}
		return emit(v)
	})
}

// Defer is the stream that f returns; every run calls f for one of its own.
func Defer[T any](f func() Stream[T]) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		return f().Run(ctx, d, emit)
	}}
}

// FromSlice is a stream of the elements of s. s is not copied: it must not change while the stream
// runs.
func FromSlice[T any](s []T) Stream[T] {
	return Stream[T]{func(ctx context.Context, _ Demand, emit func(T) error) error {
		if len(s) == 0 {
			return ended(ctx)
		}
		for _, v := range s {
			if ctx.Err() != nil { // an atomic load: cheaper than a look at ctx.Done()
				return ended(ctx)
			}
			if err := emit(v); err != nil {
				return err
			}
		}
		return nil
	}}
}

// FromSeq2 is a stream of what an iterator yields, up to its first error. Every run calls seq for
// an iterator of its own; one that ends while ctx has ended counts as broken by it, because
// iterators often just return then.
func FromSeq2[T any](seq func(ctx context.Context) iter.Seq2[T, error]) Stream[T] {
	return New(func(ctx context.Context, _ Demand, emit func(T) error) error {
		for v, err := range seq(ctx) {
			if err != nil {
				return err
			}
			if err := emit(v); err != nil {
				return err
			}
		}
		return ended(ctx)
	})
}

// FromChan is a stream of what arrives on ch until it is closed; if ctx has ended by then, the run
// ends with its error. Unlike the other sources it is not cold: its runs share the channel, and
// each item reaches one of them.
func FromChan[T any](ch <-chan T) Stream[T] {
	return New(func(ctx context.Context, _ Demand, emit func(T) error) error {
		for {
			select {
			case <-ctx.Done():
				return ended(ctx)
			case v, ok := <-ch:
				if !ok {
					return ended(ctx)
				}
				if err := emit(v); err != nil {
					return err
				}
			}
		}
	})
}
