package session

import (
	"context"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// autoCommit runs each query on a connection of its own, as a statement that the server commits by itself.
type autoCommit struct {
	engine  *Engine
	work    *work // of the session; nil for the driver
	chain   *chain
	retried bool
}

func (a *autoCommit) policy() (retry.Policy, bool) { return a.engine.Retry, a.retried }

func (a *autoCommit) executions(q *Query) rx.Stream[*execution] {
	return rx.ConcatMap(rx.Call(a.chain.bookmarks), func(sent []string) rx.Stream[*execution] {
		return rx.ConcatMap(a.engine.connect(&q.settings, sent), func(c *pool.Conn) rx.Stream[*execution] {
			return track(a.work, c, a.execution(c, q, sent))
		})
	})
}

func (a *autoCommit) open(ctx context.Context, q *Query) (*execution, func(), error) {
	sent, err := a.chain.bookmarks(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := a.engine.lease(ctx, &q.settings, sent)
	if err != nil {
		return nil, nil, err
	}
	release, err := a.work.keep(c)
	if err != nil {
		return nil, nil, err
	}
	return a.execution(c, q, sent), release, nil
}

func (a *autoCommit) execution(c *pool.Conn, q *Query, sent []string) *execution {
	x := &execution{stream: q.settings.stream()}
	x.stream.OnBookmark = func(fresh string) { a.chain.note(sent, fresh) }
	x.start = func(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (*bolt.Stream, error) {
		return c.Bolt().Run(ctx, q.cypher, q.params, q.settings.tx(ctx, sent), cfg, dec)
	}
	x.settle = func(ctx context.Context, s *bolt.Stream, end error) error {
		err := conclude(ctx, s, end)
		a.chain.update(ctx)
		return undecided(q, s, err)
	}
	return x
}

// undecided marks the errors after which nobody knows whether the statement has taken effect: it was sent, and the server has not answered.
func undecided(q *Query, s *bolt.Stream, err error) error {
	if err == nil || s == nil || s.Decided() || q.settings.readOnly {
		return err
	}
	return &UndecidedError{Query: q.cypher, Err: err}
}
