package bolt_test

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// counting answers every query with the integers from 1 to its parameter n, 1 to 10 without it.
func counting(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	n, ok := q.Params["n"].(int64)
	if !ok {
		n = 10
	}
	return bolttest.Range("x", 1, n), nil
}

// connect opens a connection to s and closes it with the test.
func connect(t testing.TB, s *bolttest.Server, cfg bolt.Config) *bolt.Conn {
	t.Helper()
	nc, err := s.Dial(t.Context(), "tcp", s.Address())
	require.NoError(t, err)
	c, err := bolt.NewConn(t.Context(), nc, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// inBubble runs a test over a server in memory, whose time is the bubble's.
func inBubble(t *testing.T, h bolttest.Handler, test func(t *testing.T, s *bolttest.Server, c *bolt.Conn), opts ...bolttest.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, h, append([]bolttest.Option{bolttest.InMemory()}, opts...)...)
		c := connect(t, s, bolt.Config{})
		test(t, s, c)
		_ = c.Close()
		s.AwaitConnections(t, 0)
	})
}

// run starts an auto-commit statement.
func run(t testing.TB, c *bolt.Conn, n int, cfg bolt.StreamConfig) (*bolt.Stream, *records.RecordRows) {
	t.Helper()
	rows := records.NewRows()
	s, err := c.Run(t.Context(), "COUNT", map[string]any{"n": n}, bolt.TxConfig{}, cfg, rows)
	require.NoError(t, err)
	return s, rows
}

// rest reads a result to its end and returns the integers of its first column, and what ended it if that is not the last row.
func rest(ctx context.Context, s *bolt.Stream, rows *records.RecordRows) (got []int64, err error) {
	for {
		_, err := s.Next(ctx, 32)
		for _, r := range rows.Take() {
			x, _ := r.At(0).AsInt()
			got = append(got, x)
		}
		switch {
		case err == io.EOF:
			return got, nil
		case err != nil:
			return got, err
		}
	}
}

// upTo is 1, 2 … n.
func upTo(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i + 1)
	}
	return out
}

// works asserts that the connection is as good as new.
func works(t testing.TB, c *bolt.Conn) {
	t.Helper()
	require.True(t, c.Clean())
	s, rows := run(t, c, 3, bolt.StreamConfig{})
	got, err := rest(t.Context(), s, rows)
	require.NoError(t, err)
	require.Equal(t, upTo(3), got)
}

func TestConnSpeaksEveryVersion(t *testing.T) {
	for _, v := range bolt.Supported {
		t.Run(v.String(), func(t *testing.T) {
			inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
				assert.Equal(t, v, c.Version())
				assert.Equal(t, v.String(), c.Server().ProtocolVersion)
				assert.Equal(t, "Neo4j/5.26.0", c.Server().Agent)
				stream, rows := run(t, c, 2500, bolt.StreamConfig{})
				got, err := rest(t.Context(), stream, rows)
				require.NoError(t, err)
				assert.Equal(t, upTo(2500), got)
				keys, err := stream.Keys(t.Context())
				require.NoError(t, err)
				assert.Equal(t, []string{"x"}, keys)
				assert.NotEmpty(t, stream.Bookmark())
				assert.Equal(t, records.QueryTypeRead, stream.Summary().QueryType)
				tx, err := c.Begin(t.Context(), bolt.TxConfig{})
				require.NoError(t, err)
				bookmark, unknown, err := tx.Commit(t.Context())
				require.NoError(t, err)
				assert.False(t, unknown)
				assert.NotEmpty(t, bookmark)
				works(t, c)
			}, bolttest.WithVersions(v))
		})
	}
}

func TestLoginCostsOneRoundTripBehindTheHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const oneWay = 20 * time.Millisecond
		s := bolttest.New(t, counting, bolttest.WithLatency(oneWay))
		nc, err := s.Dial(t.Context(), "tcp", s.Address())
		require.NoError(t, err)
		began := time.Now()
		c, err := bolt.NewConn(t.Context(), nc, bolt.Config{})
		require.NoError(t, err)
		assert.Equal(t, 4*oneWay, time.Since(began), "the handshake, and HELLO with LOGON")
		began = time.Now()
		stream, rows := run(t, c, 1, bolt.StreamConfig{})
		_, err = rest(t.Context(), stream, rows)
		require.NoError(t, err)
		assert.Equal(t, 2*oneWay, time.Since(began), "RUN and PULL in one")
		_ = c.Close()
		assert.Equal(t, []string{"HELLO", "LOGON", "RUN COUNT", "PULL 1000"}, s.Conversation(1)[:4])
	})
}

func TestRefusedLogin(t *testing.T) {
	for _, v := range []bolt.Version{{Major: 4, Minor: 4}, {Major: 6, Minor: 1}} {
		t.Run(v.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := bolttest.New(t, counting, bolttest.InMemory(), bolttest.WithVersions(v), bolttest.WithAuth(bolt.BasicAuth("neo4j", "right")))
				nc, err := s.Dial(t.Context(), "tcp", s.Address())
				require.NoError(t, err)
				_, err = bolt.NewConn(t.Context(), nc, bolt.Config{Auth: bolt.BasicAuth("neo4j", "wrong")})
				var refused *bolt.ServerError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, "Neo.ClientError.Security.Unauthorized", refused.Code)
				s.AwaitConnections(t, 0)
			})
		})
	}
}

func TestNewConnLeavesWithItsContext(t *testing.T) {
	for name, silentAfter := range map[string]int64{"handshake": 0, "manifest": 5, "hello": 30, "logon": 60} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := bolttest.New(t, counting, bolttest.InMemory(), bolttest.WithFaults(bolttest.Stall(silentAfter)))
				nc, err := s.Dial(t.Context(), "tcp", s.Address())
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				began := time.Now()
				_, err = bolt.NewConn(ctx, nc, bolt.Config{})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				var lost *bolt.ConnectivityError
				require.ErrorAs(t, err, &lost)
				assert.Equal(t, time.Second, time.Since(began))
			})
		})
	}
}

func TestTheOtherEndIsNoBoltServer(t *testing.T) {
	tests := map[string]struct{ answer, want string }{
		"http":   {"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP port"},
		"tls":    {"\x15\x03\x01\x00\x02\x02\x16", "TLS"},
		"old":    {"\x00\x00\x00\x00", "none of Bolt"},
		"silent": {"", "handshake"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			client, server := net.Pipe()
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = io.ReadFull(server, make([]byte, 20))
				_, _ = io.WriteString(server, tt.answer)
				_ = server.Close()
			}()
			_, err := bolt.NewConn(t.Context(), client, bolt.Config{Address: "db:7687"})
			<-done
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, "db:7687")
		})
	}
}

func TestReceiveTimeoutCountsSilenceWhileAnAnswerIsAwaited(t *testing.T) {
	slow := func(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
		select {
		case <-time.After(time.Hour):
			return bolttest.Column("x", 1), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	hint := bolttest.WithHints(bolt.Hints{RecvTimeout: 10 * time.Second})
	t.Run("silence ends the connection", func(t *testing.T) {
		inBubble(t, slow, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
			<-time.After(time.Hour) // idle: nothing is awaited
			began := time.Now()
			s, rows := run(t, c, 1, bolt.StreamConfig{})
			_, err := rest(t.Context(), s, rows)
			var lost *bolt.ConnectivityError
			require.ErrorAs(t, err, &lost)
			assert.Equal(t, 10*time.Second, time.Since(began))
			assert.ErrorContains(t, err, "10s")
			assert.False(t, c.Alive())
		}, hint)
	})
	t.Run("NOOPs keep it", func(t *testing.T) {
		inBubble(t, slow, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
			s, rows := run(t, c, 1, bolt.StreamConfig{})
			got, err := rest(t.Context(), s, rows)
			require.NoError(t, err)
			assert.Equal(t, []int64{1}, got)
		}, hint, bolttest.WithKeepAlive(5*time.Second))
	})
}

func TestCloseEndsWhatIsOpen(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		s, rows := run(t, c, 5000, bolt.StreamConfig{})
		_, err := s.Next(t.Context(), 10)
		require.NoError(t, err)
		rows.Take()
		require.NoError(t, c.Close())
		require.NoError(t, c.Close())
		assert.True(t, s.Broken())
		_, err = s.Next(t.Context(), 10)
		require.ErrorIs(t, err, bolt.ErrClosed)
		_, err = c.Run(t.Context(), "COUNT", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.ErrorIs(t, err, bolt.ErrClosed)
		assert.False(t, c.Alive())
	})
}

func TestCloseSaysGoodbye(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		require.NoError(t, c.Close())
		s.AwaitConnections(t, 0)
		assert.Equal(t, []string{"HELLO", "LOGON", "GOODBYE"}, s.Conversation(1))
	})
}

func TestBadParametersCostNothing(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		_, err := c.Run(t.Context(), "COUNT", map[string]any{"bad": make(chan int)}, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		assert.ErrorContains(t, err, "bad")
		assert.NotContains(t, s.Conversation(1), "RUN COUNT")
		works(t, c)
	})
}
