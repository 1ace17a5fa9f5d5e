package bolt_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

const oneWay = 10 * time.Millisecond

// begin opens a transaction with a result that has more rows than its first batch.
func begin(t *testing.T, c *bolt.Conn) (*bolt.Tx, *bolt.Stream) {
	t.Helper()
	tx, err := c.Begin(t.Context(), bolt.TxConfig{})
	require.NoError(t, err)
	rows := records.NewRows()
	s, err := tx.Run(t.Context(), "COUNT", map[string]any{"n": 5000}, bolt.StreamConfig{}, rows)
	require.NoError(t, err)
	consume(t, s, rows, 5, 0)
	return tx, s
}

func TestNothingBeginsWhileCommitDiscards(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		tx, _ := begin(t, c)
		committed := make(chan error, 1)
		go func() {
			_, _, err := tx.Commit(context.Background())
			committed <- err
		}()
		synctest.Wait() // for the server's answer to DISCARD
		_, err := tx.Run(t.Context(), "COUNT", nil, bolt.StreamConfig{}, records.NewRows())
		require.Error(t, err)
		require.NoError(t, <-committed)
		assert.Equal(t, []string{"RUN COUNT", "PULL 1000", "DISCARD -1", "COMMIT"}, s.Conversation(1)[3:])
		works(t, c)
	}, bolttest.WithLatency(oneWay))
}

func TestCommitDoesNotMindACancelledResult(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		tx, s := begin(t, c)
		s.Cancel(errors.New("the consumer has left"))
		_, _, err := tx.Commit(t.Context())
		require.NoError(t, err)
		works(t, c)
	})
}

func TestATransactionThatIsOverLeavesOthersAlone(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		why := errors.New("over")
		tx, _ := begin(t, c)
		tx.Interrupt(why)
		require.NoError(t, c.Reset(t.Context()))
		other, rows := run(t, c, 3000, bolt.StreamConfig{})
		_, _, err := tx.Commit(t.Context())
		require.ErrorIs(t, err, why)
		require.NoError(t, tx.Rollback(t.Context()))
		got, err := rest(t.Context(), other, rows)
		require.NoError(t, err)
		assert.Equal(t, upTo(3000), got)
	})
}

func TestRollbackOfATransactionThatFailsMeanwhile(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		tx, _ := begin(t, c)
		require.NoError(t, tx.Rollback(t.Context()))
		assert.NotContains(t, s.Conversation(1), "ROLLBACK", "the server would only ignore it")
		require.NoError(t, c.Reset(t.Context()))
		works(t, c)
	}, bolttest.FailRequest(bolt.TagDiscard, 1, bolttest.Failure("Neo.ClientError.Statement.ArithmeticError", "/ by zero")))
}

func TestResetsOfSeveralJoin(t *testing.T) {
	inBubble(t, hanging, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		_, err := c.Run(t.Context(), "HANG", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		const resets = 3
		done := make(chan error, resets)
		for range resets {
			go func() { done <- c.Reset(context.Background()) }()
			<-time.After(oneWay / 2)
		}
		c.Interrupt(errors.New("does not stop what repairs"))
		for range resets {
			require.NoError(t, <-done)
		}
		works(t, c)
	}, bolttest.WithLatency(oneWay))
}

func TestAConnectionAtRestKeepsNothingOfItsResults(t *testing.T) {
	s := bolttest.New(t, counting, bolttest.InMemory())
	c := connect(t, s, bolt.Config{})
	left := leave(t, c)
	for range 3 {
		runtime.GC()
	}
	assert.Nil(t, left.Value())
	runtime.KeepAlive(c)
}

// leave reads a result and forgets it.
//
//go:noinline
func leave(t *testing.T, c *bolt.Conn) weak.Pointer[bolt.Stream] {
	stream, rows := run(t, c, 3, bolt.StreamConfig{})
	_, err := rest(t.Context(), stream, rows)
	require.NoError(t, err)
	return weak.Make(stream)
}

func TestRecordsThatNobodyHasAskedFor(t *testing.T) {
	row := &bolt.RecordMessage{Values: []any{int64(1)}}
	for name, cfg := range map[string]bolt.StreamConfig{"more than n": {FetchSize: 1, Pinned: true}, "for a DISCARD": {None: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ask := bolt.TagPull
				if cfg.None {
					ask = bolt.TagDiscard
				}
				s := bolttest.Script(t, []bolttest.Step{
					bolttest.Handshake(bolt.Version{Major: 5, Minor: 8}), bolttest.Login(), bolttest.ExpectTag(bolt.TagRun), bolttest.ExpectTag(ask),
					bolttest.Send(&bolt.RunSuccess{Fields: []string{"x"}, QID: bolt.LastRun}, row, row), bolttest.ExpectEnd(),
				}, bolttest.InMemory())
				c := connect(t, s, bolt.Config{})
				stream, rows := run(t, c, 1, cfg)
				_, err := rest(t.Context(), stream, rows)
				var wrong *bolt.ProtocolError
				require.ErrorAs(t, err, &wrong)
				assert.Contains(t, wrong.Reason, "RECORD")
				assert.False(t, c.Alive())
			})
		})
	}
}
