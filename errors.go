package neorx

import (
	"errors"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/topology"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/session"
)

// The program has to change. errors.As finds these types in the chain of an error.
type (
	// UsageError says that the program used the driver in a way that cannot work, and how it works:
	// [records.UsageError.Error]. Its cause is behind [records.UsageError.Unwrap].
	UsageError = records.UsageError

	// DecodeError says which value does not fit into which Go type: [records.DecodeError.Error].
	// Its cause is behind [records.DecodeError.Unwrap].
	DecodeError = records.DecodeError

	// NotOneError says that a result which has to have one record has none, or several:
	// [session.NotOneError.Error]. It is not worth a retry: [session.NotOneError.Retryable]. Behind
	// [session.NotOneError.Unwrap] is [ErrNoRecords] or [ErrManyRecords].
	NotOneError = session.NotOneError

	// DeadlockError says that work waits for connections that it holds itself, and how to avoid it:
	// [pool.DeadlockError.Error]. It is not worth a retry: [pool.DeadlockError.Retryable].
	DeadlockError = pool.DeadlockError

	// HoldOverflowError says that managed work made more items than can be held until its COMMIT,
	// and what to do: [session.HoldOverflowError.Error]. It is not worth a retry:
	// [session.HoldOverflowError.Retryable].
	HoldOverflowError = session.HoldOverflowError

	// TopologyOverflowError ends the stream of an observer of [Driver.Topology] that has fallen too
	// far behind. Nothing is missing before it, and everything after it is:
	// [topology.OverflowError.Error]. [Driver.RoutingTable] returns the state of the moment.
	TopologyOverflowError = topology.OverflowError
)

// The server has answered, and refuses.
type (
	// ServerError is a refusal or failure that the server reports.
	//   - [bolt.ServerError.Error] is code and message
	//   - [bolt.ServerError.HasCode] compares its code, such as
	//     Neo.ClientError.Schema.ConstraintValidationFailed
	//   - [bolt.ServerError.HasGQL] and [bolt.ServerError.FindGQL] look for a GQL status in its
	//     chain
	//   - [bolt.ServerError.Classification] and [bolt.ServerError.RawClassification] say whose
	//     fault it is
	//   - [bolt.ServerError.Retryable] says whether the same work can succeed when it is done again
	//   - [bolt.ServerError.RetrySoon] says whether it can succeed at once, without a long delay
	//   - [bolt.ServerError.Idempotent] says that the statement had no effect
	//   - [bolt.ServerError.Unwrap] is the cause
	ServerError = bolt.ServerError

	// TransactionFailedError is what the statements of a transaction end with after its first
	// failure, which it names: [session.TransactionFailedError.Error],
	// [session.TransactionFailedError.Unwrap].
	TransactionFailedError = session.TransactionFailedError

	// TokenExpiredError says that the credentials with which a connection has logged in have
	// expired: [pool.TokenExpiredError.Error]. The same ones are not worth a retry:
	// [pool.TokenExpiredError.Retryable]. The server's error is behind
	// [pool.TokenExpiredError.Unwrap].
	TokenExpiredError = pool.TokenExpiredError

	// TokenRejectedError says that a server has refused credentials for which their source has
	// better ones by now: [pool.TokenRejectedError.Error]. So it is worth a retry:
	// [pool.TokenRejectedError.Retryable], at once: [pool.TokenRejectedError.RetrySoon]. The server's
	// error is behind [pool.TokenRejectedError.Unwrap].
	TokenRejectedError = pool.TokenRejectedError
)

// No server has answered.
type (
	// ConnectivityError says that a server could not be reached, or that the connection was lost:
	// [bolt.ConnectivityError.Error]. It is worth a retry: [bolt.ConnectivityError.Retryable]. The
	// cause is behind [bolt.ConnectivityError.Unwrap].
	ConnectivityError = bolt.ConnectivityError

	// TLSError says that a server was reached, but that it speaks no TLS, or not with certificates
	// that both ends trust. It names the cure where it is known. Address is the server's host:port,
	// ServerName the host that the certificate has to be made out for.
	//   - [dial.TLSError.Error] is address, cure and cause
	//   - [dial.TLSError.Unwrap] is the cause: an error of crypto/tls, with that of crypto/x509 in
	//     its chain
	//   - [dial.TLSError.Retryable] is false: a configuration has to change
	//   - [dial.TLSError.Unreachable] is true: another member of a cluster is tried
	TLSError = dial.TLSError

	// ProtocolError says that the other end is no Bolt server, or a broken one:
	// [bolt.ProtocolError.Error]. The cause, if there is one, is behind
	// [bolt.ProtocolError.Unwrap].
	ProtocolError = bolt.ProtocolError

	// AcquireTimeoutError says that no connection was free in time.
	//   - [pool.AcquireTimeoutError.Error] counts the connections, and lists their holders with
	//     [WithPoolDiagnostics]
	//   - [pool.AcquireTimeoutError.Is] makes it a context.DeadlineExceeded
	//   - [pool.AcquireTimeoutError.Retryable] is false
	//   - [pool.AcquireTimeoutError.Unwrap] is the cause
	AcquireTimeoutError = pool.AcquireTimeoutError

	// DiscoveryError says that no router has said which servers serve a database, and what each of
	// them has said instead: [routing.DiscoveryError.Error], [routing.DiscoveryError.Retryable],
	// [routing.DiscoveryError.Unwrap].
	DiscoveryError = routing.DiscoveryError

	// UnavailableError says that no server serves a database at present, or that none of them could
	// be reached: [routing.UnavailableError.Error], [routing.UnavailableError.Retryable],
	// [routing.UnavailableError.Unwrap].
	UnavailableError = routing.UnavailableError

	// RoutingAttempt is a server that was tried, and its failure. A [DiscoveryError] and an
	// [UnavailableError] list them.
	RoutingAttempt = routing.Attempt
)

// The effect of the work has to be checked before it is done again.
type (
	// CommitUnknownError says that a transaction may or may not have been committed:
	// [session.CommitUnknownError.Error]. It is not retried, because that might do it twice:
	// [session.CommitUnknownError.Retryable]. The cause is behind
	// [session.CommitUnknownError.Unwrap].
	CommitUnknownError = session.CommitUnknownError

	// UndecidedError says that an auto-commit statement may or may not have taken effect:
	// [session.UndecidedError.Error]. It is not retried, because that might do it twice:
	// [session.UndecidedError.Retryable]. The cause is behind [session.UndecidedError.Unwrap].
	UndecidedError = session.UndecidedError

	// CommittedError says that work was committed, but that not everything it returned was
	// delivered: [session.CommittedError.Error]. It is not retried, because that would do it twice:
	// [session.CommittedError.Retryable]. The cause is behind [session.CommittedError.Unwrap].
	CommittedError = session.CommittedError
)

// States, for errors.Is.
var (
	// ErrNoRecords and ErrManyRecords tell the two kinds of a [*NotOneError] apart.
	ErrNoRecords   = session.ErrNoRecords
	ErrManyRecords = session.ErrManyRecords
	// ErrClosed is the error of work on a closed driver.
	ErrClosed = pool.ErrClosed
	// ErrSessionClosed is the error of work on a closed session.
	ErrSessionClosed = session.ErrClosed
	// ErrStoppedBeforeCommit is the error of an observer that stops a managed write before its
	// COMMIT: the write is rolled back.
	ErrStoppedBeforeCommit = session.ErrStoppedBeforeCommit
	// ErrResultClosed is the error of the observer of a result that is closed meanwhile.
	ErrResultClosed = session.ErrResultClosed
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
