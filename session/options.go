package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/routing"
)

// SessionOption configures a session, and what it runs.
type SessionOption interface{ applySession(*settings) }

// QueryOption configures one query.
type QueryOption interface{ applyQuery(*settings) }

// TxOption configures one transaction.
type TxOption interface{ applyTx(*settings) }

// settings is what options say: those of the session first, those of the query or transaction on
// top.
type settings struct {
	database     string
	readOnly     bool
	fetchSize    int64 // 0: the driver's own choice
	impersonated string
	auth         pool.TokenSource // nil: the driver's
	notify       bolt.NotificationFilter
	bookmarks    []string
	manager      BookmarkManager
	timeout      time.Duration
	hasTimeout   bool
	deadline     bool // the context's deadline is the transaction's timeout
	metadata     map[string]any
	autoCommit   bool
	repeats      bool // an auto-commit statement that was refused without effect is begun again
	hold         bool

	named    []string // the options that were given, but for FetchSize, which fits everywhere
	problems []error
}

// with returns a copy of s with options applied, of whatever role.
func with[O any](s *settings, opts []O, apply func(O, *settings)) settings {
	set := *s
	for _, o := range opts {
		if any(o) == nil {
			set.problem("an option is nil")
			continue
		}
		apply(o, &set)
	}
	return set
}

// problem notes wrong use. Copies of s do not share what is appended.
func (s *settings) problem(format string, args ...any) {
	s.problems = append(slices.Clip(s.problems), &records.UsageError{Message: fmt.Sprintf(format, args...)})
}

// text makes a problem of what cannot be sent as it is: a server would store, or look for,
// something else.
func (s *settings) text(option, given string) {
	if !utf8.ValidString(given) {
		s.problem("%s(%q): it is not valid UTF-8", option, given)
	}
}

// name notes that an option was given.
func (s *settings) name(option string) { s.named = append(slices.Clip(s.named), option) }

// refuse makes a problem of every option that was given and does not fit.
func (s *settings) refuse(what string, unfit func(option string) bool) {
	for _, option := range s.named {
		if unfit(option) {
			s.problem("%s is no option of %s", option, what)
		}
	}
}

func (s *settings) err() error { return errors.Join(s.problems...) }

// route is what a connection is asked for. The label says what for, where leases are listed.
func (s *settings) route(bookmarks []string, label string) routing.Request {
	return routing.Request{
		Database: s.database, ReadOnly: s.readOnly, Bookmarks: bookmarks, ImpersonatedUser: s.impersonated,
		Conn: pool.Request{Auth: s.auth, Label: label},
	}
}

func (s *settings) tx(ctx context.Context, bookmarks []string) bolt.TxConfig {
	cfg := bolt.TxConfig{
		Bookmarks: bookmarks, Timeout: s.timeout, HasTimeout: s.hasTimeout, Metadata: s.metadata,
		ReadOnly: s.readOnly, Database: s.database, ImpersonatedUser: s.impersonated, Notifications: s.notify,
	}
	if at, ok := ctx.Deadline(); ok && s.deadline {
		left := max(time.Until(at), time.Millisecond) // 0 would mean without limit
		if !cfg.HasTimeout || cfg.Timeout == 0 || left < cfg.Timeout {
			cfg.Timeout, cfg.HasTimeout = left, true
		}
	}
	return cfg
}

func (s *settings) stream() bolt.StreamConfig {
	return bolt.StreamConfig{FetchSize: s.fetchSize, Pinned: s.fetchSize != 0}
}

func (s *settings) isNamed(option string) bool { return slices.Contains(s.named, option) }

// access is what ExecuteRead and ExecuteWrite say, whatever the session's default is.
func access(readOnly bool) TxOption {
	return txOption(func(s *settings) { s.readOnly = readOnly })
}

func isDelivery(option string) bool { return option == "Flow" || option == "Hold" }

// Flow delivers the items of a managed transaction as they come. It is retried only as long as
// nothing was delivered. Default for reads, and for the queries of a driver.
func Flow() QueryTxOption {
	return queryTxOption(func(s *settings) {
		s.hold = false
		s.name("Flow")
	})
}

// Hold delivers the items of a managed transaction after its COMMIT has succeeded. At most 100,000
// items, and 16 MiB of records, can be held; more end in a rollback and a [*HoldOverflowError].
// Default for the writes of a session.
func Hold() QueryTxOption {
	return queryTxOption(func(s *settings) {
		s.hold = true
		s.name("Hold")
	})
}

// The kinds of options: each type can be used in the roles whose methods it has.
type (
	sessionOption      func(*settings)
	queryOption        func(*settings)
	sessionQueryOption func(*settings)
	queryTxOption      func(*settings)
	txOption           func(*settings)
)

func (o sessionOption) applySession(s *settings)      { o(s) }
func (o queryOption) applyQuery(s *settings)          { o(s) }
func (o sessionQueryOption) applySession(s *settings) { o(s) }
func (o sessionQueryOption) applyQuery(s *settings)   { o(s) }
func (o queryTxOption) applyQuery(s *settings)        { o(s) }
func (o txOption) applyTx(s *settings)                { o(s) }
func (o queryTxOption) applyTx(s *settings)           { o(s) }

// SessionQueryOption is an option of sessions, and of queries made with the driver.
type SessionQueryOption interface {
	SessionOption
	QueryOption
}

// QueryTxOption is an option of transactions, and of queries that are transactions of their own.
type QueryTxOption interface {
	QueryOption
	TxOption
}

// Database chooses the database by name. Default: the user's home database.
func Database(name string) SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		s.text("Database", name)
		s.database = name
		s.name("Database")
	})
}

// ReadOnly asks for read access: in a cluster the work goes to a reader, and the server refuses
// writes. Default: write access.
func ReadOnly() SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		s.readOnly = true
		s.name("ReadOnly")
	})
}

// Impersonate runs the work with the rights of another user, where the connection's user may do
// that. It needs Bolt 4.4.
func Impersonate(user string) SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		if user == "" {
			s.problem(`Impersonate(""): it must name a user`)
		}
		s.text("Impersonate", user)
		s.impersonated = user
		s.name("Impersonate")
	})
}

// FetchSize pins how many records one PULL asks for, and sends the next only when the batch is
// consumed: predictable on the wire, at the price of an idle round trip per batch. bolt.All (-1)
// asks for everything at once, which the server then sends whether anybody reads or not. Default:
// 1000 at first, and then as many as server, network and consumer move in 15 to 50 ms and a round
// trip, at least 1000.
func FetchSize(n int64) SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		if n == 0 || n < bolt.All {
			s.problem("FetchSize(%d): it must be positive, or -1 for everything at once", n)
			return
		}
		s.fetchSize = n
	})
}

// Auth does the work as somebody else than the driver is logged in as. It needs Bolt 5.1.
func Auth(source pool.TokenSource) SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		if source == nil {
			s.problem("Auth(nil): leave it out to be who the driver is")
		}
		s.auth = source
		s.name("Auth")
	})
}

// Notifications says which notifications the server should send about the work, in place of what
// the driver says. It needs Bolt 5.2.
func Notifications(filter bolt.NotificationFilter) SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		if m := filter.MinimumSeverity; !slices.Contains([]string{"", "OFF", "WARNING", "INFORMATION"}, m) {
			s.problem("Notifications: the minimum severity is %q: it must be OFF, WARNING or INFORMATION", m)
		}
		for _, category := range filter.Disabled {
			if !utf8.ValidString(category) {
				s.problem("Notifications: the disabled category %q is not valid UTF-8", category)
			}
		}
		s.notify = filter
		s.name("Notifications")
	})
}

// WithBookmarkManager chains the work with everything else that uses the manager. Default: a
// session has none, and starts with what [WithBookmarks] says; the queries of a driver share one,
// which nil switches off.
func WithBookmarkManager(m BookmarkManager) SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		s.manager = m
		s.name("WithBookmarkManager")
	})
}

// WithBookmarks makes a session start behind the units of work that returned these bookmarks.
// Default: none.
func WithBookmarks(bookmarks ...string) SessionOption {
	return sessionOption(func(s *settings) {
		for _, b := range bookmarks {
			s.text("WithBookmarks", b)
		}
		s.bookmarks = append(s.bookmarks, bookmarks...)
	})
}

// Timeout is how long the server lets the transaction run; it is rounded up to whole milliseconds,
// and 0 means without limit. Default: what the server is configured for.
func Timeout(d time.Duration) QueryTxOption {
	return queryTxOption(func(s *settings) {
		if d < 0 {
			s.problem("Timeout(%v): it must not be negative", d)
			return
		}
		s.timeout, s.hasTimeout = d, true
		s.name("Timeout")
	})
}

// TimeoutFromContext sends the deadline of the context that the work is begun with as its
// [Timeout], if that is sooner, so that the server ends it even if this program cannot say so any
// more. Default: off.
func TimeoutFromContext() QueryTxOption {
	return queryTxOption(func(s *settings) {
		s.deadline = true
		s.name("TimeoutFromContext")
	})
}

// Metadata is attached to the transaction: SHOW TRANSACTIONS and the server's query log show it.
// Values can be anything that a parameter can be. Default: none.
func Metadata(m map[string]any) QueryTxOption {
	return queryTxOption(func(s *settings) {
		s.metadata = m
		s.name("Metadata")
	})
}

// AutoCommit leaves the managed transaction of a driver-level query out: the server commits the
// statement by itself, and nothing is retried. CALL { … } IN TRANSACTIONS needs it. Queries of a
// session are like that anyway. Default: off.
func AutoCommit() QueryOption {
	return queryOption(func(s *settings) {
		s.autoCommit = true
		s.name("AutoCommit")
	})
}

// AutoCommitRetry says whether an auto-commit statement is sent once more, at once, when the server
// has refused it with an error that vouches for its having had no effect. Default: what the driver
// says, and it says yes.
func AutoCommitRetry(on bool) SessionQueryOption {
	return sessionQueryOption(func(s *settings) {
		s.repeats = on
		s.name("AutoCommitRetry")
	})
}
