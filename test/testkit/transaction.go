package main

import (
	"context"

	"github.com/neorx/neorx"
)

// transaction is a transaction, and how the test refers to it.
type transaction struct {
	*neorx.Transaction
	id string
}

func init() {
	on("SessionBeginTransaction", begin)
	on("TransactionRun", runInTransaction)
	on("TransactionCommit", endTransaction((*neorx.Transaction).Commit))
	on("TransactionRollback", endTransaction((*neorx.Transaction).Rollback))
	on("TransactionClose", endTransaction((*neorx.Transaction).Close))
}

// beginRequest begins a transaction, whoever ends it.
type beginRequest struct {
	ofSession
	txSettings
}

// prepare returns the session, ready for a transaction, and the transaction's options.
func (r *beginRequest) prepare(c *conn, ctx context.Context) (*session, []neorx.TxOption, error) {
	s, err := lookup[*session](c, r.SessionID)
	if err != nil {
		return nil, nil, err
	}
	s.settle(ctx)
	opts, err := r.options()
	return s, all(opts, asTxOption), err
}

func begin(c *conn, ctx context.Context, r beginRequest) (string, any, error) {
	s, opts, err := r.prepare(c, ctx)
	if err != nil {
		return "", nil, err
	}
	tx, err := s.Begin(ctx, opts...)
	if err != nil {
		return "", nil, err
	}
	s.begun = c.addTransaction(tx)
	return "Transaction", identified{s.begun.id}, nil
}

func (c *conn) addTransaction(tx *neorx.Transaction) *transaction {
	t := &transaction{Transaction: tx}
	t.id = c.add(t)
	return t
}

// ofTransaction is a request that is about a transaction and says nothing more.
type ofTransaction struct {
	TxID string `json:"txId"`
}

func runInTransaction(c *conn, ctx context.Context, r struct {
	ofTransaction
	statement
},
) (string, any, error) {
	t, err := lookup[*transaction](c, r.TxID)
	if err != nil {
		return "", nil, err
	}
	cur, err := c.open(ctx, t, &r.statement)
	if err != nil {
		return "", nil, err
	}
	return cur.opened()
}

func endTransaction(end func(*neorx.Transaction, context.Context) error) func(*conn, context.Context, ofTransaction) (string, any, error) {
	return func(c *conn, ctx context.Context, r ofTransaction) (string, any, error) {
		t, err := lookup[*transaction](c, r.TxID)
		if err != nil {
			return "", nil, err
		}
		return "Transaction", identified{t.id}, end(t.Transaction, ctx)
	}
}
