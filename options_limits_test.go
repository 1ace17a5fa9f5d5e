package neorx

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/test/bolttest"
)

func TestMaxMessageBytes(t *testing.T) {
	s := bolttest.New(t, bolttest.Queries{
		"SMALL": bolttest.Column("x", bytes.Repeat([]byte{1}, 100_000)),
		"LARGE": bolttest.Column("x", bytes.Repeat([]byte{1}, 300_000)),
	}.Handle)
	d := open(t, s.URI(), WithMaxMessageBytes(200_000))
	for range 2 {
		_, _, err := d.Query("SMALL", nil).Collect(t.Context())
		require.NoError(t, err)
		_, _, err = d.Query("LARGE", nil).Collect(t.Context())
		require.ErrorAs(t, err, new(*ProtocolError))
		assert.ErrorContains(t, err, "message of more than 200000 bytes")
	}
	_, _, err := open(t, s.URI()).Query("LARGE", nil).Collect(t.Context())
	require.NoError(t, err)

	for _, n := range []int{-1, 0, 65_535, 2 << 30} {
		_, err = Open("bolt://db", NoAuth(), WithMaxMessageBytes(n))
		assert.ErrorContains(t, err, fmt.Sprintf("WithMaxMessageBytes(%d): it must be at least 65536, and less than 2147483648", n))
	}
}
