package rx

import (
	"context"
	"fmt"
	"time"
)

// Retry runs s again where it fails before its first item. After an item it does not: nobody is
// shown one twice (who can bear that writes s.OnErrorResume(func(error) Stream[T] { return s })).
//
// again is asked after each failure, with its error and the number of attempts made so far (1, 2,
// …), whether and after what delay to try again. It is not asked when the consumer failed or
// stopped, nor when the context has ended; an end of the context during the delay ends the run with
// an error that matches both the context's and the last failure.
func (s Stream[T]) Retry(again func(err error, attempt int) (delay time.Duration, ok bool)) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		for attempt := 1; ; attempt++ {
			w := watch[T]{emit: emit}
			err := s.Run(ctx, d, w.next)
			if err == nil || w.emitted > 0 || ctx.Err() != nil {
				return err
			}
			delay, ok := again(unmarked(err), attempt)
			if !ok {
				return err
			}
			if end := sleep(ctx, delay); end != nil {
				return waited(end, err)
			}
		}
	}}
}

// waited is the end of a run that has ended during the delay after err.
func waited(end, err error) error {
	if !Stopped(end) {
		return fmt.Errorf("%w (while waiting to retry after: %w)", end, err)
	}
	if late := lateError(err); late != nil {
		return late.behind(end)
	}
	return end
}

// sleep waits for d or the end of ctx, whose error it returns.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ended(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}
