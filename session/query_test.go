package session_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// fromEach runs a test with queries of every source.
func fromEach(t *testing.T, s setup, cypher string, params any, test func(t *testing.T, f *fixture, q session.Query)) {
	for _, from := range sources {
		t.Run(from, func(t *testing.T) {
			inBubble(t, s, func(t *testing.T, f *fixture) {
				q, done := query(f, from, cypher, params)
				test(t, f, q)
				done(t)
			})
		})
	}
}

func TestQueriesStream(t *testing.T) {
	fromEach(t, setup{}, "COUNT", params("n", 2500), func(t *testing.T, _ *fixture, q session.Query) {
		got, err := numbers(q.Stream()).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(2500), got)
	})
}

// A query is cold, and each observation executes it.
func TestQueriesRunWhenTheyAreObserved(t *testing.T) {
	fromEach(t, setup{}, "CREATE", params("id", 7, "n", 1), func(t *testing.T, f *fixture, q session.Query) {
		before := len(bolttest.Received[*bolt.Run](f.Server))
		stream, observable := q.Stream(), q.Records()
		assert.Equal(t, before, len(bolttest.Received[*bolt.Run](f.Server)))
		for range 2 {
			_, err := stream.Collect(t.Context())
			require.NoError(t, err)
		}
		for item := range observable.Observe() {
			require.NoError(t, item.E)
		}
		assert.Len(t, bolttest.Received[*bolt.Run](f.Server), before+3)
	})
}

func TestWhatIsSaid(t *testing.T) {
	tests := map[string]struct {
		from string
		want []string
	}{
		"a managed write":  {"driver", []string{"BEGIN", "RUN COUNT", "PULL 1000", "COMMIT"}},
		"a managed read":   {"driver, read only", []string{"RUN COUNT", "PULL 1000"}},
		"auto-commit":      {"driver, auto-commit", []string{"RUN COUNT", "PULL 1000"}},
		"of a session":     {"session", []string{"RUN COUNT", "PULL 1000"}},
		"of a transaction": {"transaction", []string{"BEGIN", "RUN COUNT", "PULL 1000", "ROLLBACK"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				q, done := query(f, tt.from, "COUNT", nil)
				_, err := q.Stream().Count(t.Context())
				require.NoError(t, err)
				done(t)
				assert.Equal(t, tt.want, f.said(1))
			})
		})
	}
}

func TestBatches(t *testing.T) {
	fromEach(t, setup{}, "COUNT", params("n", 2500), func(t *testing.T, _ *fixture, q session.Query) {
		var got []int64
		for item := range q.Batches(100).Observe() {
			require.NoError(t, item.E)
			batch := item.V.([]*records.Record)
			assert.NotEmpty(t, batch)
			assert.LessOrEqual(t, len(batch), 100)
			for _, r := range batch {
				got = append(got, number(r))
			}
		}
		assert.Equal(t, upTo(2500), got)
	})
}

// A real server does nothing for records that it is told to discard from the start, if it can help
// it.
func TestExecPulls(t *testing.T) {
	fromEach(t, setup{}, "COUNT", params("n", 2500), func(t *testing.T, f *fixture, q session.Query) {
		summary, err := q.Exec(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "COUNT", summary.Query)
		assert.NotContains(t, f.said(1), "DISCARD -1")
		pulled := int64(0)
		for _, m := range bolttest.Received[*bolt.Pull](f.Server) {
			pulled += m.N
		}
		assert.GreaterOrEqual(t, pulled, int64(2500))
	})
}

func TestCollect(t *testing.T) {
	fromEach(t, setup{}, "COUNT", nil, func(t *testing.T, _ *fixture, q session.Query) {
		all, summary, err := q.Collect(t.Context())
		require.NoError(t, err)
		assert.Len(t, all, 10)
		assert.Equal(t, "COUNT", summary.Query)
	})
}

// What a consumer wants at most is what the server is asked for, and what is left stays there.
func TestDemandIsPulled(t *testing.T) {
	fromEach(t, setup{}, "COUNT", params("n", 1_000_000), func(t *testing.T, f *fixture, q session.Query) {
		got, err := numbers(q.Stream()).Take(10).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(10), got)
		said := f.said(1)
		assert.Contains(t, said, "PULL 10")
		assert.Contains(t, said, "DISCARD -1")
		assert.Len(t, bolttest.Received[*bolt.Pull](f.Server), 1)
	})
}

func TestServerFailures(t *testing.T) {
	fromEach(t, setup{}, "NONSENSE", nil, func(t *testing.T, _ *fixture, q session.Query) {
		got, err := q.Stream().Collect(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, "Neo.ClientError.Statement.SyntaxError", failure.Code)
		assert.Empty(t, got)
	})
}

func TestFailuresComeBehindTheirRecords(t *testing.T) {
	fromEach(t, setup{}, "BREAK", params("n", 1500), func(t *testing.T, f *fixture, q session.Query) {
		got, err := numbers(q.Stream()).Collect(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, upTo(1500), got)
		assert.Empty(t, f.ledger.ids())
	})
}

func TestTheZeroQuery(t *testing.T) {
	var q session.Query
	var usage *records.UsageError
	_, err := q.Exec(t.Context())
	require.ErrorAs(t, err, &usage)
	_, err = q.Open(t.Context())
	require.ErrorAs(t, err, &usage)
}

func TestQueriesDoNotShowTheirParameters(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		q := f.Query("COUNT", params("secret", "hunter2"))
		for _, shown := range []string{q.String(), q.GoString()} {
			assert.Contains(t, shown, "COUNT")
			assert.NotContains(t, shown, "hunter2")
		}
	})
}

func TestBatchesOfNothing(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		var usage *records.UsageError
		require.ErrorAs(t, f.Query("COUNT", nil).Batches(0).Error(), &usage)
	})
}
