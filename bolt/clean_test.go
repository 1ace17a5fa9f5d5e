package bolt_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// hanging answers HANG when its client gives up, and counts otherwise.
func hanging(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	if q.Text == "HANG" {
		<-ctx.Done()
		return nil, bolttest.Failure("Neo.ClientError.Transaction.Terminated", "terminated")
	}
	return counting(ctx, q)
}

func TestCancelledWhileTheServerIsBusy(t *testing.T) {
	inBubble(t, hanging, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		stream, err := c.Run(ctx, "HANG", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		began := time.Now()
		_, err = stream.Next(ctx, 1)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(began))
		assert.False(t, c.Clean())
		assert.False(t, stream.Decided())
		require.NoError(t, c.Reset(t.Context()))
		works(t, c)
		assert.Equal(t, []string{"HELLO", "LOGON", "RUN HANG", "PULL 1000", "RESET", "RUN COUNT", "PULL 1000"}, s.Conversation(1))
	})
}

func TestCauseOfACancelIsTold(t *testing.T) {
	inBubble(t, hanging, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		why := errors.New("the user has left")
		ctx, cancel := context.WithCancelCause(t.Context())
		stream, err := c.Run(ctx, "HANG", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		cancel(why)
		_, err = stream.Next(ctx, 1)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, why)
	})
}

func TestResetDrainsWhatWasUnderWay(t *testing.T) {
	for name, consumed := range map[string]int{"nothing consumed": 0, "in a batch": 10, "between batches": 1000, "in a later batch": 1500} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
				stream, rows := run(t, c, 100_000, bolt.StreamConfig{FetchSize: 1000, Pinned: true})
				consume(t, stream, rows, consumed, 0)
				require.NoError(t, c.Reset(t.Context()))
				assert.True(t, stream.Broken())
				require.Error(t, stream.Err())
				works(t, c)
			})
		})
	}
}

// A server can go on with the batch that it was asked for although a RESET has come.
func TestHeardTellsWhatComesWhileReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		row := &bolt.RecordMessage{Values: []any{1}}
		s := bolttest.Script(t, []bolttest.Step{
			bolttest.Handshake(bolt.Version{Major: 5, Minor: 4}), bolttest.Login(),
			bolttest.ExpectTag(bolt.TagRun), bolttest.ExpectTag(bolt.TagPull),
			bolttest.Send(&bolt.RunSuccess{Fields: []string{"n"}}, row),
			bolttest.ExpectTag(bolt.TagReset),
			bolttest.Pause(time.Second), bolttest.Send(row),
			bolttest.Pause(time.Second), bolttest.Send(row),
			bolttest.Pause(time.Second), bolttest.Send(bolt.Ignored{}, bolt.Success{}),
		}, bolttest.InMemory())
		c := connect(t, s, bolt.Config{})
		run(t, c, 0, bolt.StreamConfig{})
		assert.Zero(t, c.Heard())
		began, done := time.Now(), make(chan error)
		go func() { done <- c.Reset(context.Background()) }()
		<-time.After(2500 * time.Millisecond)
		assert.Equal(t, 2*time.Second, c.Heard().Sub(began))
		require.NoError(t, <-done)
		require.NoError(t, c.Close())
	})
}

func TestResetAfterAFailureSendsOneReset(t *testing.T) {
	failing := func(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		if q.Text == "FAIL" {
			return nil, bolttest.Failure("Neo.ClientError.Statement.SyntaxError", "no")
		}
		return counting(t.Context(), q)
	}
	inBubble(t, failing, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, err := c.Run(t.Context(), "FAIL", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		_, err = stream.Next(t.Context(), 1)
		require.Error(t, err)
		require.NoError(t, c.Reset(t.Context()))
		works(t, c)
		assert.Equal(t, []string{"HELLO", "LOGON", "RUN FAIL", "PULL 1000", "RESET", "RUN COUNT", "PULL 1000"}, s.Conversation(1))
	})
}

// A BEGIN that RESET meets in the server's queue costs the connection.
func TestResetWaitsForBegin(t *testing.T) {
	slowBegin := bolttest.OnBegin(func(context.Context, *bolttest.Tx) error {
		<-time.After(time.Second)
		return nil
	})
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := c.Begin(ctx, bolt.TxConfig{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, c.Reset(t.Context()))
		works(t, c)
		assert.Equal(t, []string{"HELLO", "LOGON", "BEGIN", "RESET", "RUN COUNT", "PULL 1000"}, s.Conversation(1))
	}, slowBegin)
}

func TestResetThatTakesTooLongClosesTheConnection(t *testing.T) {
	deaf := func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		<-time.After(3 * time.Second) // does not care for its context
		return bolttest.Rows(nil), nil
	}
	inBubble(t, deaf, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		run(t, c, 1, bolt.StreamConfig{})
		synctest.Wait() // the server has begun with it
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		require.ErrorIs(t, c.Reset(ctx), context.DeadlineExceeded)
		assert.Equal(t, 2*time.Second, time.Since(began))
		assert.False(t, c.Alive())
	})
}

func TestInterruptTellsConsumersAtOnce(t *testing.T) {
	inBubble(t, hanging, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		why := errors.New("the session is closed")
		tx, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		waiting, err := tx.Run(t.Context(), "HANG", nil, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		told := make(chan error, 1)
		go func() {
			_, err := waiting.Next(context.Background(), 1)
			told <- err
		}()
		synctest.Wait()
		c.Interrupt(why)
		require.ErrorIs(t, <-told, why)
		_, err = tx.Run(t.Context(), "COUNT", nil, bolt.StreamConfig{}, records.NewRows())
		require.ErrorIs(t, err, why, "the transaction is over, although the connection is not reset yet")
		require.NoError(t, tx.Rollback(t.Context()))
		assert.False(t, c.Clean())
		require.NoError(t, c.Reset(t.Context()))
		works(t, c)
		_, err = tx.Run(t.Context(), "COUNT", nil, bolt.StreamConfig{}, records.NewRows())
		require.ErrorIs(t, err, why, "nor does it get at whoever has the connection now")
		_, _, err = tx.Commit(t.Context())
		require.ErrorIs(t, err, why)
	})
}

func TestBookmarkOfADrainedStatementIsKept(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		var got string
		run(t, c, 10, bolt.StreamConfig{OnBookmark: func(b string) { got = b }})
		synctest.Wait() // the server has finished the statement; nobody has read that
		require.NoError(t, c.Reset(t.Context()))
		assert.NotEmpty(t, got)
	})
}
