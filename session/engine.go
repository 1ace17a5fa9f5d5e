package session

import (
	"context"
	"sync"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/routing"
)

// Engine is what sessions and driver-level queries run on. Fill the exported fields before the
// first use and leave them alone then; all methods are safe for concurrent use.
type Engine struct {
	// Router finds the connections.
	Router *routing.Router
	// Retry bounds the retries of managed work.
	Retry retry.Policy
	// FetchSize pins how many records a PULL asks for; 0 leaves that to the driver, bolt.All asks
	// for everything at once.
	FetchSize int64
	// Bookmarks chains all driver-level queries, so that each sees what those before it have
	// written; nil leaves them unchained.
	Bookmarks BookmarkManager
	// NoTelemetry keeps servers that ask from being told which part of the API is in use.
	NoTelemetry bool
	// NoAutoCommitRetry is the default of AutoCommitRetry, the other way round.
	NoAutoCommitRetry bool

	life    lifetime
	chained sync.Once
	chain   *chain // of the queries that use Bookmarks
}

// Session returns a session on this engine. Bad options are reported by whatever is done with it.
func (e *Engine) Session(opts ...SessionOption) *Session {
	s := &Session{engine: e, settings: with(e.defaults(), opts, SessionOption.applySession)}
	s.chain = newChain(s.settings.manager, s.settings.bookmarks)
	s.settings.named = nil // what a session decides is no option of its queries
	return s
}

// Request is what a session with these options asks the router for, for a driver that needs a
// connection to look at. The label says what for, where leases are listed.
func (e *Engine) Request(ctx context.Context, label string, opts ...SessionOption) (q routing.Request, err error) {
	s := e.Session(opts...)
	if err := s.settings.err(); err != nil {
		return q, err
	}
	bookmarks, err := s.chain.bookmarks(ctx)
	if err != nil {
		return q, err
	}
	return s.settings.route(bookmarks, label), nil
}

// Query returns a recipe for a managed transaction of one statement; see [Query].
func (e *Engine) Query(cypher string, params any, opts ...QueryOption) Query {
	set := e.defaults()
	set.manager = e.Bookmarks
	q := Query{cypher: cypher, params: params, settings: with(set, opts, QueryOption.applyQuery)}
	if q.settings.hold && q.settings.autoCommit {
		q.settings.problem("Hold and AutoCommit exclude each other: what is committed by the server cannot be held until then")
	}
	oneTrip := q.settings.readOnly && !q.settings.hold // what is held until COMMIT has one
	if links := e.links(&q.settings); q.settings.autoCommit || oneTrip {
		q.on = &autoCommit{engine: e, chain: links, retried: !q.settings.autoCommit}
	} else {
		q.on = &managed{e, links}
	}
	return q
}

func (e *Engine) defaults() *settings {
	return &settings{fetchSize: e.FetchSize, repeats: !e.NoAutoCommitRetry}
}

// links is the chain of a query. There is one for all that use the engine's manager, so that a
// bookmark which arrives late, while the connection of a cancelled query is being drained, gets to
// the manager with the next of them.
func (e *Engine) links(s *settings) *chain {
	if e.Bookmarks == nil || s.isNamed("WithBookmarkManager") {
		return newChain(s.manager, nil)
	}
	e.chained.Do(func() { e.chain = newChain(e.Bookmarks, nil) })
	return e.chain
}

// usage is a call of the API, to be reported to the servers that ask.
func (e *Engine) usage(api bolt.API) *bolt.Usage {
	if e.NoTelemetry {
		return nil
	}
	return &bolt.Usage{API: api}
}
