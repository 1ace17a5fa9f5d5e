package integration_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
)

// pausedWork is a kind of call, and what it needs before the server is paused.
type pausedWork struct {
	name  string
	begin func(t *testing.T, d *neorx.Driver) func(ctx context.Context) error
}

// text is a parameter of some mebibytes, more than sockets hold.
var text = map[string]any{"text": strings.Repeat("x", 16<<20)}

func execute(ctx context.Context, q neorx.Query) error {
	_, err := q.Exec(ctx)
	return err
}

func pausedQuery(name, cypher string, params any, opts ...neorx.QueryOption) pausedWork {
	return pausedWork{name, func(_ *testing.T, d *neorx.Driver) func(ctx context.Context) error {
		return func(ctx context.Context) error { return execute(ctx, d.Query(cypher, params, opts...)) }
	}}
}

func pausedTransaction(name string, do func(ctx context.Context, tx *neorx.Transaction) error) pausedWork {
	return pausedWork{name, func(t *testing.T, d *neorx.Driver) func(ctx context.Context) error {
		tx, err := d.Session().Begin(limited(t))
		require.NoError(t, err)
		require.NoError(t, execute(limited(t), tx.Query("CREATE (:Paused)", nil)))
		return func(ctx context.Context) error { return do(ctx, tx) }
	}}
}

func pausedResult(name string, do func(ctx context.Context, r *neorx.Result) error) pausedWork {
	return pausedWork{name, func(t *testing.T, d *neorx.Driver) func(ctx context.Context) error {
		r, err := d.Session().Query(endlessRecords, nil).Open(limited(t))
		require.NoError(t, err)
		return func(ctx context.Context) error { return do(ctx, r) }
	}}
}

var pausedWorks = []pausedWork{
	pausedQuery("read", "RETURN 1", nil, neorx.ReadOnly()),
	pausedQuery("read, 16 MiB", "RETURN $text", text, neorx.ReadOnly()),
	pausedQuery("write", "CREATE (:Paused)", nil),
	pausedQuery("write, 16 MiB", "CREATE (:Paused {text: $text})", text),
	pausedQuery("auto-commit", "CREATE (:Paused)", nil, neorx.AutoCommit()),
	pausedTransaction("statement", func(ctx context.Context, tx *neorx.Transaction) error {
		return execute(ctx, tx.Query("RETURN 1", nil))
	}),
	pausedTransaction("statement, 16 MiB", func(ctx context.Context, tx *neorx.Transaction) error {
		return execute(ctx, tx.Query("RETURN $text", text))
	}),
	pausedTransaction("commit", func(ctx context.Context, tx *neorx.Transaction) error { return tx.Commit(ctx) }),
	pausedTransaction("rollback", func(ctx context.Context, tx *neorx.Transaction) error { return tx.Rollback(ctx) }),
	pausedTransaction("close", func(ctx context.Context, tx *neorx.Transaction) error { return tx.Close(ctx) }),
	pausedResult("records", func(ctx context.Context, r *neorx.Result) error {
		return r.Stream().ForEach(ctx, func(*neorx.Record) error { return nil })
	}),
	pausedResult("summary", func(ctx context.Context, r *neorx.Result) error {
		_, err := r.Summary(ctx)
		return err
	}),
	pausedResult("close of a result", func(ctx context.Context, r *neorx.Result) error { return r.Close(ctx) }),
	{"begin", func(_ *testing.T, d *neorx.Driver) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			_, err := d.Session().Begin(ctx)
			return err
		}
	}},
	{"verify", func(_ *testing.T, d *neorx.Driver) func(ctx context.Context) error {
		return func(ctx context.Context) error { return d.VerifyConnectivity(ctx) }
	}},
	{"shutdown", func(t *testing.T, d *neorx.Driver) func(ctx context.Context) error {
		_, err := d.Session().Begin(limited(t))
		require.NoError(t, err)
		return func(ctx context.Context) error { return d.Shutdown(ctx) }
	}},
}

var errNoMoreTime = errors.New("no more time for that")

// TestPausedServer has calls wait for a server whose process was stopped. Each ends with its
// context, and with the cause. The log says how late; the test of the driver itself has the bound,
// in virtual time.
func TestPausedServer(t *testing.T) {
	for _, w := range pausedWorks {
		t.Run(w.name, func(t *testing.T) {
			d := open(t)
			require.NoError(t, d.VerifyConnectivity(limited(t)))
			do := w.begin(t, d)
			require.NoError(t, realServer(t).Pause())
			defer func() { require.NoError(t, realServer(t).Resume()) }()
			ctx, cancel := context.WithCancelCause(t.Context())
			var ended time.Time
			timer := time.AfterFunc(300*time.Millisecond, func() {
				ended = time.Now()
				cancel(errNoMoreTime)
			})
			defer timer.Stop()
			err := do(ctx)
			t.Logf("%v late: %v", time.Since(ended).Round(100*time.Microsecond), err)
			assert.ErrorIs(t, err, context.Canceled)
			assert.ErrorIs(t, err, errNoMoreTime)
		})
	}
	require.NoError(t, open(t).VerifyConnectivity(limited(t)), "it goes on")
}
