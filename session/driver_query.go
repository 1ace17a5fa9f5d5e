package session

import (
	"context"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// managed runs each query of the driver as a transaction of its own: BEGIN, RUN and PULL in one write, and a COMMIT behind the last row.
type managed struct {
	engine *Engine
	chain  *chain
}

func (m *managed) policy() (retry.Policy, bool) { return m.engine.Retry, true }

func (m *managed) executions(q *Query) rx.Stream[*execution] {
	return rx.ConcatMap(rx.Call(m.chain.bookmarks), func(sent []string) rx.Stream[*execution] {
		return rx.Map(m.engine.connect(&q.settings, sent), func(c *pool.Conn) *execution {
			return m.execution(c, q, sent)
		})
	})
}

func (m *managed) open(ctx context.Context, q *Query) (*execution, func(), error) {
	sent, err := m.chain.bookmarks(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := m.engine.lease(ctx, &q.settings, sent)
	if err != nil {
		return nil, nil, err
	}
	return m.execution(c, q, sent), c.Release, nil
}

// execution commits after the last row, and when the consumer stops: it is one statement, which Take does not undo. After an error the
// connection is given back as it is, and the pool's RESET rolls back.
func (m *managed) execution(c *pool.Conn, q *Query, sent []string) *execution {
	var tx *bolt.Tx
	x := &execution{stream: q.settings.stream()}
	x.start = func(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (s *bolt.Stream, err error) {
		tx, s, err = c.Bolt().BeginRun(ctx, q.settings.tx(ctx, sent), q.cypher, q.params, cfg, dec)
		return s, err
	}
	x.settle = func(ctx context.Context, s *bolt.Stream, end error) error {
		if err := conclude(ctx, s, end); err != nil {
			return err
		}
		return commit(ctx, tx, m.chain, sent)
	}
	return x
}

// commit commits tx and chains its bookmark.
func commit(ctx context.Context, tx *bolt.Tx, chain *chain, sent []string) error {
	bookmark, unknown, err := tx.Commit(ctx)
	switch {
	case unknown:
		return &CommitUnknownError{Err: err}
	case err != nil:
		return err
	}
	chain.note(sent, bookmark)
	chain.update(ctx)
	return nil
}
