package bolt_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// Whether there was data is known unless a DISCARD has kept it on the server: who throws rows away has still pulled them.
func TestWhatWasPulledIsKnownToBeThere(t *testing.T) {
	for name, tt := range map[string]struct {
		rows   int
		config bolt.StreamConfig
		status string
	}{
		"nothing there, pulled":    {0, bolt.StreamConfig{}, "02000"},
		"nothing there, discarded": {0, bolt.StreamConfig{None: true}, "02N42"},
		"rows, pulled":             {3, bolt.StreamConfig{}, "00000"},
		"rows, not all pulled":     {3, bolt.StreamConfig{FetchSize: 1, Pinned: true}, "00000"},
		"rows, discarded":          {3, bolt.StreamConfig{None: true}, "02N42"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
				stream, _ := run(t, c, tt.rows, tt.config)
				require.NoError(t, stream.Discard(t.Context()))
				require.NotEmpty(t, stream.Summary().Statuses)
				assert.Equal(t, tt.status, stream.Summary().Statuses[0].GQLStatus)
			}, bolttest.WithVersions(bolt.Version{Major: 5, Minor: 4}))
		})
	}
}
