package neorx

import (
	"context"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
)

// DecodeOption changes a rule by which records become Go values.
type DecodeOption = records.DecodeOption

// Get returns the value of one column of a record as a T. See [records.Get].
func Get[T any](rec *Record, key string) (T, error) { return records.Get[T](rec, key) }

// As returns the records of a query as values of T, such as a struct with a field for each column, decoded straight from the wire; each run
// executes the query. See [session.As].
func As[T any](q Query, opts ...DecodeOption) Stream[T] { return session.As[T](q, opts...) }

// List executes a query and returns all its records as values of T. See [session.List].
func List[T any](ctx context.Context, q Query, opts ...DecodeOption) ([]T, error) {
	return session.List[T](ctx, q, opts...)
}

// One executes a query and returns its only record as a T. See [session.One].
func One[T any](ctx context.Context, q Query, opts ...DecodeOption) (T, error) {
	return session.One[T](ctx, q, opts...)
}

// Maybe executes a query and returns its only record as a T, if it has one. See [session.Maybe].
func Maybe[T any](ctx context.Context, q Query, opts ...DecodeOption) (value T, found bool, err error) {
	return session.Maybe[T](ctx, q, opts...)
}

// Collect executes a query and returns all its records as values of T, and its summary. See
// [session.Collect].
func Collect[T any](ctx context.Context, q Query, opts ...DecodeOption) ([]T, *Summary, error) {
	return session.Collect[T](ctx, q, opts...)
}

// Pair takes a row of two columns by their places. See [records.Pair].
type Pair[A, B any] = records.Pair[A, B]

// Property returns a property of a node or a relationship, or an entry of a map, as a T. See
// [records.Property].
func Property[T any, E records.Entity](entity E, key string) (T, error) {
	return records.Property[T](entity, key)
}

// NullAsZero makes null the zero value of a Go type that has no null. Default: an error.
func NullAsZero() DecodeOption { return records.NullAsZero() }

// AllowMissing leaves fields zero for which a result has no column. Default: an error.
func AllowMissing() DecodeOption { return records.AllowMissing() }

// ConvertNumbers lets an INTEGER into a float, and a FLOAT into an integer, where that changes nothing of its value. Default: an error.
func ConvertNumbers() DecodeOption { return records.ConvertNumbers() }

// RejectUnknown makes it an error when a result has a column for which a struct has no field. Default: it is ignored.
func RejectUnknown() DecodeOption { return records.RejectUnknown() }
