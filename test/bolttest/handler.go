package bolttest

import (
	"context"
	"fmt"

	"github.com/neorx/neorx/bolt"
)

// Handler answers queries. It gets a query and returns its result; an error becomes a FAILURE: a *[bolt.ServerError] as it is, anything else as
// Neo.DatabaseError.General.UnknownError with its text. When it returns, the client is told the columns; the rows are taken from the result as the
// client pulls them.
//
// The context ends when the client resets or leaves, when the transaction's timeout has passed, and when the result is done with. Handlers of
// different connections run concurrently, those of one connection do not. A panic of a handler is not caught.
type Handler func(ctx context.Context, q *Query) (*Result, error)

// Query is one query of a client.
type Query struct {
	// Text is what the client has sent, unchanged.
	Text string
	// Params is never nil.
	Params map[string]any
	// Tx is the transaction; an auto-commit query has one of its own.
	Tx *Tx
}

// Tx is a transaction on the server, as the client has asked for it.
type Tx struct {
	bolt.TxConfig
	// Explicit tells a transaction between BEGIN and COMMIT from that of an auto-commit query.
	Explicit bool
	// Session is the connection.
	Session *Session
	// Value is for the handler and the hooks: what they have to keep for the transaction.
	Value any
}

// Session is a client's connection.
type Session struct {
	// ID counts the connections of a server from 1.
	ID      int
	Version bolt.Version
	// Hello is how the client has introduced itself.
	Hello bolt.Hello
	// Auth is who is logged in. It changes when the client logs on again.
	Auth bolt.AuthToken
}

// Queries is a [Handler] for fixed answers: it maps the text of a query to its result.
type Queries map[string]*Result

// Handle is the Handler. A text that is not in the map fails with a syntax error that quotes it.
func (q Queries) Handle(_ context.Context, query *Query) (*Result, error) {
	if result, ok := q[query.Text]; ok {
		return result, nil
	}
	return nil, Failure("Neo.ClientError.Statement.SyntaxError", fmt.Sprintf("bolttest: no answer for %q", query.Text))
}

// Failure returns an error that a server reports with this code.
func Failure(code, message string) *bolt.ServerError {
	return &bolt.ServerError{Code: code, Message: message}
}
