package bolt_test

import (
	"context"
	"errors"
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

// A server that is about to answer a RESET reads on, so there is no reason to leave without a word.
func TestCloseSaysGoodbyeBehindAReset(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		reset := make(chan error)
		go func() { reset <- c.Reset(t.Context()) }()
		synctest.Wait()
		require.NoError(t, c.Close())
		require.ErrorIs(t, <-reset, bolt.ErrClosed)
		s.AwaitConnections(t, 0)
		assert.Equal(t, []string{"HELLO", "LOGON", "RESET", "GOODBYE"}, s.Conversation(1))
	}, bolttest.WithLatency(time.Second))
}

// What has failed, or was interrupted, is dropped by the server with the RESET, and not only when it notices that the connection is gone.
func TestCloseResetsWhatIsLeftUndone(t *testing.T) {
	failing := func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return nil, bolttest.Failure("Neo.ClientError.Statement.SyntaxError", "what?")
	}
	for name, leave := range map[string]func(t *testing.T, c *bolt.Conn, tx *bolt.Tx){
		"a failure": func(t *testing.T, _ *bolt.Conn, tx *bolt.Tx) {
			stream, err := tx.Run(t.Context(), "WHAT", nil, bolt.StreamConfig{}, records.NewRows())
			require.NoError(t, err)
			_, err = stream.Keys(t.Context())
			require.ErrorContains(t, err, "what?")
		},
		"an open transaction": func(_ *testing.T, c *bolt.Conn, _ *bolt.Tx) { c.Interrupt(errors.New("enough")) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, failing, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
				tx, err := c.Begin(t.Context(), bolt.TxConfig{})
				require.NoError(t, err)
				leave(t, c, tx)
				began := time.Now()
				require.NoError(t, c.Close())
				assert.Zero(t, time.Since(began))
				s.AwaitConnections(t, 0)
				said := s.Conversation(1)
				assert.Equal(t, []string{"RESET", "GOODBYE"}, said[len(said)-2:], "%v", said)
			})
		})
	}
}

// A connection whose clean-up has only just begun is closed as politely as one where it has not.
func TestCloseDuringAReset(t *testing.T) {
	for range 200 {
		s := bolttest.New(t, counting)
		c := connect(t, s, bolt.Config{})
		_, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		c.Interrupt(errors.New("enough"))
		reset := make(chan error, 1)
		go func() { reset <- c.Reset(t.Context()) }()
		require.NoError(t, c.Close())
		<-reset
		s.AwaitConnections(t, 0)
		assert.Equal(t, []string{"HELLO", "LOGON", "BEGIN", "RESET", "GOODBYE"}, s.Conversation(1))
	}
}

// What a write before it has left behind does not matter: the last message is bounded too.
func TestGoodbyeBehindAResetToAServerThatReadsNoMore(t *testing.T) {
	answers := func(theirs net.Conn) {
		buf := make([]byte, 4096)
		for _, answer := range []string{"\x00\x03\xB1\x7F\xA0\x00\x00" /* FAILURE to RUN, and nothing to PULL */, "\x00\x02\xB0\x7E\x00\x00\x00\x03\xB1\x70\xA0\x00\x00"} {
			if _, err := theirs.Read(buf); err != nil {
				return
			}
			if _, err := theirs.Write([]byte(answer)); err != nil {
				return
			}
		}
	}
	unread(t, bolt.Config{WriteTimeout: time.Hour}, answers, func(t *testing.T, c *bolt.Conn) {
		s, err := c.Run(t.Context(), "RETURN 1", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		_, err = s.Next(t.Context(), 1)
		require.ErrorAs(t, err, new(*bolt.ServerError))
		began := time.Now()
		require.NoError(t, c.Close())
		assert.LessOrEqual(t, time.Since(began), time.Second)
	})
}
