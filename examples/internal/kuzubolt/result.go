//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"iter"

	"github.com/kuzudb/go-kuzu"
)

// rows yields the rows of a result. They lie in Kùzu's memory and are converted one by one, as they are asked for.
func rows(result *kuzu.QueryResult) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for result.HasNext() {
			row, err := nextRow(result)
			if !yield(row, failure(err)) || err != nil {
				return
			}
		}
	}
}

// nextRow returns the next row of a result that has one.
func nextRow(result *kuzu.QueryResult) ([]any, error) {
	tuple, err := result.Next()
	if err != nil {
		tuple.Close()
		return nil, err
	}
	defer tuple.Close()
	values, err := tuple.GetAsSlice()
	if err != nil {
		return nil, err
	}
	return list(values)
}
