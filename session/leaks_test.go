package session_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/rx/rxtest"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// querySource is a query on a server in memory: what it can hold is a connection of the pool.
type querySource struct {
	t        *testing.T
	fixture  *fixture
	query    func(cypher string, params any) session.Query
	lifetime context.Context //nolint:containedctx // rxtest wants it
	end      context.CancelFunc
}

// counted answers with as many numbers as it is asked for, and then ends as it is asked to.
func counted(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	n, _ := q.Params["n"].(int64)
	result := bolttest.Range("x", 0, n-1)
	switch end, _ := q.Params["end"].(int64); rxtest.End(end) {
	case rxtest.Complete:
	case rxtest.Fail:
		return result.Then(bolttest.Failure("Neo.ClientError.Statement.ArithmeticError", "/ by zero")), nil
	case rxtest.Hang:
		return bolttest.Seq(result.Keys, func(yield func([]any, error) bool) {
			for row, err := range result.Rows {
				if !yield(row, err) {
					return
				}
			}
			<-ctx.Done()
		}), nil
	}
	return result, nil
}

func (s *querySource) Stream(n int, end rxtest.End) rx.Stream[int] {
	return rx.Map(s.query("NUMBERS", map[string]any{"n": n, "end": int(end)}).Stream(), func(r *records.Record) int {
		x, _ := r.At(0).AsInt()
		return int(x)
	})
}

func (s *querySource) Lifetime() context.Context { return s.lifetime }

func (s *querySource) Close() {
	s.end()
	s.fixture.Engine.Close()
	require.NoError(s.t, s.fixture.Pool.Close(context.Background()))
}

func (s *querySource) Held() int {
	synctest.Wait() // for clean-ups, which wait for nothing but the server's answer
	stats := s.fixture.Pool.Stats().Total
	return stats.InUse + stats.CleaningUp
}

// TestNoObservationKeepsAConnection puts queries under every operator, and ends each observation in
// every way.
func TestNoObservationKeepsAConnection(t *testing.T) {
	from := map[string]func(f *fixture) func(string, any) session.Query{
		"driver, write": func(f *fixture) func(string, any) session.Query {
			return func(cypher string, params any) session.Query { return f.Query(cypher, params) }
		},
		"driver, read": func(f *fixture) func(string, any) session.Query {
			return func(cypher string, params any) session.Query { return f.Query(cypher, params, session.ReadOnly()) }
		},
		"session": func(f *fixture) func(string, any) session.Query {
			s := f.Session()
			return func(cypher string, params any) session.Query { return s.Query(cypher, params) }
		},
	}
	for name, query := range from {
		t.Run(name, func(t *testing.T) {
			rxtest.Matrix(t, func(t *testing.T) rxtest.Source {
				f := newFixture(t, setup{handler: counted})
				s := &querySource{t: t, fixture: f, query: query(f)}
				s.lifetime, s.end = context.WithCancel(context.Background())
				return s
			})
		})
	}
}

// TestClosingEndsAbandonedObservations: a channel that nobody reads looks like a slow reader, until
// what it reads from is closed.
func TestClosingEndsAbandonedObservations(t *testing.T) {
	ways := map[string]struct {
		close func(f *fixture, s *session.Session) error
		want  error
	}{
		"session": {func(_ *fixture, s *session.Session) error { return s.Close() }, session.ErrClosed},
		"driver": {func(f *fixture, _ *session.Session) error {
			f.Engine.Close()
			return f.Pool.Close(context.Background())
		}, pool.ErrClosed},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{handler: counted}, func(t *testing.T, f *fixture) {
				s := f.Session()
				many := map[string]any{"n": 100_000}
				tx, err := s.Begin(t.Context())
				require.NoError(t, err)
				result, err := s.Query("NUMBERS", many).Open(t.Context())
				require.NoError(t, err)
				abandoned := map[string]<-chan item{
					"records":     observed(s.Query("NUMBERS", many).Records()),
					"batches":     observed(s.Query("NUMBERS", many).Batches(10)),
					"transaction": observed(tx.Query("NUMBERS", many).Records()),
					"result":      observed(result.Records()),
				}
				synctest.Wait()
				require.Equal(t, 4, f.Pool.Stats().Total.InUse)
				require.NoError(t, way.close(f, s))
				synctest.Wait()
				assert.Zero(t, f.Pool.Stats().Total.InUse)
				for what, items := range abandoned {
					var last item
					for last = range items {
					}
					assert.ErrorIs(t, last.E, way.want, what)
				}
			})
		})
	}
}

type item = rxgo.Item

func observed(o rxgo.Observable) <-chan item { return o.Observe() }
