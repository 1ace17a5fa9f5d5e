package bolt

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// ErrResultOpen ends a result whose transaction was committed or rolled back before all of its rows were consumed.
var ErrResultOpen = errors.New("bolt: the transaction ended before the result was consumed")

// errTxOver is what a transaction is told that is not the connection's any more, where no better reason is known.
var errTxOver = errors.New("bolt: the transaction is over")

// Tx is the open transaction of a connection. Its methods are safe for concurrent use. Once it is over, by whatever end, nothing is
// sent for it any more, even if the connection serves somebody else by then.
type Tx struct {
	// OnBookmark, if set, gets the bookmark once the server has committed, also where Commit's context has ended before; as with
	// StreamConfig.OnBookmark. Set it before Commit.
	OnBookmark func(bookmark string)

	c *Conn

	// Guarded by c.mu.
	database string // what the answer to BEGIN has told
	cause    error  // why it is over
	ending   bool   // COMMIT or ROLLBACK is what comes next
}

// Begin opens a transaction and waits for the server's answer.
func (c *Conn) Begin(ctx context.Context, cfg TxConfig) (*Tx, error) {
	tx := &Tx{c: c}
	reply := tx.begin()
	if err := c.send(ctx, append(c.report(cfg.Usage), sending{&Begin{TxConfig: cfg}, reply})...); err != nil {
		return nil, err
	}
	if err := reply.wait(ctx); err != nil {
		return nil, err
	}
	return tx, nil
}

// BeginRun opens a transaction, runs its first statement and pulls, all in one write, and does not wait for the answers: refusals are told by
// the stream.
func (c *Conn) BeginRun(ctx context.Context, cfg TxConfig, query string, parameters any, sc StreamConfig, dec records.Decoder) (*Tx, *Stream, error) {
	tx := &Tx{c: c}
	s := c.newStream(query, parameters, sc, dec)
	run := &Run{Query: query, Params: parameters}
	err := c.send(ctx, append(c.report(cfg.Usage), sending{&Begin{TxConfig: cfg}, tx.begin()}, sending{run, runReply{s}}, s.firstPull())...)
	if err != nil && !s.sent {
		return nil, nil, err
	}
	return tx, s, nil
}

// begin is the reply to BEGIN.
func (t *Tx) begin() *call {
	reply := t.c.call((*begun)(t))
	reply.tx = t
	return reply
}

// begun is a transaction that learns from BEGIN's reply; the connection's mutex is held.
type begun Tx

// Decode reads the metadata of the SUCCESS.
func (t *begun) Decode(r *packstream.Reader, c *Capabilities) error {
	var m BeginSuccess
	err := m.Decode(r, c)
	t.database = m.Database
	return err
}

// Run sends a statement of the transaction together with its first PULL; see [Conn.Run]. Before Bolt 4.0, where a transaction has one result at a
// time, what is left of the one before is read into memory first, up to 64 MiB; beyond that it is a *records.UsageError.
func (t *Tx) Run(ctx context.Context, query string, parameters any, cfg StreamConfig, dec records.Decoder) (*Stream, error) {
	if err := t.makeRoom(ctx); err != nil {
		return nil, err
	}
	s := t.c.newStream(query, parameters, cfg, dec)
	if err := t.c.sendIf(ctx, t.running, sending{&Run{Query: query, Params: parameters}, runReply{s}}, s.firstPull()); err != nil && !s.sent {
		return nil, err
	}
	return s, nil
}

// open is called with c.mu held.
func (t *Tx) open() error {
	if t.c.tx == t {
		return nil
	}
	return cmp.Or(t.cause, errTxOver)
}

// running is open for what COMMIT or ROLLBACK would find unfinished.
func (t *Tx) running() error {
	if t.ending {
		return cmp.Or(t.cause, errTxOver)
	}
	return t.open()
}

// Interrupt is [Conn.Interrupt] as long as the transaction is the open one of its connection; later it does nothing.
func (t *Tx) Interrupt(cause error) {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	if t.c.tx == t {
		t.c.interrupt(cause)
	}
}

// Commit commits, after discarding what is left of open results. unknown is true when nobody knows whether the transaction was committed: the
// connection was lost or the context has ended between sending COMMIT and its reply.
func (t *Tx) Commit(ctx context.Context) (bookmark string, unknown bool, err error) {
	if err := t.discardOpen(ctx); err != nil {
		return "", false, err
	}
	var committed CommitSuccess
	reply := t.c.call(&committed)
	reply.ends = t
	reply.then = func() {
		if t.OnBookmark != nil && committed.Bookmark != "" {
			t.OnBookmark(committed.Bookmark)
		}
	}
	err = t.c.sendIf(ctx, t.open, sending{&Commit{}, reply})
	if err == nil {
		err = reply.wait(ctx)
	}
	if err == nil {
		return committed.Bookmark, false, nil
	}
	var refused *ServerError
	return "", reply.sent && !errors.As(err, &refused), err
}

// Rollback rolls back, after discarding what is left of open results. Where the server has failed the transaction already, or it is over, there is
// nothing to do.
func (t *Tx) Rollback(ctx context.Context) error {
	if t.over() {
		return nil
	}
	if err := t.discardOpen(ctx); err != nil || t.over() {
		return err
	}
	reply := t.c.call(nil)
	reply.ends = t
	if err := t.c.sendIf(ctx, t.open, sending{&Rollback{}, reply}); err != nil {
		return err
	}
	return reply.wait(ctx)
}

// over reports whether there is nothing left to roll back.
func (t *Tx) over() bool {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	return t.c.tx != t || t.c.failure != nil
}

// discardOpen ends the results that are still open and lets nobody begin another, so that COMMIT and ROLLBACK find none. How they end does not
// matter: after a failure the server ignores COMMIT, and says why.
func (t *Tx) discardOpen(ctx context.Context) error {
	t.c.mu.Lock()
	if err := t.open(); err != nil {
		t.c.mu.Unlock()
		return err
	}
	t.ending = true
	open := slices.Clone(t.c.streams)
	for _, s := range open {
		s.cut(ErrResultOpen)
	}
	t.c.mu.Unlock()
	for _, s := range open {
		if err := s.finish(ctx); err != nil {
			return err
		}
	}
	return nil
}
