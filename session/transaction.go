package session

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// Transaction is an explicit transaction: its queries share one connection, and take effect together when it is committed. It is safe for
// concurrent use, and any number of its results can be open at once; they share the connection fairly. After the first failure of a statement, and
// after the context of one of its streams has ended, it is over: everything else fails with a [*TransactionFailedError].
type Transaction struct {
	session  *Session
	lease    *pool.Conn
	tx       *bolt.Tx
	release  func()
	sent     []string
	settings settings

	mu      sync.Mutex // guards what follows
	over    error      // why nothing can be done any more; nil while it is open
	pending []*pending
}

// pending is a query that was made in a transaction. Queries are cold, so one that nobody observes does nothing, which is never what was meant.
type pending struct {
	cypher   string
	observed atomic.Bool
}

// Query returns a recipe for a statement of the transaction; see [Query]. Of the options only FetchSize applies. A query that is never observed makes
// Commit fail.
func (t *Transaction) Query(cypher string, params any, opts ...QueryOption) Query {
	q := Query{cypher: cypher, params: params, settings: t.settings, pending: &pending{cypher: cypher}}
	q.apply(opts)
	for _, name := range q.settings.routed {
		q.settings.problem("%s is settled when a transaction begins: it cannot be an option of a query in it", name)
	}
	q.on = &inTransaction{t}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending = append(t.pending, q.pending)
	return q
}

// Commit makes the transaction last. Results that are not consumed end with an error. When the connection is lost or ctx ends before the server's
// answer, the error is a [*CommitUnknownError]; after any other error the transaction is rolled back. In both cases it is over.
func (t *Transaction) Commit(ctx context.Context) error {
	if err := t.unobserved(); err != nil {
		return err
	}
	if err := t.end(&records.UsageError{Message: "the transaction is committed already"}); err != nil {
		return err
	}
	defer t.release()
	return commit(ctx, t.tx, t.session.chain, t.sent)
}

// Rollback undoes the transaction. After a failure of the transaction it does nothing and returns nil: the server has rolled back by then.
func (t *Transaction) Rollback(ctx context.Context) error {
	err := t.end(&records.UsageError{Message: "the transaction is rolled back already"})
	var failed *TransactionFailedError
	if errors.As(err, &failed) {
		return nil
	}
	if err != nil {
		return err
	}
	defer t.release()
	return t.tx.Rollback(ctx)
}

// Close rolls back unless the transaction is over. It can be called any number of times, so defer it where Begin was called.
func (t *Transaction) Close(ctx context.Context) error {
	if t.end(&records.UsageError{Message: "the transaction is closed already"}) != nil {
		return nil
	}
	defer t.release()
	return t.tx.Rollback(ctx)
}

// end closes the transaction for further use, because of over, unless it is closed already: then it returns why.
func (t *Transaction) end(over error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over != nil {
		return t.over
	}
	t.over = over
	return nil
}

// fail ends the transaction because of a failure of one of its statements. The connection goes back to the pool, whose RESET ends what the
// server still does.
func (t *Transaction) fail(err error) {
	failed := &TransactionFailedError{err}
	if t.end(failed) != nil {
		return
	}
	t.lease.Bolt().Interrupt(failed)
	t.release()
}

// unobserved returns an error that names a query which was made and never observed, if there is one.
func (t *Transaction) unobserved() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over != nil {
		return nil
	}
	for _, p := range t.pending {
		if !p.observed.Load() {
			return &records.UsageError{Message: "commit: the query " + quoted(p.cypher) +
				" was never observed, so it has not run: observe it (Exec, ForEach, …) or leave it out"}
		}
	}
	return nil
}

// inTransaction runs queries on the transaction's connection.
type inTransaction struct{ t *Transaction }

func (i *inTransaction) policy() (p retry.Policy, ok bool) { return p, false }

func (i *inTransaction) executions(q *Query) rx.Stream[*execution] {
	return rx.Call(func(context.Context) (*execution, error) { return i.execution(q) })
}

func (i *inTransaction) open(_ context.Context, q *Query) (*execution, func(), error) {
	x, err := i.execution(q)
	return x, func() {}, err
}

func (i *inTransaction) execution(q *Query) (*execution, error) {
	q.pending.observed.Store(true)
	i.t.mu.Lock()
	over := i.t.over
	i.t.mu.Unlock()
	if over != nil {
		return nil, over
	}
	x := &execution{stream: q.settings.stream(), settle: i.t.settle}
	x.start = func(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (*bolt.Stream, error) {
		return i.t.tx.Run(ctx, q.cypher, q.params, cfg, dec)
	}
	return x, nil
}

// settle keeps the transaction usable where it can: a consumer that stops or fails costs its own result only. What the server has failed, and what a
// context has ended, is the end of the transaction.
func (t *Transaction) settle(ctx context.Context, s *bolt.Stream, end error) error {
	var refused *records.UsageError
	switch {
	case end == nil, s == nil && errors.As(end, &refused): // all went well, or nothing was sent
		return end
	case s != nil && ctx.Err() == nil && (enough(end) || s.Err() == nil):
		late := discard(ctx, s)
		if late == nil && !enough(end) {
			return end
		}
		end = late
	}
	if end != nil {
		t.fail(end)
	}
	return end
}
