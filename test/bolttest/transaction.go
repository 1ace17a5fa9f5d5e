package bolttest

import (
	"context"

	"github.com/neorx/neorx/bolt"
)

// transaction is an open one, with its open results.
type transaction struct {
	*Tx
	ctx     context.Context
	cancel  context.CancelFunc
	results map[int64]*rows
	last    int64 // the number of the last RUN; -1 before the first
}

func (c *conn) newTransaction(config bolt.TxConfig, explicit bool) *transaction {
	tx := &transaction{
		Tx: &Tx{TxConfig: config, Explicit: explicit, Session: c.session}, results: map[int64]*rows{}, last: -1,
	}
	ctx := c.epoch.context()
	if config.HasTimeout && config.Timeout > 0 {
		tx.ctx, tx.cancel = context.WithTimeout(ctx, config.Timeout)
	} else {
		tx.ctx, tx.cancel = context.WithCancel(ctx)
	}
	return tx
}

func (c *conn) begin(m *bolt.Begin) {
	tx := c.newTransaction(m.TxConfig, true)
	if err := c.server.cfg.onBegin(tx.ctx, tx.Tx); err != nil {
		failure := reported(tx.ctx, err, codeUnknown)
		tx.cancel()
		c.fail(failure)
		return
	}
	c.tx, c.state = tx, inTransaction
	c.reply(&bolt.BeginSuccess{Database: c.home(m.TxConfig)})
}

// home is the home database, for requests that name none.
func (c *conn) home(config bolt.TxConfig) string {
	switch cfg := c.server.cfg; {
	case config.Database != "":
		return ""
	case cfg.home != nil:
		return cfg.home(c.session, config)
	default:
		return cfg.database
	}
}

func (c *conn) commit() {
	tx := c.tx
	tx.closeResults()
	if terminated := termination(tx.ctx); terminated != nil {
		c.fail(terminated)
		return
	}
	c.tx = nil
	defer tx.cancel()
	bookmark, err := c.server.cfg.onCommit(tx.ctx, tx.Tx)
	if err != nil {
		c.fail(reported(tx.ctx, err, codeUnknown))
		return
	}
	c.state = ready
	c.reply(&bolt.CommitSuccess{Bookmark: c.server.bookmark(bookmark)})
}

func (c *conn) rollback() {
	if err := c.endTransaction(); err != nil {
		c.fail(reported(c.epoch.context(), err, codeUnknown))
		return
	}
	c.state = ready
	c.reply(bolt.Success{})
}

// endTransaction ends what is open, and rolls an explicit transaction back.
func (c *conn) endTransaction() error {
	tx := c.tx
	if tx == nil {
		return nil
	}
	c.tx = nil
	tx.closeResults()
	tx.cancel()
	if !tx.Explicit {
		return nil
	}
	return c.server.cfg.onRollback(context.WithoutCancel(tx.ctx), tx.Tx)
}

func (tx *transaction) closeResults() {
	for qid, r := range tx.results {
		r.close()
		delete(tx.results, qid)
	}
}

// find returns the open result with this number, or that of the last RUN.
func (tx *transaction) find(qid int64) (*rows, bool) {
	if qid == bolt.LastRun {
		qid = tx.last
	}
	r, ok := tx.results[qid]
	return r, ok
}
