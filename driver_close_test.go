package neorx_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

// TestCloseIsPolite: whatever the clean-up of a connection has come to, the server is told to drop
// what is left, and then goodbye.
func TestCloseIsPolite(t *testing.T) {
	server := bolttest.New(t, bolttest.Queries{}.Handle)
	for i := range 100 {
		driver, err := neorx.Open(server.URI(), neorx.NoAuth())
		require.NoError(t, err)
		tx, err := driver.Session().Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Query("WHAT", nil).Exec(t.Context())
		require.ErrorContains(t, err, "WHAT")
		_ = tx.Close(t.Context())
		require.NoError(t, driver.Close(t.Context()))
		server.AwaitConnections(t, 0)
		said := server.Conversation(i + 1)
		require.Greater(t, len(said), 2)
		assert.Equal(t, []string{"RESET", "GOODBYE"}, said[len(said)-2:], "%v", said)
	}
}
