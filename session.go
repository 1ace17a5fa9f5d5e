package neorx

import (
	"context"

	"github.com/neorx/neorx/session"
)

type (
	// Session is a chain of work: each part sees what those before it have written. It holds no
	// connection while it does nothing, and [Driver.Session] returns it. It is safe for concurrent
	// use.
	//
	// Managed transactions, which are retried as a whole: [ReadTx], [WriteTx], [ReadStream],
	// [WriteStream], and for RxGo:
	//   - [session.Session.ExecuteRead] observes what work makes in a transaction with read access
	//   - [session.Session.ExecuteWrite] is the same with write access
	//
	// Other work:
	//   - [session.Session.Query] is a statement that commits itself
	//   - [session.Session.Begin] opens a transaction that its caller ends
	//
	// The session itself:
	//   - [session.Session.LastBookmarks] is what its next work will wait for
	//   - [session.Session.Close] ends everything that runs on it
	//   - [session.Session.Format] prints nothing of what is in it
	Session = session.Session

	// Transaction is a group of queries that take effect together. [session.Session.Begin] returns
	// one that its caller ends; [ReadTx], [WriteTx], [ReadStream] and [WriteStream] lend one that
	// they end themselves.
	//   - [session.Transaction.Query] is a statement of the transaction
	//   - [session.Transaction.Commit] makes the transaction last
	//   - [session.Transaction.Rollback] undoes the transaction
	//   - [session.Transaction.Close] rolls back unless the transaction is over, for use with defer
	//   - [session.Transaction.Format] prints nothing of what is in it
	Transaction = session.Transaction
)

// ReadTx runs work in a transaction with read access and commits it; what may pass is retried, so
// work should have no other effects that must not be repeated. It ends the transaction by
// returning: Commit and Rollback are refused. See [session.ReadTx].
func ReadTx[T any](
	ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption,
) (T, error) {
	return session.ReadTx(ctx, s, work, opts...)
}

// WriteTx is [ReadTx] with write access. See [session.WriteTx].
func WriteTx[T any](
	ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption,
) (T, error) {
	return session.WriteTx(ctx, s, work, opts...)
}

// ReadStream streams what work makes in a transaction with read access, as it comes, and commits
// after the last item. See [session.ReadStream].
func ReadStream[T any](s *Session, work func(*Transaction) Stream[T], opts ...TxOption) Stream[T] {
	return session.ReadStream(s, work, opts...)
}

// WriteStream streams what work makes in a transaction with write access, after its COMMIT has
// succeeded. See [session.WriteStream].
func WriteStream[T any](s *Session, work func(*Transaction) Stream[T], opts ...TxOption) Stream[T] {
	return session.WriteStream(s, work, opts...)
}
