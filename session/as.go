package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
)

// As returns the records of a query as values of T, decoded straight from the wire; each run
// executes the query. What T can be, and what the options change, says [records.NewStructRows]. A
// record that does not fit ends the stream with a *records.DecodeError.
func As[T any](q Query, opts ...records.DecodeOption) rx.Stream[T] {
	return each(q, func() records.Rows[T] { return records.NewStructRows[T](opts...) }, nil)
}

// List executes a query and returns all its records as values of T; see [As]. With an error, they
// are those before it.
func List[T any](ctx context.Context, q Query, opts ...records.DecodeOption) ([]T, error) {
	return As[T](q, opts...).Collect(ctx)
}

// Collect executes a query and returns all its records as values of T, and its summary; see [As].
// With an error, the values are those before it, and the summary is nil.
func Collect[T any](ctx context.Context, q Query, opts ...records.DecodeOption) ([]T, *records.Summary, error) {
	var summary *records.Summary
	rows := func() records.Rows[T] { return records.NewStructRows[T](opts...) }
	all, err := each(q, rows, func(s *records.Summary) { summary = s }).Collect(ctx)
	return all, summary, err
}

// Maybe executes a query and returns its only record as a T, if it has one; see [As]. Several
// records are an error, as they are for [One].
func Maybe[T any](ctx context.Context, q Query, opts ...records.DecodeOption) (value T, found bool, err error) {
	value, err = One[T](ctx, q, opts...)
	if errors.Is(err, ErrNoRecords) {
		return value, false, nil
	}
	return value, err == nil, err
}

// One executes a query and returns its only record as a T; see [As]. With none or several the error
// is a [*NotOneError], which matches [ErrNoRecords] or [ErrManyRecords]. A second record ends the
// query in the middle, which undoes what a managed query has written. The absence of records shows
// when the query is over and committed.
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

// ErrNoRecords and ErrManyRecords tell the two kinds of a [*NotOneError] apart, for errors.Is.
var (
	ErrNoRecords   = errors.New("session: the result has no record")
	ErrManyRecords = errors.New("session: the result has more than one record")
)

// NotOneError says that a result which has to have exactly one record has none, or several.
type NotOneError struct {
	// Query is the statement, without its parameters.
	Query string
	// Many says that there were several records; otherwise there was none.
	Many bool
}

// Error says which of the two it was.
func (e *NotOneError) Error() string {
	found := "no record"
	if e.Many {
		found = "more than one record"
	}
	return fmt.Sprintf("session: the query %s returned %s, want exactly one", quoted(e.Query), found)
}

// Unwrap returns [ErrNoRecords] or [ErrManyRecords].
func (e *NotOneError) Unwrap() error {
	if e.Many {
		return ErrManyRecords
	}
	return ErrNoRecords
}

// Retryable returns false: a result is not a failure of the server's.
func (e *NotOneError) Retryable() bool { return false }
