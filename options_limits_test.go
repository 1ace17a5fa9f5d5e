package neorx

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/test/bolttest"
)

func TestMaxMessageMemory(t *testing.T) {
	s := bolttest.New(t, bolttest.Queries{
		"SMALL": bolttest.Column("x", bytes.Repeat([]byte{1}, 100_000)),
		"LARGE": bolttest.Column("x", bytes.Repeat([]byte{1}, 300_000)),
	}.Handle)
	d := open(t, s.URI(), WithMaxMessageMemory(1_200_000))
	for range 2 {
		_, _, err := d.Query("SMALL", nil).Collect(t.Context())
		require.NoError(t, err)
		_, _, err = d.Query("LARGE", nil).Collect(t.Context())
		require.ErrorAs(t, err, new(*ProtocolError))
		assert.ErrorContains(t, err, "message of more than 200000 bytes: WithMaxMessageMemory allows for more")
	}
	_, _, err := open(t, s.URI()).Query("LARGE", nil).Collect(t.Context())
	require.NoError(t, err)

	for _, n := range []int{-1, 0, 1<<20 - 1, 8 << 30} {
		_, err = Open("bolt://db", NoAuth(), WithMaxMessageMemory(n))
		assert.ErrorContains(t, err, fmt.Sprintf("WithMaxMessageMemory(%d): it must be at least 1048576, and less than 8589934592", n))
	}
}
