package bolt_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
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
