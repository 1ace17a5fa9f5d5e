// Package cause makes errors of contexts that have ended. It imports nothing of the driver, and
// every package that waits uses it.
package cause

import (
	"context"
	"errors"
	"fmt"
)

// Of is the error of a call whose context has ended, and nil while it has not. It matches both
// ctx.Err() and the context's cause by errors.Is: programs ask for context.Canceled, and those that
// cancel with a cause want to see that.
func Of(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	return explained(ctx, err)
}

// Explain adds to err, of something that was done with ctx, why ctx has ended, if it has: functions
// of a program, and of the standard library, often return ctx.Err() alone, or an error that does
// not match even that.
func Explain(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	if end := ctx.Err(); !errors.Is(err, end) {
		err = fmt.Errorf("%w: %w", end, err)
	}
	return explained(ctx, err)
}

// explained is err, which is of a context that has ended, with the context's cause.
func explained(ctx context.Context, err error) error {
	why := context.Cause(ctx)
	switch {
	case errors.Is(err, why):
		return err
	case err == ctx.Err() && errors.Is(why, err): //nolint:errorlint // nothing else is in it
		return why
	}
	return fmt.Errorf("%w: %w", err, why)
}
