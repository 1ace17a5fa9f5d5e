package bolt

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// readAll feeds wire to a Frames in reads of the given sizes and returns every message.
func readAll(t require.TestingT, wire []byte, sizes func() int) [][]byte {
	var f Frames
	var got [][]byte
	for {
		for {
			msg, ok, err := f.Next()
			require.NoError(t, err)
			if !ok {
				break
			}
			got = append(got, bytes.Clone(msg))
		}
		if len(wire) == 0 {
			require.True(t, f.Empty())
			return got
		}
		n := copy(f.Space(), wire[:min(len(wire), sizes())])
		f.Filled(n)
		wire = wire[n:]
	}
}

func TestFramesJoinAnyChunksOverAnyReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		messages := rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 1, 400)).Draw(t, "messages")
		var wire []byte
		for _, m := range messages {
			for range rapid.IntRange(0, 2).Draw(t, "noops") {
				wire = append(wire, 0, 0)
			}
			for rest := m; len(rest) > 0; {
				n := rapid.IntRange(1, len(rest)).Draw(t, "chunk")
				wire = append(wire, byte(n>>8), byte(n))
				wire, rest = append(wire, rest[:n]...), rest[n:]
			}
			wire = append(wire, 0, 0)
		}
		got := readAll(t, wire, func() int { return rapid.IntRange(1, 50).Draw(t, "read") })
		require.Equal(t, len(messages), len(got))
		for i := range messages {
			require.Equal(t, messages[i], got[i])
		}
	})
}

func TestAppendFrameSplitsLargeBodies(t *testing.T) {
	for _, size := range []int{1, maxChunk - 1, maxChunk, maxChunk + 1, 2*maxChunk - 1, 2 * maxChunk, 5*maxChunk + 17} {
		body := make([]byte, size)
		for i := range body {
			body[i] = byte(i * 7)
		}
		wire := []byte("before")
		wire, err := AppendFrame(wire, func(dst []byte) ([]byte, error) { return append(dst, body...), nil })
		require.NoError(t, err)
		require.Equal(t, "before", string(wire[:6]))
		got := readAll(t, wire[6:], func() int { return 10_000 })
		require.Len(t, got, 1)
		require.True(t, bytes.Equal(body, got[0]), "size %d", size)
	}
}

func TestAppendFrameLeavesNothingBehindAnError(t *testing.T) {
	wire, err := AppendFrame([]byte{1, 2}, func(dst []byte) ([]byte, error) {
		return append(dst, 9, 9, 9), &ProtocolError{Reason: "no"}
	})
	require.Error(t, err)
	require.Equal(t, []byte{1, 2}, wire)
}

func TestFramesMessageOutlivesLaterOnesOfTheSameRead(t *testing.T) {
	var f Frames
	wire := []byte{0, 1, 'a', 0, 1, 'b', 0, 0, 0, 1, 'c', 0, 1, 'd', 0, 0}
	f.Filled(copy(f.Space(), wire))
	first, ok, err := f.Next()
	require.NoError(t, err)
	require.True(t, ok)
	second, ok, err := f.Next()
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "ab", string(first))
	require.Equal(t, "cd", string(second))
}
