package main

import (
	"context"
	"errors"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/rx"
)

func init() {
	on("SessionReadTransaction", manage(true))
	on("SessionWriteTransaction", manage(false))
	on("RetryablePositive", positive)
	on("RetryableNegative", negative)
}

// errFrontend stands for an error of the test's own code.
var errFrontend = errors.New("the test's own error")

// manage runs a managed transaction whose work is done by the requests that follow, until the test says how it has gone.
func manage(readOnly bool) func(*conn, context.Context, beginRequest) (string, any, error) {
	return func(c *conn, ctx context.Context, r beginRequest) (string, any, error) {
		s, opts, err := r.prepare(c, ctx)
		if err != nil {
			return "", nil, err
		}
		err = c.backend.face.manage(ctx, s.Session, readOnly, func(ctx context.Context, tx *neorx.Transaction) error {
			c.send("RetryableTry", identified{c.addTransaction(tx).id})
			select {
			case err := <-s.decision:
				return err
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}, opts)
		if errors.Is(err, errFrontend) {
			return "FrontendError", backendError{err.Error()}, nil
		}
		return "RetryableDone", nil, err
	}
}

// manage runs work in a managed transaction. With the observable face work is an observable without items.
func (f readingFace) manage(
	ctx context.Context, s *neorx.Session, readOnly bool, work func(context.Context, *neorx.Transaction) error, opts []neorx.TxOption,
) error {
	if f == observableFace {
		execute := s.ExecuteWrite
		if readOnly {
			execute = s.ExecuteRead
		}
		return execute(func(tx *neorx.Transaction) rxgo.Observable {
			return rx.Observable(rx.New(func(ctx context.Context, _ rx.Demand, _ func(any) error) error { return work(ctx, tx) }))
		}, opts...).Error(rxgo.WithContext(ctx))
	}
	execute := neorx.WriteTx[struct{}]
	if readOnly {
		execute = neorx.ReadTx[struct{}]
	}
	_, err := execute(ctx, s, func(ctx context.Context, tx *neorx.Transaction) (struct{}, error) {
		return struct{}{}, work(ctx, tx)
	}, opts...)
	return err
}

// positive has no answer of its own: the transaction goes on, and answers.
func positive(c *conn, ctx context.Context, r ofSession) (string, any, error) {
	return decide(c, ctx, r.SessionID, nil)
}

func negative(c *conn, ctx context.Context, r struct {
	ofSession
	ErrorID string `json:"errorId"`
},
) (string, any, error) {
	verdict := errFrontend
	if r.ErrorID != "" {
		var err error
		if verdict, err = lookup[error](c, r.ErrorID); err != nil {
			return "", nil, err
		}
	}
	return decide(c, ctx, r.SessionID, verdict)
}

func decide(c *conn, ctx context.Context, sessionID string, verdict error) (string, any, error) {
	s, err := lookup[*session](c, sessionID)
	if err != nil {
		return "", nil, err
	}
	select {
	case s.decision <- verdict:
		return "", nil, nil
	case <-ctx.Done():
		return "", nil, context.Cause(ctx)
	}
}
