package packstream_test

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
)

// unhex reads the notation of protocol documents: hexadecimal with spaces.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

func TestAppendInt(t *testing.T) {
	tests := []struct {
		v    int64
		want string
	}{
		{0, "00"},
		{1, "01"},
		{127, "7F"},
		{-1, "FF"},
		{-16, "F0"},
		{-17, "C8 EF"},
		{-128, "C8 80"},
		{128, "C9 0080"},
		{-129, "C9 FF7F"},
		{1000, "C9 03E8"},
		{32767, "C9 7FFF"},
		{-32768, "C9 8000"},
		{32768, "CA 00008000"},
		{-32769, "CA FFFF7FFF"},
		{math.MaxInt32, "CA 7FFFFFFF"},
		{math.MinInt32, "CA 80000000"},
		{math.MaxInt32 + 1, "CB 0000000080000000"},
		{math.MinInt32 - 1, "CB FFFFFFFF7FFFFFFF"},
		{math.MaxInt64, "CB 7FFFFFFFFFFFFFFF"},
		{math.MinInt64, "CB 8000000000000000"},
	}
	for _, tt := range tests {
		b := packstream.AppendInt(nil, tt.v)
		assert.Equal(t, unhex(t, tt.want), b, "%d", tt.v)
		r := packstream.NewReader(b)
		assert.Equal(t, tt.v, r.Int())
		assert.NoError(t, r.Err())
		assert.Zero(t, r.Len())
	}
}

func TestAppendScalars(t *testing.T) {
	assert.Equal(t, unhex(t, "C0"), packstream.AppendNull(nil))
	assert.Equal(t, unhex(t, "C3"), packstream.AppendBool(nil, true))
	assert.Equal(t, unhex(t, "C2"), packstream.AppendBool(nil, false))
	assert.Equal(t, unhex(t, "C1 7FF0000000000000"), packstream.AppendFloat(nil, math.Inf(1)))
	assert.Equal(t, unhex(t, "C1 7FF8000000000123"), packstream.AppendFloat(nil, math.Float64frombits(0x7FF8000000000123)))
	assert.Equal(t, unhex(t, "C1 3FF8000000000000"), packstream.AppendFloat(nil, 1.5))
	assert.Equal(t, unhex(t, "CC 00"), packstream.AppendBytes(nil, nil))
	assert.Equal(t, unhex(t, "CC 03 010203"), packstream.AppendBytes(nil, []byte{1, 2, 3}))
	assert.Equal(t, unhex(t, "E0 550E8400E29B41D4A716446655440000"),
		packstream.AppendUUID(nil, [16]byte(unhex(t, "550E8400E29B41D4A716446655440000"))))
	assert.Equal(t, unhex(t, "B3 4E"), packstream.AppendStruct(nil, 0x4E, 3))
}

func TestAppendSizes(t *testing.T) {
	tests := []struct {
		n                      int
		bytes, str, list, dict string
	}{
		{0, "CC00", "80", "90", "A0"},
		{15, "CC0F", "8F", "9F", "AF"},
		{16, "CC10", "D010", "D410", "D810"},
		{255, "CCFF", "D0FF", "D4FF", "D8FF"},
		{256, "CD0100", "D10100", "D50100", "D90100"},
		{65535, "CDFFFF", "D1FFFF", "D5FFFF", "D9FFFF"},
		{65536, "CE00010000", "D200010000", "D600010000", "DA00010000"},
	}
	for _, tt := range tests {
		payload := strings.Repeat("x", tt.n)
		assert.Equal(t, append(unhex(t, tt.bytes), payload...), packstream.AppendBytes(nil, []byte(payload)), "bytes of %d", tt.n)
		assert.Equal(t, append(unhex(t, tt.str), payload...), packstream.AppendString(nil, payload), "string of %d", tt.n)
		assert.Equal(t, unhex(t, tt.list), packstream.AppendList(nil, tt.n), "list of %d", tt.n)
		assert.Equal(t, unhex(t, tt.dict), packstream.AppendMap(nil, tt.n), "map of %d", tt.n)
	}
	assert.Equal(t, unhex(t, "D6 7FFFFFFF"), packstream.AppendList(nil, packstream.MaxSize))
}

func TestAppendExtends(t *testing.T) {
	b := []byte{0xAA}
	b = packstream.AppendList(b, 2)
	b = packstream.AppendString(b, "é")
	b = packstream.AppendNull(b)
	assert.Equal(t, unhex(t, "AA 92 82 C3A9 C0"), b)
}
