package bolt_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

var onlyBolt3 = bolttest.WithVersions(bolt.Version{Major: 3, Minor: 0})

// inTx runs a statement of a transaction.
func inTx(t *testing.T, tx *bolt.Tx, n int) (*bolt.Stream, *records.RecordRows) {
	t.Helper()
	rows := records.NewRows()
	s, err := tx.Run(t.Context(), "COUNT", map[string]any{"n": n}, bolt.StreamConfig{}, rows)
	require.NoError(t, err)
	return s, rows
}

func TestBolt3SendsEverythingWhateverIsAskedFor(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		for _, cfg := range []bolt.StreamConfig{{}, {FetchSize: 3, Pinned: true}, {Demand: 2}} {
			stream, rows := run(t, c, 2500, cfg)
			got, err := rest(t.Context(), stream, rows)
			require.NoError(t, err)
			assert.Equal(t, upTo(2500), got)
		}
		assert.Equal(t, []string{"PULL -1", "PULL -1", "PULL -1"}, pulls(s))
		works(t, c)
	}, onlyBolt3)
}

func TestBolt3ReadsOnlyAsFastAsRowsAreConsumed(t *testing.T) {
	var sent atomic.Int64
	counted := func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return bolttest.Seq([]string{"x"}, func(yield func([]any, error) bool) {
			for sent.Load() < 200_000 && yield([]any{sent.Load()}, nil) {
				sent.Add(1)
			}
		}), nil
	}
	inBubble(t, counted, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 0, bolt.StreamConfig{})
		consume(t, stream, rows, 10, 0)
		synctest.Wait()
		assert.Less(t, sent.Load(), int64(100_000), "the rest waits in the server, behind full buffers")
		require.NoError(t, stream.Discard(t.Context()))
		assert.Equal(t, int64(200_000), sent.Load(), "there is no other way to give it up")
		assert.NotEmpty(t, stream.Bookmark())
		assert.True(t, c.Clean())
	}, onlyBolt3, bolttest.WithBuffer(64<<10))
}

func TestBolt3DiscardsWhatNobodyWants(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 5000, bolt.StreamConfig{None: true})
		got, err := rest(t.Context(), stream, rows)
		require.NoError(t, err)
		assert.Empty(t, got)
		assert.Equal(t, []string{"DISCARD -1"}, pulls(s))
		works(t, c)
	}, onlyBolt3)
}

// TestBolt3KeepsTheResultBeforeTheNextStatement: the results are read one within the other, and nothing is sent twice or out of order.
func TestBolt3KeepsTheResultBeforeTheNextStatement(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		tx, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		outer, outerRows := inTx(t, tx, 3000)
		consume(t, outer, outerRows, 10, 0)
		inner, innerRows := inTx(t, tx, 2000)
		consume(t, inner, innerRows, 5, 0)
		got, err := rest(t.Context(), outer, outerRows)
		require.NoError(t, err)
		assert.Equal(t, upTo(3000)[10:], got)
		got, err = rest(t.Context(), inner, innerRows)
		require.NoError(t, err)
		assert.Equal(t, upTo(2000)[5:], got)
		_, _, err = tx.Commit(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"HELLO", "BEGIN", "RUN COUNT", "PULL -1", "RUN COUNT", "PULL -1", "COMMIT"}, s.Conversation(1))
		works(t, c)
	}, onlyBolt3)
}

// TestBolt3KeepsNoMoreThanItsBound: the statement that would need it is refused, the transaction and its result are not.
func TestBolt3KeepsNoMoreThanItsBound(t *testing.T) {
	const size, n = 1 << 20, 70
	big := func(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		if q.Text == "COUNT" {
			return bolttest.Range("x", 1, 3), nil
		}
		blob := make([]byte, size)
		return bolttest.Seq([]string{"x"}, func(yield func([]any, error) bool) {
			for range n {
				if !yield([]any{blob}, nil) {
					return
				}
			}
		}), nil
	}
	inBubble(t, big, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		tx, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		rows := records.NewRows()
		blobs, err := tx.Run(t.Context(), "BLOBS", nil, bolt.StreamConfig{}, rows)
		require.NoError(t, err)

		_, err = tx.Run(t.Context(), "COUNT", nil, bolt.StreamConfig{}, records.NewRows())
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		assert.ErrorContains(t, err, "Bolt 3.0 has one result at a time, so read it to its end first")

		got, err := rest(t.Context(), blobs, rows)
		require.NoError(t, err)
		assert.Len(t, got, n)
		stream, counted := inTx(t, tx, 3)
		got, err = rest(t.Context(), stream, counted)
		require.NoError(t, err)
		assert.Equal(t, upTo(3), got)
		require.NoError(t, tx.Rollback(t.Context()))
		assert.NotContains(t, s.Conversation(1), "DISCARD -1")
	}, onlyBolt3)
}

// TestBeforeBolt41: what old versions lack is not sent, and what is asked for in vain is said.
func TestBeforeBolt41(t *testing.T) {
	for _, c := range []struct {
		version   bolt.Version
		routing   map[string]string
		databases bool
	}{
		{bolt.Version{Major: 3}, nil, false},
		{bolt.Version{Major: 4}, nil, true},
		{bolt.Version{Major: 4, Minor: 1}, map[string]string{"address": "a:1"}, true},
	} {
		t.Run(c.version.String(), func(t *testing.T) {
			s := bolttest.New(t, counting, bolttest.InMemory(), bolttest.WithVersions(c.version))
			conn := connect(t, s, bolt.Config{Routing: map[string]string{"address": "a:1"}, Auth: bolt.BasicAuth("u", "p")})
			hello := bolttest.Received[*bolt.Hello](s)[0]
			assert.Equal(t, c.routing, hello.Routing)
			assert.Equal(t, "u", hello.Auth.Principal)
			_, err := conn.Begin(t.Context(), bolt.TxConfig{Database: "movies"})
			if c.databases {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, "choosing a database needs Bolt 4.0; this connection speaks 3.0")
			works(t, conn)
		})
	}
}
