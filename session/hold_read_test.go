package session_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// A read of the driver that is held has a COMMIT to be held until; it tells the columns also where
// there are no records.
func TestAHeldReadIsATransaction(t *testing.T) {
	nothing := bolttest.Queries{"NOTHING": bolttest.Rows([]string{"x", "y"})}.Handle
	inBubble(t, setup{handler: nothing}, func(t *testing.T, f *fixture) {
		rows, summary, err := f.Query("NOTHING", nil, session.ReadOnly(), session.Hold()).Collect(t.Context())
		require.NoError(t, err)
		assert.Empty(t, rows)
		assert.Equal(t, []string{"x", "y"}, summary.Keys)
		assert.Equal(t, []string{"BEGIN", "RUN NOTHING", "PULL 1000", "COMMIT"}, f.said(1))
		assert.True(t, bolttest.Received[*bolt.Begin](f.Server)[0].ReadOnly)
	})
}
