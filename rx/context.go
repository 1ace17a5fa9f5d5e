package rx

import (
	"context"

	"github.com/neorx/neorx/internal/cause"
)

// ContextError is the error of a run whose context has ended, nil while it has not; sources that
// wait for something else than emit return it. It matches both ctx.Err() and its cause by
// errors.Is: callers ask for context.Canceled, and those that cancel with a cause want to see that.
func ContextError(ctx context.Context) error { return cause.Of(ctx) }
