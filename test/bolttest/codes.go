package bolttest

import (
	"context"
	"errors"
	"fmt"

	"github.com/neorx/neorx/bolt"
)

// What servers say on their own account.
const (
	codeUnauthorized = "Neo.ClientError.Security.Unauthorized"
	codeInvalid      = "Neo.ClientError.Request.Invalid"
	codeTerminated   = "Neo.ClientError.Transaction.Terminated"
	codeTimedOut     = "Neo.ClientError.Transaction.TransactionTimedOut"
	codeUnknown      = "Neo.DatabaseError.General.UnknownError"
)

// statuses are the GQL statuses that belong to the codes.
var statuses = map[string]string{codeUnauthorized: "42NFF", codeInvalid: "08N06", codeTerminated: "25N14", codeTimedOut: "25N14"}

func serverError(code, message string) *bolt.ServerError {
	return &bolt.ServerError{Code: code, Message: message, GQLStatus: statuses[code], Description: "error: " + message}
}

func invalid(format string, args ...any) *bolt.ServerError {
	return serverError(codeInvalid, fmt.Sprintf(format, args...))
}

// ErrHangUp is for handlers and hooks: where one returns it, or an error that wraps it, the server resets the connection instead of answering.
var ErrHangUp = errors.New("bolttest: hang up")

// hangUp is ErrHangUp in the place of a report.
var hangUp = &bolt.ServerError{}

// reported is how the server reports what a handler or a hook has returned.
func reported(ctx context.Context, err error, code string) *bolt.ServerError {
	if errors.Is(err, ErrHangUp) {
		return hangUp
	}
	if terminated := termination(ctx); terminated != nil {
		return terminated
	}
	var server *bolt.ServerError
	if errors.As(err, &server) {
		return server
	}
	return serverError(code, err.Error())
}

// termination is the error of a transaction whose context has ended, nil where it has not.
func termination(ctx context.Context) *bolt.ServerError {
	switch {
	case ctx.Err() == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return serverError(codeTimedOut, "The transaction has been terminated because its timeout has passed.")
	default:
		return serverError(codeTerminated, "The transaction has been terminated. "+context.Cause(ctx).Error())
	}
}
