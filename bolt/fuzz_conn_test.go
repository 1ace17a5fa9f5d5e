package bolt_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
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

// said is a connection to a server that has said everything beforehand, and closes behind it. It takes whatever it is told.
type said struct {
	net.Conn
	io.Reader
}

func (s said) Read(b []byte) (int, error)        { return s.Reader.Read(b[:min(len(b), 500)]) }
func (said) Write(b []byte) (int, error)         { return len(b), nil }
func (said) Close() error                        { return nil }
func (said) SetReadDeadline(time.Time) error     { return nil }
func (said) SetWriteDeadline(time.Time) error    { return nil }
func (said) RemoteAddr() net.Addr                { return &net.TCPAddr{} }
func speech(wire []byte) (nc net.Conn)           { return said{Reader: bytes.NewReader(wire)} }
func spoken(f *testing.F, v bolt.Version) []byte { return record(f, bolttest.WithVersions(v)) }

// record returns what a server sends in the conversation that the faults disturb.
func record(f *testing.F, opts ...bolttest.Option) []byte {
	s, err := bolttest.Start(answers, append(opts, bolttest.InMemory())...)
	require.NoError(f, err)
	defer s.Close()
	nc, err := s.Dial(f.Context(), "tcp", s.Address())
	require.NoError(f, err)
	var wire bytes.Buffer
	c, err := bolt.NewConn(f.Context(), &tee{nc, &wire}, bolt.Config{})
	require.NoError(f, err)
	_, errs := converse(f.Context(), c)
	require.Len(f, errs, 1, "%v", errs)
	require.NoError(f, c.Close())
	return wire.Bytes()
}

// FuzzConversation: whatever a server says, from the handshake to the end, the client ends with typed errors and without waiting for ever.
func FuzzConversation(f *testing.F) {
	for _, v := range []bolt.Version{{Major: 4, Minor: 2}, {Major: 5, Minor: 6}, {Major: 6, Minor: 1}} {
		f.Add(spoken(f, v))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		c, err := bolt.NewConn(t.Context(), speech(wire), bolt.Config{})
		if err != nil {
			requireTyped(t, []error{err})
			return
		}
		_, errs := converse(t.Context(), c)
		requireTyped(t, errs)
		if c.Reset(t.Context()) == nil {
			require.True(t, c.Clean())
		}
		require.NoError(t, c.Close())
		require.False(t, c.Alive())
	})
}
