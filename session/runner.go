package session

import (
	"context"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
)

// runner is where queries run. There are three: managed is the driver's, autoCommit the session's
// and that of queries of the driver which the server commits by itself, and inTransaction.
type runner interface {
	// ready returns an execution that can begin; whoever asks for it calls its release.
	ready(ctx context.Context, q *Query) (*execution, error)
	// policy tells how an execution is retried; ok is false where it is not.
	policy() (p retry.Policy, ok bool)
	// bound adds to the options of an observation what ends it.
	bound(opts []rxgo.Option) []rxgo.Option
	// usage is what each observation reports to servers that ask; nil is nothing.
	usage() *bolt.Usage
}

// managed runs each query of the driver as a transaction of its own: BEGIN, RUN and PULL in one
// write, and a COMMIT behind the last row.
type managed struct {
	engine *Engine
	chain  *chain
}

func (m *managed) policy() (retry.Policy, bool) { return m.engine.Retry, true }

func (m *managed) bound(opts []rxgo.Option) []rxgo.Option { return m.engine.bound(nil, opts) }

func (m *managed) usage() *bolt.Usage { return m.engine.usage(bolt.DriverQuery) }

// ready makes an execution that commits after the last row, and when the consumer stops: it is one
// statement, which Take does not undo. After an error the connection is given back as it is, and
// the pool's RESET rolls back.
func (m *managed) ready(ctx context.Context, q *Query) (*execution, error) {
	sent, err := m.chain.bookmarks(ctx)
	if err != nil {
		return nil, err
	}
	l, err := m.engine.lease(ctx, nil, q.home, &q.settings, sent, q.cypher)
	if err != nil {
		return nil, err
	}
	var tx *bolt.Tx
	x := &execution{lease: l, release: l.release, stream: q.settings.stream(), access: effectOf(&q.settings)}
	x.start = func(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (s *bolt.Stream, err error) {
		tx, s, err = l.bolt().BeginRun(ctx, q.tx(ctx, l, sent), q.cypher, q.params, cfg, dec)
		return s, err
	}
	x.told = func(*bolt.Stream) string { return tx.Database() }
	x.settle = func(ctx context.Context, s *bolt.Stream, end error) error {
		if err := conclude(ctx, l, s, end); err != nil {
			return err
		}
		return commit(ctx, l, tx, m.chain, sent, q.settings.readOnly)
	}
	return x, nil
}

// commit commits tx and chains its bookmark. Where the server's answer is lost, nobody needs to
// know whether one that only reads was committed: such work can be repeated.
func commit(ctx context.Context, l *lease, tx *bolt.Tx, chain *chain, sent []string, readOnly bool) error {
	tx.OnBookmark = func(fresh string) { chain.note(sent, fresh) }
	_, unknown, err := tx.Commit(ctx)
	chain.update(ctx)
	if err = l.judge(err); unknown && !readOnly {
		return &CommitUnknownError{Err: err}
	}
	return err
}

// autoCommit runs each query on a connection of its own, as a statement that the server commits by
// itself.
type autoCommit struct {
	engine  *Engine
	work    *work // of the session; nil for the driver
	chain   *chain
	retried bool
}

func (a *autoCommit) policy() (retry.Policy, bool) { return a.engine.Retry, a.retried }

func (a *autoCommit) bound(opts []rxgo.Option) []rxgo.Option { return a.engine.bound(a.work, opts) }

func (a *autoCommit) usage() *bolt.Usage {
	if a.retried {
		return a.engine.usage(bolt.DriverQuery)
	}
	return a.engine.usage(bolt.AutoCommit)
}

func (a *autoCommit) ready(ctx context.Context, q *Query) (*execution, error) {
	sent, err := a.chain.bookmarks(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.engine.lease(ctx, a.work, q.home, &q.settings, sent, q.cypher)
	if err != nil {
		return nil, err
	}
	x := &execution{lease: l, release: l.release, stream: q.settings.stream(), repeats: q.settings.repeats}
	if x.access = effectOf(&q.settings); a.work != nil && x.access == expendable {
		x.access = awaited
	}
	x.stream.OnBookmark = func(fresh string) { a.chain.note(sent, fresh) }
	x.start = func(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (*bolt.Stream, error) {
		return l.bolt().Run(ctx, q.cypher, q.params, q.tx(ctx, l, sent), cfg, dec)
	}
	x.told = (*bolt.Stream).Database
	x.settle = func(ctx context.Context, s *bolt.Stream, end error) error {
		err := conclude(ctx, l, s, end)
		a.chain.update(ctx)
		return outcome(q, s, err)
	}
	return x, nil
}

// outcome adds to an error what is known about a statement that may have written: an error as it is
// means that it has taken no effect.
func outcome(q *Query, s *bolt.Stream, err error) error {
	switch {
	case err == nil, s == nil, q.settings.readOnly:
		return err
	case s.Succeeded():
		return &CommittedError{Query: q.cypher, Err: err}
	case !s.Decided():
		return &UndecidedError{Query: q.cypher, Err: err}
	}
	return err
}
