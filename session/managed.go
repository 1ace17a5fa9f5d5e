package session

import (
	"context"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// ReadTx runs work in a transaction with read access and commits it. When the transaction fails for a reason that can pass, it is rolled back and work is
// called again in a new one, until the driver's MaxTransactionRetryTime is over; so work should have no other effects that must not be repeated. The context it
// gets knows that the transaction holds a connection: work that waits for another in vain ends with a [*pool.DeadlockError]. An error
// of work, a panic and runtime.Goexit roll back; errors are retried only if they wrap one that says it is worth it.
func ReadTx[T any](ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption) (T, error) {
	return transact(ctx, s, work, append(opts, access(true)))
}

// WriteTx is [ReadTx] with write access. When the connection is lost during COMMIT the error is a [*CommitUnknownError], and nothing is retried.
func WriteTx[T any](ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption) (T, error) {
	return transact(ctx, s, work, append(opts, access(false)))
}

func transact[T any](ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts []TxOption) (T, error) {
	attempt := rx.Call(func(ctx context.Context) (result T, err error) {
		tx, err := s.Begin(ctx, opts...)
		if err != nil {
			return result, err
		}
		defer tx.abandon()
		if result, err = work(pool.WithLease(ctx, tx.lease), tx); err == nil {
			err = tx.Commit(ctx)
		}
		return result, err
	})
	return retry.Transient(s.engine.Retry, attempt).First(ctx)
}

// ReadStream streams what work makes in a transaction with read access, and commits after the last item. Items flow: they are delivered as they come, so the
// transaction is retried only as long as none was. With [Hold] they are delivered after COMMIT instead.
func ReadStream[T any](s *Session, work func(*Transaction) rx.Stream[T], opts ...TxOption) rx.Stream[T] {
	return managedStream(s, work, append([]TxOption{access(true), Flow()}, opts...))
}

// WriteStream streams what work makes in a transaction with write access, after COMMIT has succeeded: what is delivered has happened, no item is delivered
// twice, and neither demand nor an early stop of the observer changes what is written. What is held back is bounded (see [Hold]). With [Flow] the items are
// delivered as they come; an observer that stops before the end then rolls back, and gets [ErrStoppedBeforeCommit].
func WriteStream[T any](s *Session, work func(*Transaction) rx.Stream[T], opts ...TxOption) rx.Stream[T] {
	return managedStream(s, work, append([]TxOption{access(false), Hold()}, opts...))
}

// ExecuteRead is [ReadStream] for observables.
func (s *Session) ExecuteRead(work func(*Transaction) rxgo.Observable, opts ...TxOption) rxgo.Observable {
	return rx.Observable(ReadStream(s, observed(work), opts...))
}

// ExecuteWrite is [WriteStream] for observables.
func (s *Session) ExecuteWrite(work func(*Transaction) rxgo.Observable, opts ...TxOption) rxgo.Observable {
	return rx.Observable(WriteStream(s, observed(work), opts...))
}

func observed(work func(*Transaction) rxgo.Observable) func(*Transaction) rx.Stream[any] {
	return func(tx *Transaction) rx.Stream[any] { return rx.FromObservable[any](work(tx)) }
}

func managedStream[T any](s *Session, work func(*Transaction) rx.Stream[T], opts []TxOption) rx.Stream[T] {
	set := s.settings
	for _, o := range opts {
		o.applyTx(&set)
	}
	if err := set.err(); err != nil {
		return rx.Fail[T](err)
	}
	if set.hold {
		held := rx.Call(func(ctx context.Context) ([]T, error) { return hold(ctx, s, work, opts) })
		return rx.ConcatMap(retry.Transient(s.engine.Retry, held), rx.FromSlice[T])
	}
	return retry.Transient(s.engine.Retry, flow(s, work, opts, set.readOnly))
}

// flow is one attempt whose items are delivered as they come.
func flow[T any](s *Session, work func(*Transaction) rx.Stream[T], opts []TxOption, readOnly bool) rx.Stream[T] {
	return rx.New(func(ctx context.Context, d rx.Demand, emit func(T) error) error {
		tx, err := s.Begin(ctx, opts...)
		if err != nil {
			return err
		}
		defer tx.abandon()
		end := work(tx).Run(ctx, d, emit)
		switch {
		case end == nil:
			return tx.Commit(ctx)
		case !rx.Stopped(end):
			return end
		case readOnly:
			return rx.AfterStop(tx.Commit(ctx)) // for its bookmark
		}
		return rx.AfterStop(ErrStoppedBeforeCommit)
	})
}

// hold is one attempt whose items are kept until COMMIT has succeeded.
func hold[T any](ctx context.Context, s *Session, work func(*Transaction) rx.Stream[T], opts []TxOption) ([]T, error) {
	tx, err := s.Begin(ctx, opts...)
	if err != nil {
		return nil, err
	}
	defer tx.abandon()
	var items held[T]
	if err = work(tx).ForEach(ctx, items.add); err == nil {
		err = tx.Commit(ctx)
	}
	return items.items, err
}

// abandon rolls back unless the transaction is over, without waiting: the pool's RESET does it behind the caller.
func (t *Transaction) abandon() { t.fail(errAbandoned) }
