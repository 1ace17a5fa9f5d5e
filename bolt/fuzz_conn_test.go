package bolt_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/conversation"
)

// FuzzFrames: whatever arrives in reads of whatever size, the messages are those of a reader that takes its time, and the buffer stays in
// proportion to what has arrived.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x02\xB0\x0F\x00\x00\x00\x01a\x00\x01b\x00\x00"), uint16(3))
	f.Add([]byte("\x00\x00\x00\x00\x00\x05abc"), uint16(1))
	f.Fuzz(func(t *testing.T, wire []byte, step uint16) {
		var frames bolt.Frames
		want := messages(wire)
		for rest := wire; len(rest) > 0; {
			space := frames.Space()
			require.LessOrEqual(t, len(space), 128<<10+4*len(wire))
			n := copy(space[:min(len(space), int(step)+1)], rest)
			frames.Filled(n)
			rest = rest[n:]
			for {
				msg, ok, err := frames.Next()
				require.NoError(t, err)
				if !ok {
					break
				}
				require.NotEmpty(t, want)
				require.True(t, bytes.Equal(want[0], msg))
				want = want[1:]
			}
		}
		require.Empty(t, want)
	})
}

// messages takes the chunks apart one by one.
func messages(wire []byte) (all [][]byte) {
	var msg []byte
	for len(wire) >= 2 {
		size := int(binary.BigEndian.Uint16(wire))
		wire = wire[2:]
		switch {
		case size == 0 && msg != nil:
			all, msg = append(all, msg), nil
		case size > len(wire):
			return all
		default:
			msg = append(msg, wire[:size]...)
			wire = wire[size:]
		}
	}
	return all
}

// FuzzConversation: whatever a server says, from the handshake to the end, the client ends with typed errors and without waiting for ever. The input has the
// parts of a recording, each behind its length in two bytes.
func FuzzConversation(f *testing.F) {
	eachRecording(f, func(_ string, said conversation.Recording) {
		var input []byte
		for _, part := range said {
			input = append(binary.BigEndian.AppendUint16(input, uint16(len(part))), part...)
		}
		f.Add(input)
	})
	f.Fuzz(func(t *testing.T, input []byte) {
		var said conversation.Recording
		for len(input) >= 2 {
			size := min(int(binary.BigEndian.Uint16(input)), len(input)-2)
			said = append(said, input[2:2+size])
			input = input[2+size:]
		}
		_, errs := replay(t, said)
		requireTyped(t, errs)
	})
}
