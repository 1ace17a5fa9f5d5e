package bolttest

import (
	"cmp"
	"context"
	"strings"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// run asks the handler, and opens the result.
func (c *conn) run(m *bolt.Run) {
	tx := c.tx
	if tx == nil {
		tx = c.newTransaction(m.TxConfig, false)
	}
	ctx, cancel := context.WithCancel(tx.ctx)
	result, err := c.handle(ctx, m, tx)
	if err != nil || ctx.Err() != nil {
		failure := reported(ctx, err, codeUnknown)
		cancel()
		if tx != c.tx {
			tx.cancel()
		}
		c.fail(failure)
		return
	}
	tx.last++
	tx.results[tx.last] = openRows(ctx, cancel, result, tx.last)
	success := &bolt.RunSuccess{Fields: result.Keys, HasTFirst: true, TFirst: max(0, result.Summary.ResultAvailableAfter), QID: tx.last}
	if !tx.Explicit {
		c.state, success.QID, success.Database = streaming, bolt.LastRun, c.home(tx.TxConfig)
	}
	c.tx = tx
	c.reply(success)
}

// routingProcedure is what Bolt up to 4.2 has in the place of ROUTE.
func (c *conn) routingProcedure() string {
	if c.caps.Databases {
		return "CALL dbms.routing.getRoutingTable("
	}
	return "CALL dbms.cluster.routing.getRoutingTable("
}

func (c *conn) handle(ctx context.Context, m *bolt.Run, tx *transaction) (*Result, error) {
	params, _ := m.Params.(map[string]any)
	if !c.caps.Route && strings.HasPrefix(m.Query, c.routingProcedure()) {
		return c.routingTable(ctx, params, tx)
	}
	result, err := c.server.handler(ctx, &Query{Text: m.Query, Params: params, Tx: tx.Tx})
	if result == nil {
		result = &Result{}
	}
	if (err != nil || ctx.Err() != nil) && result.Close != nil { // it will not be opened
		result.Close()
	}
	return result, err
}

// pull sends the next n rows.
func (c *conn) pull(n, qid int64) {
	c.stream(n, qid, func(row row) error {
		c.row.Values = row.values
		return c.send(&c.row)
	})
}

// discard drops the next n rows; all of them without asking the sequence for them.
func (c *conn) discard(n, qid int64) {
	if n != bolt.All {
		c.stream(n, qid, func(row) error { return nil })
		return
	}
	if r, ok := c.tx.find(qid); ok {
		c.finish(r, true)
		return
	}
	c.noSuchStatement(qid)
}

func (c *conn) noSuchStatement(qid int64) {
	c.fail(invalid("No such statement: %d", qid))
}

// stream hands the next n rows to deliver, and replies.
func (c *conn) stream(n, qid int64, deliver func(row) error) {
	r, ok := c.tx.find(qid)
	if !ok {
		c.noSuchStatement(qid)
		return
	}
	for ; n != 0; n-- { // All never gets there
		row := r.take()
		if !row.ok {
			c.finish(r, false)
			return
		}
		if row.err == nil && r.ctx.Err() == nil {
			row.err = deliver(row)
		}
		if row.err != nil || r.ctx.Err() != nil {
			c.fail(reported(r.ctx, row.err, codeUnknown))
			return
		}
	}
	if !c.server.cfg.noPeek && !r.peek().ok {
		c.finish(r, false)
		return
	}
	c.reply(&bolt.StreamSuccess{HasMore: true})
}

// finish closes a result and sends its summary. The transaction of an auto-commit query ends with it.
func (c *conn) finish(r *rows, discarded bool) {
	if terminated := termination(r.ctx); terminated != nil {
		c.fail(terminated)
		return
	}
	tx := c.tx
	delete(tx.results, r.qid)
	r.close()
	success := &bolt.StreamSuccess{Summary: c.summary(r, discarded), Metadata: r.Metadata}
	if !tx.Explicit {
		bookmark, err := c.server.cfg.onAutoCommit(tx.ctx, tx.Tx)
		if err != nil {
			c.fail(reported(tx.ctx, err, codeUnknown))
			return
		}
		success.Bookmark = c.server.bookmark(cmp.Or(bookmark, r.Bookmark))
		c.state = ready
		_ = c.endTransaction() // which has no hook to fail
	}
	if err := c.send(success); err != nil {
		c.fail(reported(context.Background(), err, codeUnknown))
	}
}

// summary completes what the result says about itself.
func (c *conn) summary(r *rows, discarded bool) *records.Summary {
	s := r.Summary
	s.Database = cmp.Or(s.Database, c.tx.Database, c.home(c.tx.TxConfig))
	if s.QueryType == records.QueryTypeUnknown {
		s.QueryType = records.QueryTypeRead
		if s.Counters != (records.Counters{}) {
			s.QueryType = records.QueryTypeReadWrite
		}
	}
	if len(s.Statuses) == 0 {
		var outcome records.Summary
		outcome.Finish(r.seen, len(r.Keys) > 0, discarded, false)
		s.Statuses = outcome.Statuses
	}
	return &s
}
