package retry

import (
	"context"

	"github.com/neorx/neorx/rx"
)

// Transient is s, run again where it fails before its first item with an error that is [Retryable]. Once an item has gone downstream the error
// goes there too: nobody is shown an item twice. The end of the consumer, stopped or failed, is never retried. Otherwise it is as [Do] is;
// every run has the policy's time anew.
func Transient[T any](p Policy, s rx.Stream[T]) rx.Stream[T] {
	return rx.Operator(func(ctx context.Context, d rx.Demand, emit func(T) error) error {
		shown, marked := false, false
		attempt := func(ctx context.Context) (err error) {
			err, marked = rx.Unmark(s.Run(ctx, d, func(v T) error {
				shown = true
				return emit(v)
			}))
			return err
		}
		err := do(ctx, p, attempt, func(err error) bool { return !shown && Retryable(err) })
		if marked {
			return rx.AfterStop(err)
		}
		return err
	})
}
