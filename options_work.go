package neorx

import (
	"time"

	"github.com/neorx/neorx/session"
)

// The options of sessions, queries and transactions are those of package session, here for programs with one import.

// Database chooses the database by name. Default: the user's home database.
func Database(name string) SessionQueryOption { return session.Database(name) }

// ReadOnly asks for read access; the server refuses writes. Default: write access.
func ReadOnly() SessionQueryOption { return session.ReadOnly() }

// Impersonate runs the work with the rights of another user. It needs Bolt 4.4.
func Impersonate(user string) SessionQueryOption { return session.Impersonate(user) }

// FetchSize is [WithFetchSize] for one session or query. Default: that of the driver.
func FetchSize(n int64) SessionQueryOption { return session.FetchSize(n) }

// WithBookmarks makes a session start behind the work that returned these bookmarks. Default: none.
func WithBookmarks(bookmarks ...string) SessionOption { return session.WithBookmarks(bookmarks...) }

// Timeout is how long the server lets a transaction run; 0 means without limit. Default: what the server is configured for.
func Timeout(d time.Duration) QueryTxOption { return session.Timeout(d) }

// Metadata is attached to a transaction for SHOW TRANSACTIONS and the server's logs. Default: none.
func Metadata(m map[string]any) QueryTxOption { return session.Metadata(m) }

// AutoCommit leaves the managed transaction of a driver-level query out, as CALL { … } IN TRANSACTIONS needs it. Default: off.
func AutoCommit() QueryOption { return session.AutoCommit() }
