package neorx

import (
	"time"

	"github.com/neorx/neorx/session"
)

// The options of sessions, queries and transactions. Each type says where its options can be given.
type (
	// SessionOption configures a session: [WithBookmarks], and every [SessionQueryOption].
	SessionOption = session.SessionOption

	// QueryOption configures a query: [AutoCommit], every [SessionQueryOption] and every
	// [QueryTxOption].
	QueryOption = session.QueryOption

	// TxOption configures a transaction: every [QueryTxOption].
	TxOption = session.TxOption

	// SessionQueryOption configures a session or a query: [Database], [ReadOnly], [Impersonate],
	// [Auth], [FetchSize], [Notifications], [WithBookmarkManager], [AutoCommitRetry].
	SessionQueryOption = session.SessionQueryOption

	// QueryTxOption configures a query or a transaction: [Timeout], [TimeoutFromContext],
	// [Metadata], [Flow], [Hold].
	QueryTxOption = session.QueryTxOption
)

// Database chooses the database by name. Default: the user's home database.
func Database(name string) SessionQueryOption { return session.Database(name) }

// ReadOnly asks for read access; the server refuses writes. Default: write access.
func ReadOnly() SessionQueryOption { return session.ReadOnly() }

// Impersonate runs the work with the rights of another user. It needs Bolt 4.4.
func Impersonate(user string) SessionQueryOption { return session.Impersonate(user) }

// FetchSize is [WithFetchSize] for one session or query. Default: that of the driver.
func FetchSize(n int64) SessionQueryOption { return session.FetchSize(n) }

// Auth does the work as somebody else than the driver is logged in as. It needs Bolt 5.1. Default:
// the driver's credentials.
func Auth(source TokenSource) SessionQueryOption { return session.Auth(source) }

// Notifications says which notifications the server should send about the work. It needs Bolt 5.2.
// Default: what [WithNotificationFilter] says.
func Notifications(filter NotificationFilter) SessionQueryOption {
	return session.Notifications(filter)
}

// Timeout is how long the server lets a transaction run; 0 means without limit. Default: what the
// server is configured for.
func Timeout(d time.Duration) QueryTxOption { return session.Timeout(d) }

// TimeoutFromContext sends the deadline of the context that the work is begun with as its
// [Timeout], if that is sooner. Default: off.
func TimeoutFromContext() QueryTxOption { return session.TimeoutFromContext() }

// Metadata is attached to a transaction for SHOW TRANSACTIONS and the server's logs. Default: none.
func Metadata(m map[string]any) QueryTxOption { return session.Metadata(m) }

// AutoCommit leaves the managed transaction of a driver-level query out, as CALL { … } IN
// TRANSACTIONS needs it. Default: off.
func AutoCommit() QueryOption { return session.AutoCommit() }

// AutoCommitRetry says whether an auto-commit statement is sent once more, at once, when the server
// has refused it with an error that vouches for its having had no effect. Default: what
// [WithAutoCommitRetry] says.
func AutoCommitRetry(on bool) SessionQueryOption { return session.AutoCommitRetry(on) }

// Flow delivers the items of managed work as they come; it is retried only as long as nothing was
// delivered. Default for reads, and for the queries of a driver.
func Flow() QueryTxOption { return session.Flow() }

// Hold delivers the items of managed work after its COMMIT has succeeded, as many as can be held
// until then. Default for the writes of a session.
func Hold() QueryTxOption { return session.Hold() }
