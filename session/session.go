package session

import (
	"context"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/bolt"
)

// Session is a causal chain of work on one database: each query and transaction sees what those
// before it have written. It holds no connection, and forgetting to close it leaks nothing. It is
// safe for concurrent use: queries that run at the same time have a connection each.
type Session struct {
	engine   *Engine
	settings settings
	chain    *chain
	work     work
	home     home
}

// Query returns a recipe for an auto-commit statement; see [Query].
func (s *Session) Query(cypher string, params any, opts ...QueryOption) Query {
	q := Query{cypher: cypher, params: params, settings: with(&s.settings, opts, QueryOption.applyQuery)}
	q.settings.refuse("a query of a session", func(option string) bool { return option == "WithBookmarkManager" || isDelivery(option) })
	q.on = &autoCommit{engine: s.engine, work: &s.work, chain: s.chain}
	if !q.settings.isNamed("Impersonate") && !q.settings.isNamed("Auth") { // another user's home is another one
		q.home = &s.home
	}
	return q
}

// Begin opens a transaction and waits for the server's answer. Commit, Rollback or Close ends it;
// whoever begins one closes it.
func (s *Session) Begin(ctx context.Context, opts ...TxOption) (*Transaction, error) {
	set := with(&s.settings, opts, TxOption.applyTx)
	set.refuse("a transaction that you commit yourself", isDelivery)
	if err := set.err(); err != nil {
		return nil, err
	}
	return s.begin(ctx, &set, s.engine.usage(bolt.ExplicitTransaction), "transaction")
}

func (s *Session) bound(opts []rxgo.Option) []rxgo.Option { return s.engine.bound(&s.work, opts) }

// LastBookmarks returns what the next work of the session will wait for: what the session started
// with, and then what its work has returned. It works on a closed session too.
func (s *Session) LastBookmarks() []string { return s.chain.last() }

// Close ends everything that still runs on the session with [ErrClosed], at once: open results end
// with that error, open transactions roll back. It waits for nothing; the connections are cleaned
// up behind it. Further calls do nothing.
func (s *Session) Close() error {
	s.work.close()
	return nil
}
