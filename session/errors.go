package session

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/neorx/neorx/records"
)

// ErrClosed is what everything that still runs on a session ends with when the session is closed,
// and what a closed session answers.
var ErrClosed = errors.New("session: the session is closed")

// ErrResultClosed is what the observer of a [Result] ends with when somebody else closes it.
var ErrResultClosed = errors.New("session: the result is closed")

// ErrStoppedBeforeCommit is what an observer ends with who stops a managed write that flows before
// its end: it was rolled back.
var ErrStoppedBeforeCommit = errors.New("session: the observer stopped before COMMIT, so the transaction was rolled back; " +
	"use the option Hold() where the outcome must not depend on the observer")

// What a transaction that has been ended answers.
var (
	errCommitted  = &records.UsageError{Message: "the transaction is committed already"}
	errRolledBack = &records.UsageError{Message: "the transaction is rolled back already"}
	errTxClosed   = &records.UsageError{Message: "the transaction is closed already"}
)

// errManaged refuses to end a transaction that somebody else ends: after a COMMIT of its own,
// managed work could only fail, and whoever tried that again would write twice.
func errManaged(method string) error {
	return &records.UsageError{Message: method + ": the transaction is that of managed work (ReadTx, WriteTx, …), and ends with it: return nil to commit and an error " +
		"to roll back, or Begin one that you end yourself"}
}

// errAbandoned ends a transaction whose work has failed or panicked.
var errAbandoned = errors.New("session: the transaction was abandoned")

// UndecidedError says that an auto-commit statement with write access was sent to the server and
// cut off before the server's last word: nobody knows whether it has taken effect. Err is what cut
// it off.
type UndecidedError struct {
	// Query is the statement, without its parameters.
	Query string
	Err   error
}

// Error says what is not known, and why.
func (e *UndecidedError) Error() string {
	return fmt.Sprintf("session: it is not known whether %s was committed: %v", quoted(e.Query), e.Err)
}

// Unwrap returns what cut the statement off.
func (e *UndecidedError) Unwrap() error { return e.Err }

// Retryable returns false: doing it again might do it twice.
func (e *UndecidedError) Retryable() bool { return false }

// CommittedError says that what was cut off by Err was committed before: only what it has brought
// did not get through.
type CommittedError struct {
	// Query is the statement, without its parameters; empty for a transaction.
	Query string
	Err   error
}

// Error says that it was committed, and what cut it off.
func (e *CommittedError) Error() string {
	what := "the transaction"
	if e.Query != "" {
		what = quoted(e.Query)
	}
	return fmt.Sprintf("session: %s was committed, but not delivered: %v", what, e.Err)
}

// Unwrap returns what cut it off.
func (e *CommittedError) Unwrap() error { return e.Err }

// Retryable returns false: doing it again would do it twice.
func (e *CommittedError) Retryable() bool { return false }

// CommitUnknownError says that the connection was lost, or the context ended, after COMMIT was sent
// and before the server's answer: nobody knows whether the transaction was committed. It is never
// retried. Err is what happened.
type CommitUnknownError struct{ Err error }

// Error says what is not known, and why.
func (e *CommitUnknownError) Error() string {
	return fmt.Sprintf("session: it is not known whether the transaction was committed: %v", e.Err)
}

// Unwrap returns what happened.
func (e *CommitUnknownError) Unwrap() error { return e.Err }

// Retryable returns false: doing it again might do it twice.
func (e *CommitUnknownError) Retryable() bool { return false }

// TransactionFailedError is what everything that is done in a transaction after its first failure
// ends with. Err is that failure.
type TransactionFailedError struct{ Err error }

// Error names the first failure.
func (e *TransactionFailedError) Error() string {
	return fmt.Sprintf("session: the transaction has failed: %v", e.Err)
}

// Unwrap returns the first failure, whose word on whether to retry counts.
func (e *TransactionFailedError) Unwrap() error { return e.Err }

// quoted shortens a query for an error text.
func quoted(cypher string) string {
	const most = 80
	short := strings.Join(strings.Fields(cypher), " ")
	if r := []rune(short); len(r) > most {
		short = string(r[:most]) + "…"
	}
	return strconv.Quote(short)
}
