package rx

import (
	"context"
	"errors"
	"fmt"
)

// ContextError is the error of a run whose context has ended, nil while it has not; sources that wait for something else than emit return it. It matches both
// ctx.Err() and its cause by errors.Is: callers ask for context.Canceled, whoever cancelled with a cause wants to see that.
func ContextError(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
