package session

import (
	"context"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
)

// Router chooses the server for a unit of work. [routing.Router] is the real one.
type Router interface {
	// Route is a stream of one address, chosen when it is run.
	Route(q routing.Request) rx.Stream[pool.Address]
}

// Engine is what sessions and driver-level queries run on. Fill the exported fields before the first use and leave them alone then; all
// methods are safe for concurrent use.
type Engine struct {
	Router Router
	Pool   *pool.Pool
	// Retry bounds the retries of managed work.
	Retry retry.Policy
	// FetchSize pins how many records a PULL asks for; 0 leaves that to the driver, bolt.All asks for everything at once.
	FetchSize int64
	// Bookmarks chains all driver-level queries, so that each sees what those before it have written; nil leaves them unchained.
	Bookmarks BookmarkManager
}

// Session returns a session on this engine.
func (e *Engine) Session(opts ...SessionOption) *Session {
	s := &Session{engine: e, settings: settings{fetchSize: e.FetchSize}}
	for _, o := range opts {
		o.applySession(&s.settings)
	}
	s.chain = newChain(s.settings.manager, s.settings.bookmarks)
	s.settings.routed = nil // what a session decides is no option of its queries
	return s
}

// Query returns a recipe for a managed transaction of one statement; see [Query].
func (e *Engine) Query(cypher string, params any, opts ...QueryOption) Query {
	q := Query{cypher: cypher, params: params, settings: settings{fetchSize: e.FetchSize, manager: e.Bookmarks}}
	q.apply(opts)
	links := newChain(q.settings.manager, nil)
	q.on = &managed{e, links}
	if q.settings.autoCommit || q.settings.readOnly {
		q.on = &autoCommit{engine: e, chain: links, retried: q.settings.readOnly && !q.settings.autoCommit}
	}
	return q
}

// connect is a stream of one connection to a server that fits, which is given back when the run has ended.
func (e *Engine) connect(s *settings, bookmarks []string) rx.Stream[*pool.Conn] {
	return rx.ConcatMap(e.Router.Route(s.route(bookmarks)), func(a pool.Address) rx.Stream[*pool.Conn] {
		return e.Pool.Acquire(a, s.lease())
	})
}

// lease is connect for what outlives a run: the caller releases the connection. Getting it is no part of a stream, which would lose it if the context
// ended between getting and emitting.
func (e *Engine) lease(ctx context.Context, s *settings, bookmarks []string) (*pool.Conn, error) {
	a, err := e.Router.Route(s.route(bookmarks)).First(ctx)
	if err != nil {
		return nil, err
	}
	return e.Pool.Get(ctx, a, s.lease())
}
