//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"context"
	"errors"
	"strings"

	"github.com/neorx/neorx/bolt"
)

// kuzuCodes finds Neo4j's code for what Kùzu says: the first whose text the message contains.
var kuzuCodes = []struct{ text, code string }{
	{"violates the uniqueness constraint", "Neo.ClientError.Schema.ConstraintValidationFailed"},
	{"inside a read-only transaction", "Neo.ClientError.Statement.AccessMode"},
	{"Parser exception", "Neo.ClientError.Statement.SyntaxError"},
	{"Binder exception", "Neo.ClientError.Statement.SyntaxError"},
	{"Catalog exception", "Neo.ClientError.Statement.SyntaxError"},
	{"Conversion exception", "Neo.ClientError.Statement.TypeError"},
	{"failed to convert Go value", "Neo.ClientError.Statement.TypeError"},
	{"Overflow exception", "Neo.ClientError.Statement.ArithmeticError"},
	{"", "Neo.DatabaseError.Statement.ExecutionFailed"},
}

// failure turns an error of Kùzu's into the one that a server reports; an ended context and a server's error stay.
func failure(err error) error {
	var reported *bolt.ServerError
	if err == nil || errors.As(err, &reported) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, known := range kuzuCodes {
		if strings.Contains(err.Error(), known.text) {
			return &bolt.ServerError{Code: known.code, Message: err.Error()}
		}
	}
	return err
}

func typeError(message string) error {
	return &bolt.ServerError{Code: "Neo.ClientError.Statement.TypeError", Message: message}
}
