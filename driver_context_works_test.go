package neorx_test

import (
	"context"
	"strings"
	"testing"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

// workbench is what work is done with.
type workbench struct {
	driver *neorx.Driver
	params map[string]any
}

// session names its database, so that no router is asked for it.
func (w *workbench) session() *neorx.Session { return w.driver.Session(neorx.Database("neo4j")) }

// call is something that waits.
type call func(ctx context.Context) error

// work is a kind of call. What it needs first, it does before the outage comes, in begin.
type work struct {
	name  string
	open  bool // it needs a connection that is there
	begin func(t testing.TB, w *workbench) call
}

func answers(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	if q.Text == "many" {
		return bolttest.Range("n", 1, 100_000), nil
	}
	return bolttest.Column("n", 1), nil
}

// query is work of a query that needs nothing else.
func query(name string, opts []neorx.QueryOption, do func(ctx context.Context, q neorx.Query) error) work {
	return work{name: name, begin: func(_ testing.TB, w *workbench) call {
		q := w.driver.Query("one", w.params, append(opts, neorx.Database("neo4j"))...)
		return func(ctx context.Context) error { return do(ctx, q) }
	}}
}

// inTransaction is work with an open transaction.
func inTransaction(name string, do func(ctx context.Context, tx *neorx.Transaction, w *workbench) error) work {
	return work{name: name, open: true, begin: func(t testing.TB, w *workbench) call {
		tx, err := w.session().Begin(t.Context())
		require.NoError(t, err)
		return func(ctx context.Context) error { return do(ctx, tx, w) }
	}}
}

// withResult is work with an open result of many records, of which there has been one PULL.
func withResult(name string, do func(ctx context.Context, r *neorx.Result) error) work {
	return work{name: name, open: true, begin: func(t testing.TB, w *workbench) call {
		r, err := w.session().Query("many", nil).Open(t.Context())
		require.NoError(t, err)
		return func(ctx context.Context) error { return do(ctx, r) }
	}}
}

// ofDriver is work that needs just a driver.
func ofDriver(name string, do func(ctx context.Context, w *workbench) error) work {
	return work{name: name, begin: func(_ testing.TB, w *workbench) call {
		return func(ctx context.Context) error { return do(ctx, w) }
	}}
}

// busy is work on a driver that has an open transaction.
func busy(name string, do func(ctx context.Context, d *neorx.Driver) error) work {
	return inTransaction(name, func(ctx context.Context, _ *neorx.Transaction, w *workbench) error {
		return do(ctx, w.driver)
	})
}

func exec(ctx context.Context, q neorx.Query) error {
	_, err := q.Exec(ctx)
	return err
}

func ignore[T any](T) error { return nil }

var works = []work{
	query("Driver.Query, read", []neorx.QueryOption{neorx.ReadOnly()}, exec),
	query("Driver.Query, write", nil, exec),
	query("Driver.Query, AutoCommit", []neorx.QueryOption{neorx.AutoCommit()}, exec),
	query("Query.Collect", nil, func(ctx context.Context, q neorx.Query) error {
		_, _, err := q.Collect(ctx)
		return err
	}),
	query("Query.Open", nil, func(ctx context.Context, q neorx.Query) error {
		_, err := q.Open(ctx)
		return err
	}),
	query("Query.Records", nil, func(ctx context.Context, q neorx.Query) error {
		for item := range q.Records().Observe(rxgo.WithContext(ctx)) {
			if item.E != nil {
				return item.E
			}
		}
		return nil
	}),
	query("One", nil, func(ctx context.Context, q neorx.Query) error {
		_, err := neorx.One[int](ctx, q)
		return err
	}),
	query("List", nil, func(ctx context.Context, q neorx.Query) error {
		_, err := neorx.List[int](ctx, q)
		return err
	}),
	ofDriver("Session.Query", func(ctx context.Context, w *workbench) error {
		return exec(ctx, w.session().Query("one", w.params))
	}),
	ofDriver("Session.Begin", func(ctx context.Context, w *workbench) error {
		_, err := w.session().Begin(ctx)
		return err
	}),
	ofDriver("ReadTx", func(ctx context.Context, w *workbench) error {
		_, err := neorx.ReadTx(ctx, w.session(), inTx(w))
		return err
	}),
	ofDriver("WriteTx", func(ctx context.Context, w *workbench) error {
		_, err := neorx.WriteTx(ctx, w.session(), inTx(w))
		return err
	}),
	ofDriver("ReadStream", func(ctx context.Context, w *workbench) error {
		return neorx.ReadStream(w.session(), streamed(w)).ForEach(ctx, ignore)
	}),
	ofDriver("WriteStream", func(ctx context.Context, w *workbench) error {
		return neorx.WriteStream(w.session(), streamed(w)).ForEach(ctx, ignore)
	}),
	inTransaction("Transaction.Query", func(ctx context.Context, tx *neorx.Transaction, w *workbench) error {
		return exec(ctx, tx.Query("one", w.params))
	}),
	inTransaction("Transaction.Commit", func(ctx context.Context, tx *neorx.Transaction, _ *workbench) error {
		return tx.Commit(ctx)
	}),
	inTransaction("Transaction.Rollback", func(ctx context.Context, tx *neorx.Transaction, _ *workbench) error {
		return tx.Rollback(ctx)
	}),
	inTransaction("Transaction.Close", func(ctx context.Context, tx *neorx.Transaction, _ *workbench) error {
		return tx.Close(ctx)
	}),
	withResult("Result.Stream", func(ctx context.Context, r *neorx.Result) error {
		return r.Stream().ForEach(ctx, ignore)
	}),
	withResult("Result.Stream, Take", func(ctx context.Context, r *neorx.Result) error {
		return r.Stream().Take(10).ForEach(ctx, ignore)
	}),
	withResult("Result.Summary", func(ctx context.Context, r *neorx.Result) error {
		_, err := r.Summary(ctx)
		return err
	}),
	withResult("Result.Close", func(ctx context.Context, r *neorx.Result) error { return r.Close(ctx) }),
	ofDriver("VerifyConnectivity", func(ctx context.Context, w *workbench) error {
		return w.driver.VerifyConnectivity(ctx)
	}),
	ofDriver("VerifyAuthentication", func(ctx context.Context, w *workbench) error {
		_, err := w.driver.VerifyAuthentication(ctx, neorx.BasicAuth("alice", "wonderland"))
		return err
	}),
	ofDriver("GetServerInfo", func(ctx context.Context, w *workbench) error {
		_, err := w.driver.GetServerInfo(ctx)
		return err
	}),
	ofDriver("RoutingTable", func(ctx context.Context, w *workbench) error {
		_, err := w.driver.RoutingTable(ctx, "movies")
		return err
	}),
	ofDriver("RefreshRoutingTable", func(ctx context.Context, w *workbench) error {
		_, err := w.driver.RefreshRoutingTable(ctx, "")
		return err
	}),
	busy("the pool is empty", func(ctx context.Context, d *neorx.Driver) error {
		return exec(ctx, d.Query("one", nil, neorx.Database("neo4j")))
	}),
	{name: "Session.Close", open: true, begin: func(t testing.TB, w *workbench) call {
		s := w.session()
		_, err := s.Begin(t.Context())
		require.NoError(t, err)
		return func(context.Context) error { return s.Close() }
	}},
	busy("Driver.Close", func(ctx context.Context, d *neorx.Driver) error { return d.Close(ctx) }),
	busy("Driver.Shutdown", func(ctx context.Context, d *neorx.Driver) error { return d.Shutdown(ctx) }),
}

func inTx(w *workbench) func(context.Context, *neorx.Transaction) (int, error) {
	return func(ctx context.Context, tx *neorx.Transaction) (int, error) {
		return neorx.One[int](ctx, tx.Query("one", w.params))
	}
}

func streamed(w *workbench) func(*neorx.Transaction) neorx.Stream[int] {
	return func(tx *neorx.Transaction) neorx.Stream[int] { return neorx.As[int](tx.Query("one", w.params)) }
}

// large is a parameter of 1 MiB.
var large = map[string]any{"text": strings.Repeat("x", 1<<20)}
