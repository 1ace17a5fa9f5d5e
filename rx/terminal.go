package rx

import (
	"context"
	"errors"
	"iter"
)

// ErrEmpty is the error of First on a stream that completed without an item.
var ErrEmpty = errors.New("rx: the stream is empty")

// ForEach runs the stream and calls f with every item, on the calling goroutine. It returns when
// the stream has ended: nil if it completed, its error otherwise. An error of f ends the run and is
// returned as it is, also where f is the emit of a source and its consumer has had enough. To leave
// early without an error use Take or TakeWhile, or range over All and break.
func (s Stream[T]) ForEach(ctx context.Context, f func(T) error) error {
	return bare(ctx, s.Run(ownRun(ctx), Unbounded, f))
}

// All runs the stream as a range loop, on the calling goroutine:
//
//	for v, err := range s.All(ctx) {
//
// Leaving the loop stops the stream and frees what it holds. An error comes last, with the zero
// value. Every range over the result is a run of its own. What fails after a break is not seen;
// where that matters (an early stop of a write), use Take or TakeWhile with ForEach.
func (s Stream[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var enough *stop
		err := s.Run(ownRun(ctx), Unbounded, func(v T) error {
			if yield(v, nil) {
				return nil
			}
			enough = new(stop)
			return enough
		})
		if err = bare(ctx, err); err != nil && enough == nil {
			var zero T
			yield(zero, err)
		}
	}
}

// First runs the stream for one item and stops it. Without an item it returns ErrEmpty.
func (s Stream[T]) First(ctx context.Context) (T, error) {
	var (
		first T
		found *stop
	)
	ctx = ownRun(ctx)
	err := s.Run(ctx, 1, func(v T) error {
		first, found = v, new(stop)
		return found
	})
	if err = bare(ctx, found.settle(ctx, err)); err != nil {
		var zero T
		return zero, err
	}
	if found == nil {
		return first, ErrEmpty
	}
	return first, nil
}

// Count runs the stream and returns how many items it had; with an error, how many came before it.
func (s Stream[T]) Count(ctx context.Context) (int64, error) {
	var n int64
	err := s.Run(ownRun(ctx), Unbounded, func(T) error {
		n++
		return nil
	})
	return n, bare(ctx, err)
}

// Collect runs the stream and returns its items; with an error, those that came before it. Memory
// is bounded by the stream only: use Take, or do not collect what you do not know to be small.
func (s Stream[T]) Collect(ctx context.Context) ([]T, error) {
	var items []T
	err := s.Run(ownRun(ctx), Unbounded, func(v T) error {
		items = append(items, v)
		return nil
	})
	return items, bare(ctx, err)
}

// SendTo runs the stream and sends every item to ch, waiting for a receiver or for the end of ctx.
// It does not close ch.
func (s Stream[T]) SendTo(ctx context.Context, ch chan<- T) error {
	return s.ForEach(ctx, func(v T) error {
		select {
		case ch <- v:
			return nil
		case <-ctx.Done():
			return ContextError(ctx)
		}
	})
}

// Reduce runs the stream and folds its items into one value, beginning with initial. With an error
// it returns what was folded before it.
func Reduce[T, A any](ctx context.Context, s Stream[T], initial A, f func(A, T) A) (A, error) {
	acc := initial
	err := s.Run(ownRun(ctx), Unbounded, func(v T) error {
		acc = f(acc, v)
		return nil
	})
	return acc, bare(ctx, err)
}
