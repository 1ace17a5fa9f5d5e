package bolt

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestOutgoing writes messages of sizes around that of a chunk: piece by piece they are the same bytes as AppendFrame makes of them.
func TestOutgoing(t *testing.T) {
	pattern := make([]byte, 5*maxChunk)
	for i := range pattern {
		pattern[i] = byte(i * 7)
	}
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.Custom(func(t *rapid.T) int {
			chunks := rapid.IntRange(0, 3).Draw(t, "chunks")
			return max(1, chunks*maxChunk+rapid.IntRange(-3, 3).Draw(t, "more"))
		})
		sizes := rapid.SliceOfN(rapid.OneOf(near, rapid.IntRange(1, 5000), rapid.IntRange(1, len(pattern))), 0, 5).Draw(t, "sizes")
		out := outgoing{bytes: []byte("choice")}
		want := []byte("choice")
		for _, size := range sizes {
			mark := len(out.bytes)
			out.bytes = append(append(out.bytes, 0, 0), pattern[:size]...)
			out.seal(mark)
			want, _ = AppendFrame(want, func(dst []byte) ([]byte, error) { return append(dst, pattern[:size]...), nil })
		}
		var got []byte
		for piece := out.next(); len(piece) > 0; piece = out.next() {
			require.LessOrEqual(t, len(piece), 2*writePiece+quietWrite)
			got = append(got, piece...)
		}
		require.True(t, bytes.Equal(want, got), "sizes %v", sizes)
	})
}

// TestOutgoingInOneWrite: what is small leaves together, and so do a large message's last chunk and what comes behind it.
func TestOutgoingInOneWrite(t *testing.T) {
	for _, tt := range []struct {
		sizes []int
		want  []int
	}{
		{[]int{10, 20, 30}, []int{10 + 20 + 30 + 3*4}},
		{[]int{10, maxChunk, 30}, []int{writePiece, 10 + 30 + 3*4 - 2}},
		{[]int{10, maxChunk + 5, 30}, []int{14 + 2 + maxChunk, 2 + 5 + 2 + 34}},
	} {
		var out outgoing
		for _, size := range tt.sizes {
			mark := len(out.bytes)
			out.bytes = append(out.bytes, make([]byte, 2+size)...)
			out.seal(mark)
		}
		var got []int
		for piece := out.next(); len(piece) > 0; piece = out.next() {
			got = append(got, len(piece))
		}
		require.Equal(t, tt.want, got)
	}
}
