package neorx

import (
	"errors"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/session"
)

// ErrNoRecords and ErrManyRecords tell the two kinds of a [*NotOneError] apart, for errors.Is.
var (
	ErrNoRecords   = session.ErrNoRecords
	ErrManyRecords = session.ErrManyRecords
)

// Codes of failures that programs ask for, for [ServerError.HasCode]. Package bolt has more of them.
const (
	CodeConstraintViolation = bolt.CodeConstraintViolation
	CodeSyntaxError         = bolt.CodeSyntaxError
	CodeDeadlock            = bolt.CodeDeadlock
	CodeTransactionTimeout  = bolt.CodeTransactionTimeout
	CodeUnauthorized        = bolt.CodeUnauthorized
	CodeForbidden           = bolt.CodeForbidden
	CodeDatabaseNotFound    = bolt.CodeDatabaseNotFound
)

// IsConstraintViolation reports whether a server has refused work because of a constraint: a value
// that has to be unique, to exist, or to be of a type.
func IsConstraintViolation(err error) bool {
	var refusal *bolt.ServerError
	return errors.As(err, &refusal) && refusal.HasCode(bolt.CodeConstraintViolation)
}

// Retryable reports whether the same work may succeed when it is done again. Managed work asks this
// of every failure. See [retry.Retryable].
func Retryable(err error) bool { return retry.Retryable(err) }
