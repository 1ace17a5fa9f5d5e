package session

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
)

// Transaction is an explicit transaction: its queries share one connection, and take effect
// together when it is committed. It is safe for concurrent use, and any number of its results can
// be open at once; they share the connection fairly. After the first failure of a statement, and
// after the context of one of its streams has ended, it is over: everything else fails with a
// [*TransactionFailedError].
type Transaction struct {
	session  *Session
	lease    *lease
	tx       *bolt.Tx
	sent     []string
	settings settings
	readOnly bool
	managed  bool        // whoever has begun it for managed work ends it, and nobody else
	unwanted atomic.Bool // managed work has asked for a ROLLBACK, which it cannot have that way, and gets no COMMIT

	mu      sync.Mutex // guards what follows
	over    error      // why nothing can be done any more; nil while it is open
	pending pendings
}

// begin opens a transaction and waits for the server's answer.
func (s *Session) begin(ctx context.Context, set *settings, usage *bolt.Usage, label string) (*Transaction, error) {
	sent, err := s.chain.bookmarks(ctx)
	if err != nil {
		return nil, err
	}
	l, err := s.engine.lease(ctx, &s.work, &s.home, set, sent, label)
	if err != nil {
		return nil, err
	}
	cfg := set.tx(ctx, sent)
	cfg.Usage, cfg.Database = usage, l.at.Database
	tx, err := l.bolt().Begin(ctx, cfg)
	if err = l.judge(err); err == nil {
		err = l.keep()
	}
	if err != nil {
		l.release()
		return nil, err
	}
	l.settle(tx.Database())
	return &Transaction{session: s, lease: l, tx: tx, sent: sent, settings: settings{fetchSize: set.fetchSize}, readOnly: set.readOnly}, nil
}

// Query returns a recipe for a statement of the transaction; see [Query]. Of the options only
// FetchSize applies. A query that is never observed makes Commit fail.
func (t *Transaction) Query(cypher string, params any, opts ...QueryOption) Query {
	q := Query{on: &inTransaction{t}, cypher: cypher, params: params, home: &t.session.home}
	q.settings = with(&t.settings, opts, QueryOption.applyQuery)
	q.settings.refuse("a query in a transaction, for which it is settled", func(string) bool { return true })
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over == nil {
		q.pending = t.pending.add(cypher)
	}
	return q
}

// Commit makes the transaction last. Results that are not consumed end with an error. When the
// connection is lost or ctx ends before the server's answer, the error of one that could write is a
// [*CommitUnknownError]; after any other error the transaction is rolled back. In both cases it is
// over. Only the *records.UsageError about a query that was never observed leaves it open.
//
// It is refused with a *records.UsageError in managed work, which [ReadTx], [WriteTx] and their
// like commit when it returns: nothing is sent, and the transaction stays as it is.
func (t *Transaction) Commit(ctx context.Context) error {
	if t.managed {
		return errManaged("Commit")
	}
	return t.commit(ctx)
}

func (t *Transaction) commit(ctx context.Context) error {
	if t.unwanted.Load() {
		return errManaged("Rollback")
	}
	if err := t.end(errCommitted, true); err != nil {
		return err
	}
	defer t.lease.release()
	err := commit(ctx, t.lease, t.tx, t.session.chain, t.sent, t.readOnly)
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.over = &TransactionFailedError{err}
	}
	return err
}

// Rollback undoes the transaction. After a failure of the transaction it does nothing and returns
// nil: the server has rolled back by then.
//
// It is refused in managed work as Commit is. Whoever asked for it did not want a COMMIT: work that
// goes on and returns nil is rolled back with the same error.
func (t *Transaction) Rollback(ctx context.Context) error {
	if t.managed {
		t.unwanted.Store(true)
		return errManaged("Rollback")
	}
	err := t.end(errRolledBack, false)
	var failed *TransactionFailedError
	switch {
	case errors.As(err, &failed):
		return nil
	case err != nil:
		return err
	}
	return t.rollback(ctx)
}

// Close rolls back unless the transaction is over. It can be called any number of times, so defer
// it where Begin was called. It is refused in managed work, as Rollback is.
func (t *Transaction) Close(ctx context.Context) error {
	if t.managed {
		return errManaged("Close")
	}
	if t.end(errTxClosed, false) != nil {
		return nil
	}
	return t.rollback(ctx)
}

// rollback is for whoever has ended the transaction. Where it does not succeed the pool's RESET
// does.
func (t *Transaction) rollback(ctx context.Context) error {
	defer t.lease.release()
	return t.lease.judge(t.tx.Rollback(ctx))
}

// end closes the transaction for further use, because of over, unless it is closed already: then it
// returns why. If everything has to be observed it returns an error that names a query which was
// not, if there is one, and leaves the transaction as it is.
func (t *Transaction) end(over error, observed bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over != nil {
		return t.over
	}
	if forgotten := t.pending.first(); observed && forgotten != nil {
		return &records.UsageError{Message: "commit: the query " + quoted(forgotten.cypher) +
			" was never observed, so it has not run: observe it (Exec, ForEach, …) or leave it out"}
	}
	t.over = over
	return nil
}

// observed notes that a query does not wait for its observer any more.
func (t *Transaction) observed(p *pending) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending.remove(p)
}

// fail ends the transaction because of a failure of one of its statements. The connection goes back
// to the pool, whose RESET ends what the server still does. If the transaction is over already,
// fail returns why.
func (t *Transaction) fail(err error) error {
	failed := &TransactionFailedError{err}
	if over := t.end(failed, false); over != nil {
		return over
	}
	t.tx.Interrupt(failed)
	t.lease.release()
	return nil
}

// inTransaction runs queries on the transaction's connection.
type inTransaction struct{ t *Transaction }

func (i *inTransaction) policy() (p retry.Policy, ok bool) { return p, false }

func (i *inTransaction) bound(opts []rxgo.Option) []rxgo.Option { return i.t.session.bound(opts) }

func (i *inTransaction) usage() *bolt.Usage { return nil }

func (i *inTransaction) ready(_ context.Context, q *Query) (*execution, error) {
	t := i.t
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending.remove(q.pending)
	if t.over != nil {
		return nil, t.over
	}
	return &execution{
		lease: t.lease, settle: t.settle, release: func() {}, stream: q.settings.stream(),
		start: func(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (*bolt.Stream, error) {
			return t.tx.Run(ctx, q.cypher, q.params, cfg, dec)
		},
	}, nil
}

// settle keeps the transaction usable where it can: a consumer that stops or fails costs its own
// result only. What the server has failed, and what a context has ended, is the end of the
// transaction.
func (t *Transaction) settle(ctx context.Context, s *bolt.Stream, end error) error {
	var refused *records.UsageError
	switch {
	case end == nil:
		return nil
	case s == nil && errors.As(end, &refused): // nothing was sent
		return end
	case s != nil && (enough(end) || s.Err() == nil):
		late := discard(ctx, s)
		if late == nil && enough(end) {
			return nil
		}
		if late == nil {
			return end
		}
		end = late
	}
	if s == nil || isOf(end, s) {
		end = t.lease.judge(end)
	}
	var earlier *TransactionFailedError
	if first := t.fail(end); errors.As(first, &earlier) && errors.Is(end, earlier.Err) {
		return first // the failure of another statement, which has ended this one too
	}
	return end
}
