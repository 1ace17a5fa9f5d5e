package bolt_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// inPieces is a message in chunks of one byte.
func inPieces(msg []byte) (wire []byte) {
	for _, b := range msg {
		wire = append(wire, 0, 1, b)
	}
	return append(wire, 0, 0)
}

// Behind a refusal a server ignores what was sent along. One that has rows and a bookmark all the same is broken, and nobody gets them.
func TestNothingIsBelievedBehindARefusal(t *testing.T) {
	const row = "B171 90" // of no columns: no other fit a statement that has told none
	cases := map[string]struct {
		behind []byte
		wrong  string
	}{
		"rows":                   {messagesOf(t, row, row, bookmark), "RECORD behind a failure"},
		"rows in pieces":         {append(inPieces([]byte{0xB1, bolt.TagRecord, 0x90}), messagesOf(t, bookmark)...), "RECORD behind a failure"},
		"success without a row":  {messagesOf(t, bookmark), "SUCCESS of PULL behind a failure"},
		"success in the middle":  {messagesOf(t, "B170 A1 88 6861735F6D6F7265 C3"), "SUCCESS of PULL behind a failure"},
		"a row, and what is due": {messagesOf(t, row, ignored), "RECORD behind a failure"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			c := connectTo(t, bolt.Version{Major: 5, Minor: 8}, append(messagesOf(t, refused), test.behind...))
			rows, marks := records.NewRows(), 0
			cfg := bolt.StreamConfig{FetchSize: 2, Pinned: true, OnBookmark: func(string) { marks++ }}
			s, err := c.Run(t.Context(), "RETURN x", nil, bolt.TxConfig{}, cfg, rows)
			require.NoError(t, err)
			_, err = s.Next(t.Context(), 10)
			var wrong *bolt.ProtocolError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, test.wrong, wrong.Reason)
			assert.Equal(t, "x", s.Refused().Code, "which it was, whatever came behind it")
			assert.False(t, s.Succeeded())
			assert.Empty(t, rows.Take())
			assert.Empty(t, s.Bookmark())
			assert.Zero(t, marks)
			assert.False(t, c.Alive())
		})
	}
}

// The result that fails has had rows, and another one is open on the connection: that one is ignored, and the connection is good again after a RESET.
func TestAFailureBetweenRows(t *testing.T) {
	const more = "B170 A1 88 6861735F6D6F7265 C3" // SUCCESS {has_more: true}
	c := connectTo(t, bolt.Version{Major: 5, Minor: 8},
		messagesOf(t, finished), messagesOf(t, ran, rowOfOne, more), messagesOf(t, ran, rowOfOne, refused), messagesOf(t, ignored),
		messagesOf(t, finished), messagesOf(t, ran, rowOfOne, bookmark))
	cfg := bolt.StreamConfig{FetchSize: 1, Pinned: true}
	tx, err := c.Begin(t.Context(), bolt.TxConfig{})
	require.NoError(t, err)
	first, second := records.NewRows(), records.NewRows()
	waiting, err := tx.Run(t.Context(), "RETURN 1 AS x", nil, cfg, first)
	require.NoError(t, err)
	_, err = waiting.Next(t.Context(), 1)
	require.NoError(t, err)
	failing, err := tx.Run(t.Context(), "RETURN 1 / 0 AS x", nil, bolt.StreamConfig{}, second)
	require.NoError(t, err)
	_, err = failing.Next(t.Context(), 10)
	require.NoError(t, err, "rows that came before the failure come before it")
	assert.Len(t, second.Take(), 1)
	for _, s := range []*bolt.Stream{failing, waiting} {
		_, err = s.Next(t.Context(), 1)
		require.ErrorAs(t, err, new(*bolt.ServerError))
		assert.False(t, s.Succeeded())
	}
	require.NoError(t, c.Reset(t.Context()))
	after := records.NewRows()
	s, err := c.Run(t.Context(), "RETURN 1 AS x", nil, bolt.TxConfig{}, bolt.StreamConfig{}, after)
	require.NoError(t, err)
	_, err = s.Next(t.Context(), 1)
	require.NoError(t, err)
	require.NoError(t, s.Discard(t.Context()))
	assert.Equal(t, "bs", s.Bookmark())
	assert.True(t, c.Clean())
}

// What a RESET overtakes is ignored up to the RESET: a statement cannot have been ignored and have a bookmark.
func TestNothingIsBelievedBehindWhatAResetOvertakes(t *testing.T) {
	for name, behind := range map[string]string{"a row": rowOfOne, "success": bookmark} {
		t.Run(name, func(t *testing.T) {
			marks := 0
			c := connectTo(t, bolt.Version{Major: 5, Minor: 8}, messagesOf(t, ignored, behind, finished))
			_, err := c.Run(t.Context(), "RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{OnBookmark: func(string) { marks++ }}, records.NewRows())
			require.NoError(t, err)
			require.ErrorAs(t, c.Reset(t.Context()), new(*bolt.ProtocolError))
			assert.Zero(t, marks)
			assert.False(t, c.Alive())
		})
	}
	c := connectTo(t, bolt.Version{Major: 5, Minor: 8}, messagesOf(t, ignored, ignored, finished), messagesOf(t, ran, rowOfOne, bookmark))
	_, err := c.Run(t.Context(), "RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
	require.NoError(t, err)
	require.NoError(t, c.Reset(t.Context()))
	assert.True(t, c.Clean())
	s, err := c.Run(t.Context(), "RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
	require.NoError(t, err)
	require.NoError(t, s.Discard(t.Context()))
	assert.Equal(t, "bs", s.Bookmark())
}
