package rx

import (
	"context"
	"errors"
	"fmt"
)

// contextError is the error of a run whose context has ended, nil while it has not. It matches both ctx.Err() and its cause
// by errors.Is: callers ask for context.Canceled, whoever cancelled with a cause wants to see that.
func contextError(ctx context.Context) error {
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
