package load

import (
	"errors"
	"fmt"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
)

// Rejected is a row that cannot be written.
type Rejected[T any] struct {
	Row T
	// Number is the place of the row in the source, from 0.
	Number int64
	// Err says why. It is a [*bolt.ServerError] where the server has refused the row, and a
	// [*records.UsageError] that names the field where the row cannot be encoded.
	Err error
}

// RejectedError ends a job that has more rejected rows than it may have.
type RejectedError struct {
	// Number is the place of the row in the source, from 0.
	Number int64
	// Err says why the row was rejected.
	Err error
}

// Error names the row and the reason.
func (e *RejectedError) Error() string {
	return fmt.Sprintf("load: row %d is rejected: %v; use DeadLetters to go on without such rows", e.Number, e.Err)
}

// Unwrap returns why the row was rejected.
func (e *RejectedError) Unwrap() error { return e.Err }

// Retryable returns false: the same row would be rejected again.
func (e *RejectedError) Retryable() bool { return false }

// splitError is a failure of a batch that may be one of a single row, or of the batch's size.
type splitError struct{ err error }

func (e *splitError) Error() string   { return e.err.Error() }
func (e *splitError) Unwrap() error   { return e.err }
func (e *splitError) Retryable() bool { return false }

// againError is a failure after which the batch is tried again although the driver would not: a
// lost COMMIT. What is written twice by it is told by the guarantee of the job.
type againError struct{ err error }

func (e *againError) Error() string   { return e.err.Error() }
func (e *againError) Unwrap() error   { return e.err }
func (e *againError) Retryable() bool { return true }

// wholeStatement are refusals that no row is the reason of: all of them would be refused.
var wholeStatement = []string{
	bolt.CodeSyntaxError, bolt.CodeParameterMissing, "Neo.ClientError.Statement.AccessMode",
	"Neo.ClientError.Statement.NotSystemDatabaseError", "Neo.ClientError.Statement.UnsupportedOperationError",
}

// maybeOneRow are refusals that a single row may be the reason of.
var maybeOneRow = []string{
	bolt.CodeConstraintViolation, bolt.CodeTransactionTimeout, "Neo.ClientError.Statement.",
	"Neo.ClientError.Procedure.ProcedureCallFailed", "Neo.DatabaseError.Statement.ExecutionFailed",
}

// isPoison tells whether a failure may be the fault of a single row.
func isPoison(err error) bool {
	var usage *records.UsageError
	if errors.As(err, &usage) {
		return true
	}
	var server *bolt.ServerError
	return errors.As(err, &server) && !server.HasCode(wholeStatement...) && server.HasCode(maybeOneRow...)
}

// isTooLarge tells whether the server has no memory for the transaction.
func isTooLarge(err error) bool {
	var server *bolt.ServerError
	return errors.As(err, &server) && server.HasCode(bolt.CodeOutOfMemory,
		"Neo.TransientError.General.OutOfMemoryError", "Neo.TransientError.General.TransactionOutOfMemoryError")
}

// isLost tells whether the connection broke.
func isLost(err error) bool {
	var lost *bolt.ConnectivityError
	return errors.As(err, &lost)
}

func isCommitUnknown(err error) bool {
	var unknown *session.CommitUnknownError
	return errors.As(err, &unknown)
}

func isDeadlock(err error) bool {
	var server *bolt.ServerError
	return errors.As(err, &server) && server.HasCode(bolt.CodeDeadlock)
}
