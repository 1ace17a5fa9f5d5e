package bolt_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// readRow has a server send one row as it is, and reads it.
func readRow(t *testing.T, v bolt.Version, row string) ([]*records.Record, error) {
	t.Helper()
	body, err := hex.DecodeString(strings.ReplaceAll(row, " ", ""))
	require.NoError(t, err)
	said := messagesOf(t, ran)
	said = append(said, framedBytes(append([]byte{0xB1, bolt.TagRecord}, body...))...)
	c := connectTo(t, v, append(said, messagesOf(t, finished)...))
	rows := records.NewRows()
	s, err := c.Run(t.Context(), "RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{}, rows)
	require.NoError(t, err)
	_, err = s.Next(t.Context(), 10)
	if err != nil {
		assert.False(t, c.Alive())
	}
	return rows.Take(), err
}

func TestUUIDBeforeItsTime(t *testing.T) {
	const uuid = "E0 550E8400E29B41D4A716446655440000"
	rows := map[string]string{
		"bare": "91 " + uuid, "in a list": "91 92 01 " + uuid, "in a map": "91 A1 81 6B " + uuid, "in a node": "91 B4 4E 01 90 A1 81 6B " + uuid + " 81 78",
	}
	for name, row := range rows {
		for _, v := range bolt.Supported {
			t.Run(name+", "+v.String(), func(t *testing.T) {
				read, err := readRow(t, v, row)
				if v.AtLeast(6, 1) {
					require.NoError(t, err)
					assert.Contains(t, read[0].String(), "550e8400-e29b-41d4-a716-446655440000")
					return
				}
				var protocol *bolt.ProtocolError
				require.ErrorAs(t, err, &protocol)
				assert.ErrorAs(t, err, new(*packstream.Error))
				assert.ErrorContains(t, err, "a UUID, which there is none of in Bolt "+v.String())
				assert.Empty(t, read)
			})
		}
	}
}

// The byte of the marker is nothing special where it is not one.
func TestByteOfUUIDsElsewhere(t *testing.T) {
	for name, row := range map[string]string{
		"text":    "91 83 E0A080",
		"an int":  "91 C9 00E0",
		"a float": "91 C1 E0E0E0E0E0E0E0E0",
		"bytes":   "91 CC 01 E0",
		"a key":   "91 A1 83 E0A080 01",
		"a size":  "91 CC E0 " + strings.Repeat("00", 0xE0),
	} {
		read, err := readRow(t, bolt.Version{Major: 5, Minor: 8}, row)
		require.NoError(t, err, name)
		assert.Len(t, read, 1, name)
	}
}
