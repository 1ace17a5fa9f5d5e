package rx

import (
	"context"
	"fmt"
	"time"
)

// TimeoutError is the error of a stream whose source let its consumer wait too long for an item. It
// matches context.DeadlineExceeded.
type TimeoutError struct {
	After time.Duration // the limit that was exceeded
}

// Error says how long was waited.
func (e *TimeoutError) Error() string { return fmt.Sprintf("rx: no item within %v", e.After) }

// Timeout is true: the error counts as a timeout for whoever asks by net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// Is lets the error match context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout ends the stream with a *TimeoutError when its source takes longer than d for any one
// item, the first included, or to complete after the last. The time that the consumer takes does
// not count. For a limit on the whole run use a context with a deadline. The source is interrupted
// through its context; one that does not look at it is not. A d of zero or less fails at once, and
// does not run the source.
func (s Stream[T]) Timeout(d time.Duration) Stream[T] {
	if d <= 0 {
		return Fail[T](&TimeoutError{After: d})
	}
	return Stream[T]{func(ctx context.Context, demand Demand, emit func(T) error) error {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		late := &TimeoutError{After: d}
		timer := time.AfterFunc(d, func() { cancel(late) })
		defer timer.Stop()
		w := watch[T]{emit: emit}
		err := s.Run(ctx, demand, func(v T) error {
			if !timer.Stop() { // it fired first: the item came too late
				return late
			}
			if err := w.next(v); err != nil {
				return err
			}
			timer.Reset(d)
			return nil
		})
		if !w.refused && context.Cause(ctx) == error(late) { //nolint:errorlint // this run's own
			return late
		}
		return err
	}}
}
