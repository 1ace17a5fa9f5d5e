package bolttest

import (
	"context"
	"iter"

	"github.com/neorx/neorx/records"
)

// Result is the answer to a query. The server does not change it, so that one can answer many queries, if its Rows can be taken more than once.
type Result struct {
	// Keys names the columns. A result without columns has no rows.
	Keys []string
	// Rows yields the rows, each with one value per key: anything that can be a parameter, and nodes, relationships and paths. It is taken only as
	// far as the client pulls, and one row further, to see whether there is one. An error ends the result with a FAILURE. Nil means no rows.
	Rows iter.Seq2[[]any, error]
	// Summary ends the result: counters, type, plan, notifications, database, timings. It is read after the last row, so Rows may still fill
	// it in. What is left empty the server makes up: the database, the type ("rw" with counters, "r" without) and the outcome among the statuses.
	Summary records.Summary
	// Metadata holds further entries for the end of the result, as they travel, such as "profile".
	Metadata map[string]any
	// Bookmark is for auto-commit queries. Empty: the server makes one up.
	Bookmark string
	// Close, if set, is called once the result is done with, however it ended.
	Close func()
}

// Rows returns a result with these rows.
func Rows(keys []string, rows ...[]any) *Result {
	return &Result{Keys: keys, Rows: func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}}
}

// Column returns a result with one column of these values.
func Column(key string, values ...any) *Result {
	return &Result{Keys: []string{key}, Rows: func(yield func([]any, error) bool) {
		for _, value := range values {
			if !yield([]any{value}, nil) {
				return
			}
		}
	}}
}

// Range returns a result with one column of the integers from, from+1 … to, like UNWIND range(from, to).
func Range(key string, from, to int64) *Result {
	return &Result{Keys: []string{key}, Rows: func(yield func([]any, error) bool) {
		for i := from; i <= to; i++ {
			if !yield([]any{i}, nil) {
				return
			}
		}
	}}
}

// Seq returns a result with the rows of a sequence.
func Seq(keys []string, rows iter.Seq2[[]any, error]) *Result { return &Result{Keys: keys, Rows: rows} }

// Changed returns a result without columns that reports what was changed.
func Changed(counters records.Counters) *Result {
	return &Result{Summary: records.Summary{Counters: counters}}
}

// Then returns a copy of the result that ends with an error after its rows.
func (r *Result) Then(err error) *Result {
	failing := *r
	failing.Rows = func(yield func([]any, error) bool) {
		stopped := false
		if r.Rows != nil {
			r.Rows(func(row []any, err error) bool {
				stopped = !yield(row, err) || err != nil
				return !stopped
			})
		}
		if !stopped {
			yield(nil, err)
		}
	}
	return &failing
}

// Handle is a [Handler] that answers every query with the result.
func (r *Result) Handle(context.Context, *Query) (*Result, error) { return r, nil }
