package session

import (
	"context"
	"fmt"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
)

// As returns the records of a query as values of T, decoded straight from the wire; each run executes the query. What T can be, and what the options
// change, says [records.NewStructRows]. A record that does not fit ends the stream with a *records.DecodeError.
func As[T any](q Query, opts ...records.DecodeOption) rx.Stream[T] {
	return each(q, func() records.Rows[T] { return records.NewStructRows[T](opts...) }, nil)
}

// List executes a query and returns all its records as values of T; see [As]. With an error, they are those before it.
func List[T any](ctx context.Context, q Query, opts ...records.DecodeOption) ([]T, error) {
	return As[T](q, opts...).Collect(ctx)
}

// One executes a query and returns its only record as a T; see [As]. With none or several the error is a [*NotOneError]. Several are an error in the middle,
// which undoes what a managed query has written; that there are none shows when it is over.
func One[T any](ctx context.Context, q Query, opts ...records.DecodeOption) (T, error) {
	var one T
	n := 0
	err := As[T](q, opts...).Run(ctx, 2, func(v T) error { // two are enough to see that there are too many
		if n++; n > 1 {
			return &NotOneError{Query: q.cypher, Many: true}
		}
		one = v
		return nil
	})
	if err == nil && n == 0 {
		err = &NotOneError{Query: q.cypher}
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return one, nil
}

// NotOneError says that a result which has to have exactly one record has none, or several.
type NotOneError struct {
	// Query is the statement, without its parameters.
	Query string
	// Many says that there were several records; otherwise there was none.
	Many bool
}

// Error says which of the two it was.
func (e *NotOneError) Error() string {
	found := "none"
	if e.Many {
		found = "several"
	}
	return fmt.Sprintf("session: exactly one record was expected of %s, and it has %s", quoted(e.Query), found)
}

// Retryable returns false: a result is not a failure of the server's.
func (e *NotOneError) Retryable() bool { return false }
