package neorx

import (
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/topology"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/session"
)

// Work, and what comes of it; see package session and package records.
type (
	// Query is a recipe: nothing happens until it is observed, and each observation executes it.
	Query = session.Query
	// Querier makes queries: *Driver, *Session or *Transaction. A repository that takes one works on all of them.
	Querier = session.Querier
	// Session is a chain of work each part of which sees what those before it have written.
	Session = session.Session
	// Transaction is a group of queries that take effect together.
	Transaction = session.Transaction
	// Result is one execution of a query: keys, records and summary.
	Result = session.Result
	// Record is a row.
	Record = records.Record
	// Value is one value of a row.
	Value = records.Value
	// Summary is what the server tells about an execution after its last record.
	Summary = records.Summary
	// ServerInfo tells who is at the other end of a connection.
	ServerInfo = records.ServerInfo
)

// The values that have no type of their own in Go; see package records, which also makes them.
type (
	// Node is a node of the graph.
	Node = records.Node
	// Relationship is a relationship between two nodes.
	Relationship = records.Relationship
	// Path is a walk through the graph.
	Path = records.Path
	// Date is a day, without a time or a zone.
	Date = records.Date
	// Time is a time of day with an offset from UTC.
	Time = records.Time
	// LocalTime is a time of day, without a zone.
	LocalTime = records.LocalTime
	// LocalDateTime is a day and a time, without a zone. With a zone it is Go's time.Time.
	LocalDateTime = records.LocalDateTime
	// Duration is an amount of months, days, seconds and nanoseconds, which do not convert into each other.
	Duration = records.Duration
	// Point2D is a point in a plane or on the earth's surface.
	Point2D = records.Point2D
	// Point3D is a point in space or above the earth's surface.
	Point3D = records.Point3D
	// Vector is a list of numbers of one type.
	Vector[T records.VectorElement] = records.Vector[T]
	// UUID is an identifier of 128 bits.
	UUID = records.UUID
	// Unsupported stands for a value of a type that the driver, or the version of Bolt, does not know.
	Unsupported = records.Unsupported
	// Invalid stands for a value that could not be decoded.
	Invalid = records.Invalid
)

// Options of sessions, queries and transactions; see package session.
type (
	// SessionOption configures a session.
	SessionOption = session.SessionOption
	// QueryOption configures a query.
	QueryOption = session.QueryOption
	// TxOption configures a transaction.
	TxOption = session.TxOption
	// SessionQueryOption is an option of sessions and of queries.
	SessionQueryOption = session.SessionQueryOption
	// QueryTxOption is an option of queries and of transactions.
	QueryTxOption = session.QueryTxOption
)

// Bookmarks, which chain work; see package session.
type (
	// BookmarkManager chains the work of many sessions.
	BookmarkManager = session.BookmarkManager
	// BookmarkManagerConfig is what a bookmark manager starts with and talks to.
	BookmarkManagerConfig = session.BookmarkManagerConfig
)

// NewBookmarkManager returns a manager that keeps its bookmarks in memory.
func NewBookmarkManager(cfg BookmarkManagerConfig) BookmarkManager {
	return session.NewBookmarkManager(cfg)
}

// CombineBookmarks returns the union of several sets of bookmarks.
func CombineBookmarks(sets ...[]string) []string { return session.CombineBookmarks(sets...) }

// Credentials, notifications and the pool; see package bolt and package pool.
type (
	// TokenSource says with which credentials to log in. BasicAuth and its like return one.
	TokenSource = pool.TokenSource
	// AuthToken is a set of credentials.
	AuthToken = bolt.AuthToken
	// NotificationFilter says which notifications a server should send.
	NotificationFilter = bolt.NotificationFilter
	// PoolStats is how things stand with the connections.
	PoolStats = pool.Stats
)

// Errors, for errors.As. Whatever has a method Retryable says by it whether the same work can succeed when it is done again.
type (
	// UsageError says that the program used the driver in a way that cannot work.
	UsageError = records.UsageError
	// DecodeError says which value does not fit into which Go type.
	DecodeError = records.DecodeError
	// NotOneError says that a result which has to have one record has none, or several.
	NotOneError = session.NotOneError
	// ServerError is a refusal or failure that the server tells.
	ServerError = bolt.ServerError
	// ConnectivityError says that a server could not be reached, or that the connection was lost.
	ConnectivityError = bolt.ConnectivityError
	// ProtocolError says that the other end is no Bolt server, or a broken one.
	ProtocolError = bolt.ProtocolError
	// AcquireTimeoutError says that no connection was free for too long.
	AcquireTimeoutError = pool.AcquireTimeoutError
	// TokenExpiredError says that the credentials with which a connection has logged in do not hold any more.
	TokenExpiredError = pool.TokenExpiredError
	// TokenRejectedError says that a server has refused credentials for which their source has better ones by now, so that a retry makes sense.
	TokenRejectedError = pool.TokenRejectedError
	// DiscoveryError says that no server has told who serves a database, and what each of them has said.
	DiscoveryError = routing.DiscoveryError
	// UnavailableError says that no server serves a database at present, or none of those that do could be reached.
	UnavailableError = routing.UnavailableError
	// RoutingAttempt is a server that was tried, and what it has failed with.
	RoutingAttempt = routing.Attempt
	// DeadlockError says that work waits for connections that it holds itself.
	DeadlockError = pool.DeadlockError
	// CommitUnknownError says that nobody knows whether a transaction was committed.
	CommitUnknownError = session.CommitUnknownError
	// UndecidedError says that nobody knows whether an auto-commit statement has taken effect.
	UndecidedError = session.UndecidedError
	// CommittedError says that work was committed, but was cut off before everything that it has brought got through.
	CommittedError = session.CommittedError
	// HoldOverflowError says that managed work made more than can be held until its COMMIT.
	HoldOverflowError = session.HoldOverflowError
	// TLSError says that a server was reached, but that it speaks no TLS, not in a way that both ends accept, or not with certificates that both ends
	// trust.
	TLSError = dial.TLSError
	// TopologyOverflowError ends the stream of an observer of [Driver.Topology] who has fallen too far behind.
	TopologyOverflowError = topology.OverflowError
	// TransactionFailedError is what is left of a transaction after its first failure.
	TransactionFailedError = session.TransactionFailedError
)

var (
	// ErrClosed is what work on a closed driver ends with.
	ErrClosed = pool.ErrClosed
	// ErrSessionClosed is what work on a closed session ends with.
	ErrSessionClosed = session.ErrClosed
	// ErrStoppedBeforeCommit is what an observer ends with who stops a managed write that flows before its end: it was rolled back.
	ErrStoppedBeforeCommit = session.ErrStoppedBeforeCommit
	// ErrResultClosed is what the observer of a result ends with when somebody else closes it.
	ErrResultClosed = session.ErrResultClosed
)
