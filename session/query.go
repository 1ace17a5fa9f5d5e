package session

import (
	"context"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// Querier is what a repository needs: the driver, a [Session] or a [Transaction].
type Querier interface {
	Query(cypher string, params any, opts ...QueryOption) Query
}

var _ = []Querier{(*Engine)(nil), (*Session)(nil), (*Transaction)(nil)}

// Query is a recipe: immutable and safe to share. Nothing happens until it is observed, and each
// observation executes it once: a CREATE that is observed three times runs three times. Parameters
// are encoded when it is observed, so do not change them meanwhile. Bad options are reported then,
// too.
//
// Where a Query came from decides what an execution is:
//   - from the driver: a managed transaction of one statement with write access. It is retried after transient failures as long as no record was
//     delivered, and complete only when its COMMIT has succeeded. With [ReadOnly] and no [Hold] the server commits by itself, in one round trip, and it is
//     retried in the same way; with [AutoCommit] it is not retried.
//   - from a [Session]: an auto-commit statement behind the session's bookmarks, not retried but for [AutoCommitRetry].
//   - from a [Transaction]: a statement of that transaction.
//
// An observer that stops early ends the result on the server too. The statement itself finishes:
// Take prevents no write. An error of the observer, and the end of the context, abort it. What that
// means for an auto-commit statement that may write is told by the error: an [*UndecidedError], a
// [*CommittedError], or another one, and then it has had no effect. An error of the observer's own
// comes back as it is, and tells nothing.
type Query struct {
	on       runner
	cypher   string
	params   any
	settings settings
	pending  *pending    // within a transaction
	home     *home       // a session's; nil until it is observed for one of its own
	usage    *bolt.Usage // of one observation
}

// Stream returns the records as a typed stream; each run executes the query.
func (q Query) Stream() rx.Stream[*records.Record] {
	return each(q, newRecords, nil)
}

// Records returns the records as an RxGo observable of *records.Record; each observation executes
// the query. See [rx.Observable] for the options.
func (q Query) Records(opts ...rxgo.Option) rxgo.Observable {
	return rx.Observable(q.Stream(), q.bound(opts)...)
}

// Batches returns the records as an RxGo observable of []*records.Record with at least one and at
// most max records each. It never waits to fill a batch, so what is there travels together: a batch
// costs an observer what a single record costs it.
func (q Query) Batches(max int, opts ...rxgo.Option) rxgo.Observable {
	if max < 1 {
		q.settings.problem("Batches(%d): a batch has at least one record", max)
	}
	return rx.Observable(stream(q, delivery[*records.Record, []*records.Record]{
		rows: newRecords, block: max,
		deliver: deliverAll[*records.Record],
	}), q.bound(opts)...)
}

// bound adds to the options of an observation what ends it, if the query is one that can run.
func (q *Query) bound(opts []rxgo.Option) []rxgo.Option {
	if q.on == nil {
		return opts
	}
	return q.on.bound(opts)
}

// Exec executes the query to its end, throws its records away and returns the summary. The records
// are pulled all the same: a server leaves a part of a statement undone whose records are discarded
// on it (TERMINATE TRANSACTIONS, say, or a procedure that yields something), unless it writes.
func (q Query) Exec(ctx context.Context) (*records.Summary, error) {
	var summary *records.Summary
	err := stream(q, delivery[none, none]{
		rows:    func() records.Rows[none] { return noRows{} },
		block:   math.MaxInt,
		deliver: deliverEach[none],
		summary: func(s *records.Summary) { summary = s },
	}).ForEach(ctx, func(none) error { return nil })
	return summary, err
}

type none struct{}

// noRows makes nothing of rows.
type noRows struct{}

func (noRows) Keys([]string) error { return nil }
func (noRows) Row([]byte) error    { return nil }
func (noRows) Take() []none        { return nil }

// Collect executes the query and returns all its records with the summary. With an error, the
// records are those before it.
func (q Query) Collect(ctx context.Context) ([]*records.Record, *records.Summary, error) {
	var summary *records.Summary
	all, err := each(q, newRecords, func(s *records.Summary) { summary = s }).Collect(ctx)
	return all, summary, err
}

// String shows the query without its parameters, which may be secrets.
func (q Query) String() string { return q.cypher }

// Format shows no parameters either, whatever the verb.
func (q Query) Format(f fmt.State, verb rune) {
	switch {
	case verb == 'v' && f.Flag('#'):
		_, _ = io.WriteString(f, q.GoString())
	case verb == 'q':
		_, _ = fmt.Fprintf(f, "%q", q.cypher)
	default:
		_, _ = io.WriteString(f, q.cypher)
	}
}

// GoString is String, for the same reason.
func (q Query) GoString() string { return fmt.Sprintf("session.Query(%q)", q.cypher) }

func newRecords() records.Rows[*records.Record] { return records.NewRows() }

// each streams row by row. summary, if not nil, gets the summary of an execution that has
// succeeded.
func each[T any](q Query, rows func() records.Rows[T], summary func(*records.Summary)) rx.Stream[T] {
	return stream(q, delivery[T, T]{rows: rows, block: blockRows, deliver: deliverEach[T], summary: summary})
}

// stream composes an execution: where it runs, what its rows become, and how it is retried.
func stream[T, U any](q Query, d delivery[T, U]) rx.Stream[U] {
	if err := q.check(); err != nil {
		return rx.Defer(func() rx.Stream[U] {
			q.refuse()
			return rx.Fail[U](err)
		})
	}
	return rx.Defer(func() rx.Stream[U] {
		q := q.observed()
		attempt := rx.Using(
			func(ctx context.Context) (*execution, error) { return q.on.ready(ctx, q) },
			func(x *execution) rx.Stream[U] { return run(x, d) },
			func(x *execution, _ error) error {
				x.release()
				return nil
			})
		p, retried := q.on.policy()
		switch {
		case q.settings.hold:
			return hold(p, attempt, effectOf(&q.settings))
		case retried:
			return retry.Transient(p, attempt)
		}
		return attempt
	})
}

// observed is the query for one observation.
func (q *Query) observed() *Query {
	one := *q
	one.usage = q.on.usage()
	if q.home == nil && q.settings.database == "" {
		one.home = &home{}
	}
	return &one
}

func (q *Query) check() error {
	if q.on == nil {
		return &records.UsageError{Message: "the zero Query: make queries with a driver, a session or a transaction"}
	}
	if at := invalidAt(q.cypher); at >= 0 {
		q.settings.problem("the query %s is not valid UTF-8: see its byte %d, 0x%02x", quoted(q.cypher), at, q.cypher[at])
	}
	return q.settings.err()
}

// invalidAt returns where text stops being UTF-8, or -1.
func invalidAt(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			return i
		}
	}
	return -1
}

// refuse notes that an observation has come to nothing, so that COMMIT does not speak of a query
// that was never observed.
func (q *Query) refuse() {
	if in, ok := q.on.(*inTransaction); ok {
		in.t.observed(q.pending)
	}
}

// tx is what the server is told about the transaction.
func (q *Query) tx(ctx context.Context, l *lease, bookmarks []string) bolt.TxConfig {
	cfg := q.settings.tx(ctx, bookmarks)
	cfg.Usage, cfg.Database = q.usage, l.at.Database
	return cfg
}
