package rx

import (
	"context"
	"time"
)

// BufferTime gathers the items into slices of at most n, and emits one earlier when wait has passed
// since its first item. What was gathered before an error comes before it. Every slice is new and
// belongs to the consumer. s runs on a goroutine of its own.
func BufferTime[T any](s Stream[T], n int, wait time.Duration) Stream[[]T] {
	if n < 1 {
		return failArgument[[]T]("BufferTime", "size", n)
	}
	return Stream[[]T]{func(ctx context.Context, d Demand, emit func([]T) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		items := make(chan T) // unbuffered: the batch is the buffer
		c := newCrew(ctx, func() { close(items) })
		c.start(func(ctx context.Context) error { return s.Run(ctx, d.times(n), sender(ctx, items)) })
		defer c.abandon()
		return c.finish(gather(ctx, items, n, wait, emit))
	}}
}

func gather[T any](ctx context.Context, items <-chan T, n int, wait time.Duration, emit func([]T) error) error {
	timer := time.NewTimer(wait)
	timer.Stop()
	defer timer.Stop()
	var batch []T
	for {
		due := false
		select {
		case v, ok := <-items:
			if !ok {
				if len(batch) == 0 || ctx.Err() != nil {
					return ended(ctx)
				}
				return emit(batch)
			}
			if len(batch) == 0 {
				batch = make([]T, 0, min(n, maxFirstAlloc))
				timer.Reset(wait)
			}
			batch = append(batch, v)
			due = len(batch) == n
		case <-timer.C:
			due = true
		}
		if !due {
			continue
		}
		timer.Stop()
		if err := ended(ctx); err != nil {
			return err
		}
		full := batch
		batch = nil
		if err := emit(full); err != nil {
			return err
		}
	}
}
