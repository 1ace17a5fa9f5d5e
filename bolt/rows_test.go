package bolt

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawMessages draws messages of which most are RECORDs, and the same cut into chunks.
func drawMessages(t *rapid.T) (messages [][]byte, wire []byte) {
	for range rapid.IntRange(0, 40).Draw(t, "messages") {
		m := rapid.SliceOfN(rapid.Byte(), 1, 30).Draw(t, "message")
		if rapid.IntRange(0, 9).Draw(t, "kind") > 0 {
			m = append([]byte{0xB1, TagRecord}, m...)
		}
		messages = append(messages, m)
		chunk := len(m)
		if rapid.IntRange(0, 9).Draw(t, "cut") == 0 {
			chunk = rapid.IntRange(1, len(m)).Draw(t, "chunk")
		}
		for part := range chunks(m, chunk) {
			wire = append(append(wire, 0, byte(len(part))), part...)
		}
		wire = append(wire, 0, 0)
	}
	return messages, wire
}

func chunks(m []byte, size int) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(m) > 0 {
			n := min(size, len(m))
			if !yield(m[:n]) {
				return
			}
			m = m[n:]
		}
	}
}

// RECORDs taken together and queued are the rows that they are one by one, whatever stands between them and however they arrive.
func TestRecordsTakenTogetherAreTheSameRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		messages, wire := drawMessages(t)
		var f Frames
		var got [][]byte
		var q rowQueue
		flush := func() {
			for q.n > 0 {
				got = append(got, append([]byte{0xB1, TagRecord}, q.pop()...))
			}
			q.clear()
		}
		for len(wire) > 0 {
			n := copy(f.Space(), wire[:min(len(wire), rapid.IntRange(1, 100).Draw(t, "read"))])
			f.Filled(n)
			wire = wire[n:]
			for {
				most := rapid.Int64Range(0, 5).Draw(t, "room")
				run, n := f.records(most)
				require.LessOrEqual(t, n, most)
				q.push(run, int(n))
				msg, ok, err := f.Next()
				require.NoError(t, err)
				if !ok {
					break
				}
				if len(msg) > 2 && bytes.Equal(msg[:2], []byte{0xB1, TagRecord}) {
					q.pushOne(msg[2:])
					continue
				}
				flush()
				got = append(got, bytes.Clone(msg))
			}
		}
		flush()
		require.True(t, f.Empty())
		require.Equal(t, messages, got)
	})
}
