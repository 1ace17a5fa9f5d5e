package session

import (
	"context"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// ReadTx runs work in a transaction with read access and commits it. When the transaction fails for
// a reason that can pass, it is rolled back and work is called again in a new one, until the
// driver's MaxTransactionRetryTime is over; so work should have no other effects that must not be
// repeated. The context it gets knows that the transaction holds a connection: work that waits for
// another in vain ends with a *pool.DeadlockError. An error of work, a panic and runtime.Goexit
// roll back; errors are retried only if they wrap one that says it is worth it. Work does not end
// the transaction itself: Commit, Rollback and Close are refused with a *records.UsageError before
// anything is sent. Work that ignores that goes on, and is committed if it returns nil, unless it
// has called Rollback.
func ReadTx[T any](ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption) (T, error) {
	return transact(ctx, s.reading("ReadTx", opts), work)
}

// WriteTx is [ReadTx] with write access. When the connection is lost during COMMIT the error is a
// [*CommitUnknownError], and nothing is retried.
func WriteTx[T any](ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption) (T, error) {
	return transact(ctx, s.managed("WriteTx", access(false), opts), work)
}

func transact[T any](ctx context.Context, m *managedWork, work func(context.Context, *Transaction) (T, error)) (result T, err error) {
	m = m.observed()
	m.need(work != nil)
	m.set.refuse("ReadTx and WriteTx, which return one value after COMMIT", isDelivery)
	if err = m.set.err(); err != nil {
		return result, err
	}
	err = retry.Do(ctx, m.session.engine.Retry, func(ctx context.Context) error {
		var got T
		err := m.once(ctx, func(ctx context.Context, tx *Transaction) (err error) {
			if got, err = work(ctx, tx); err == nil {
				err = tx.commit(ctx)
			}
			return err
		})
		if err == nil {
			result = got
		}
		return err
	})
	return result, err
}

// ReadStream streams what work makes in a transaction with read access, and commits after the last
// item. Items flow: they are delivered as they come, so the transaction is retried only as long as
// none was. With [Hold] they are delivered after COMMIT instead.
func ReadStream[T any](s *Session, work func(*Transaction) rx.Stream[T], opts ...TxOption) rx.Stream[T] {
	return managedStream(s.reading("ReadStream", opts), work)
}

// WriteStream streams what work makes in a transaction with write access, after COMMIT has
// succeeded: what is delivered has happened, no item is delivered twice, and neither demand nor an
// early stop of the observer changes what is written. What is held back is bounded (see [Hold]).
// With [Flow] the items are delivered as they come; an observer that stops before the end then
// rolls back, and gets [ErrStoppedBeforeCommit].
func WriteStream[T any](s *Session, work func(*Transaction) rx.Stream[T], opts ...TxOption) rx.Stream[T] {
	return managedStream(s.writing("WriteStream", opts), work)
}

// ExecuteRead is [ReadStream] for observables.
func (s *Session) ExecuteRead(work func(*Transaction) rxgo.Observable, opts ...TxOption) rxgo.Observable {
	return rx.Observable(managedStream(s.reading("ExecuteRead", opts), observed(work)), s.bound(nil)...)
}

// ExecuteWrite is [WriteStream] for observables.
func (s *Session) ExecuteWrite(work func(*Transaction) rxgo.Observable, opts ...TxOption) rxgo.Observable {
	return rx.Observable(managedStream(s.writing("ExecuteWrite", opts), observed(work)), s.bound(nil)...)
}

func observed(work func(*Transaction) rxgo.Observable) func(*Transaction) rx.Stream[any] {
	if work == nil {
		return nil
	}
	return func(tx *Transaction) rx.Stream[any] {
		o := work(tx)
		if o == nil {
			return rx.Fail[any](&records.UsageError{Message: "the function that does the work has returned nil in place of an observable"})
		}
		return rx.FromObservable[any](o)
	}
}

func managedStream[T any](m *managedWork, work func(*Transaction) rx.Stream[T]) rx.Stream[T] {
	m.need(work != nil)
	if err := m.set.err(); err != nil {
		return rx.Fail[T](err)
	}
	return rx.Defer(func() rx.Stream[T] {
		attempt := flow(m.observed(), work)
		if m.set.hold {
			return hold(m.session.engine.Retry, attempt, effectOf(&m.set))
		}
		return retry.Transient(m.session.engine.Retry, attempt)
	})
}

// flow is one attempt whose items are delivered as they come.
func flow[T any](m *managedWork, work func(*Transaction) rx.Stream[T]) rx.Stream[T] {
	return rx.New(func(ctx context.Context, d rx.Demand, emit func(T) error) error {
		return m.once(ctx, func(ctx context.Context, tx *Transaction) error {
			return m.flowed(ctx, tx, work(tx).Run(ctx, d, emit))
		})
	})
}

// flowed brings a transaction to its end whose items have flowed. The COMMIT is not interrupted by
// a consumer that stops meanwhile, and that a write was rolled back is told to a satisfied one,
// too.
func (m *managedWork) flowed(ctx context.Context, tx *Transaction, end error) error {
	rest, release := rx.Unstopped(ctx)
	defer release()
	stop := stopOf(ctx, end)
	switch {
	case stop != nil && m.set.readOnly:
		return behind(stop, tx.commit(rest)) // for its bookmark
	case stop != nil:
		end = ErrStoppedBeforeCommit
	case end == nil:
		end = tx.commit(rest)
	}
	if m.set.readOnly {
		return end
	}
	return rx.AfterStop(end)
}

// managedWork is work in transactions that are begun, ended and retried here.
type managedWork struct {
	session *Session
	method  string // that was called
	set     settings
	usage   *bolt.Usage
}

func (s *Session) reading(method string, opts []TxOption) *managedWork {
	return s.managed(method, access(true), opts)
}

// writing is for writes that stream.
func (s *Session) writing(method string, opts []TxOption) *managedWork {
	return s.managed(method, access(false), append([]TxOption{Hold()}, opts...))
}

func (s *Session) managed(method string, mode TxOption, opts []TxOption) *managedWork {
	return &managedWork{session: s, method: method, set: with(&s.settings, append([]TxOption{mode}, opts...), TxOption.applyTx)}
}

// need makes a problem of work that is not there.
func (m *managedWork) need(given bool) {
	if !given {
		m.set.problem("%s: the function that does the work is nil", m.method)
	}
}

// observed is m for one observation.
func (m *managedWork) observed() *managedWork {
	one := *m
	one.usage = m.session.engine.usage(bolt.ManagedTransaction)
	return &one
}

// once calls work in a new transaction and rolls it back if work has not committed it, however it
// ends. It does not wait for that: the pool's RESET does it behind the caller.
func (m *managedWork) once(ctx context.Context, work func(context.Context, *Transaction) error) error {
	tx, err := m.session.begin(ctx, &m.set, m.usage, "managed transaction")
	if err != nil {
		return err
	}
	tx.managed = true
	defer tx.fail(errAbandoned)
	return work(tx.lease.mark(ctx), tx)
}
