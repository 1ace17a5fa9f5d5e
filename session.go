package neorx

import (
	"context"

	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
)

// Stream is a typed stream; see package rx for its operators.
type Stream[T any] = rx.Stream[T]

// ReadTx runs work in a transaction with read access and commits it; what may pass is retried, so work should have no other effects that
// must not be repeated. It ends the transaction by returning: Commit and Rollback are refused. See [session.ReadTx].
func ReadTx[T any](ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption) (T, error) {
	return session.ReadTx(ctx, s, work, opts...)
}

// WriteTx is [ReadTx] with write access. See [session.WriteTx].
func WriteTx[T any](ctx context.Context, s *Session, work func(context.Context, *Transaction) (T, error), opts ...TxOption) (T, error) {
	return session.WriteTx(ctx, s, work, opts...)
}

// ReadStream streams what work makes in a transaction with read access, as it comes, and commits after the last item. See [session.ReadStream].
func ReadStream[T any](s *Session, work func(*Transaction) Stream[T], opts ...TxOption) Stream[T] {
	return session.ReadStream(s, work, opts...)
}

// WriteStream streams what work makes in a transaction with write access, after its COMMIT has succeeded. See [session.WriteStream].
func WriteStream[T any](s *Session, work func(*Transaction) Stream[T], opts ...TxOption) Stream[T] {
	return session.WriteStream(s, work, opts...)
}
