package bolt_test

import (
	"crypto/tls"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// A server that hangs up while the connection is idle is noticed when somebody looks.
func TestGone(t *testing.T) {
	for name, options := range map[string][]bolttest.Option{"plain": nil, "TLS": {bolttest.WithTLS()}} {
		t.Run(name, func(t *testing.T) {
			s := bolttest.New(t, counting, options...)
			nc, err := s.Dial(t.Context(), "tcp", s.Address())
			require.NoError(t, err)
			if options != nil {
				nc = tls.Client(nc, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the test server vouches for itself
			}
			c, err := bolt.NewConn(t.Context(), nc, bolt.Config{})
			require.NoError(t, err)
			defer func() { _ = c.Close() }()
			assert.False(t, c.Gone())
			stream, rows := run(t, c, 10, bolt.StreamConfig{})
			got, err := rest(t.Context(), stream, rows)
			require.NoError(t, err)
			assert.Len(t, got, 10)
			assert.False(t, c.Gone())
			assert.True(t, c.Alive())

			s.CloseConnections()
			s.AwaitConnections(t, 0)
			require.Eventually(t, c.Gone, 10*time.Second, time.Millisecond)
			assert.False(t, c.Alive())
			assert.False(t, c.Clean())
			_, err = c.Run(t.Context(), "RETURN 1", nil, bolt.TxConfig{}, bolt.StreamConfig{}, rows)
			var lost *bolt.ConnectivityError
			require.ErrorAs(t, err, &lost)
			assert.ErrorContains(t, err, "the server closed the connection while it was idle")
		})
	}
}

// Bytes that wait are no end, nor do they hide it, where the system tells the state of a connection.
func TestGoneBehindBytesThatWait(t *testing.T) {
	ours, theirs := tcpPair(t)
	done := make(chan error, 1)
	go func() { done <- acceptLogin50(theirs) }()
	c, err := bolt.NewConn(t.Context(), ours, bolt.Config{Versions: []bolt.Version{{Major: 5}}})
	require.NoError(t, err)
	require.NoError(t, <-done)
	defer func() { _ = c.Close() }()
	_, err = theirs.Write([]byte{0, 0}) // NOOP
	require.NoError(t, err)
	assert.False(t, c.Gone())
	require.NoError(t, theirs.Close())
	if runtime.GOOS == "linux" {
		require.Eventually(t, c.Gone, 10*time.Second, time.Millisecond)
	}
}

// tcpPair returns both ends of a TCP connection.
func tcpPair(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	ours, err = net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	theirs, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _ = theirs.Close() })
	return ours, theirs
}

// acceptLogin50 answers the handshake with Bolt 5.0, and HELLO.
func acceptLogin50(nc net.Conn) error {
	buf := make([]byte, 4096)
	if _, err := nc.Read(buf); err != nil {
		return err
	}
	if _, err := nc.Write([]byte{0, 0, 0, 5}); err != nil {
		return err
	}
	if _, err := nc.Read(buf); err != nil {
		return err
	}
	_, err := nc.Write([]byte{0, 3, 0xB1, bolt.TagSuccess, 0xA0, 0, 0})
	return err
}

// toldConn is a network connection of somebody else's that tells whether its peer has gone.
type toldConn struct {
	net.Conn
	gone bool
}

func (c *toldConn) PeerClosed() bool { return c.gone }

func TestGoneByWordOfTheDialer(t *testing.T) {
	s := bolttest.New(t, counting)
	nc, err := s.Dial(t.Context(), "tcp", s.Address())
	require.NoError(t, err)
	told := &toldConn{Conn: nc}
	c, err := bolt.NewConn(t.Context(), told, bolt.Config{})
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	assert.False(t, c.Gone())
	told.gone = true
	assert.True(t, c.Gone())
	assert.False(t, c.Alive())
}

// Of a connection that cannot tell nothing is known.
func TestGoneUnknown(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		s.CloseConnections()
		assert.False(t, c.Gone())
	})
}

func BenchmarkGone(b *testing.B) {
	s := bolttest.New(b, counting)
	c := connect(b, s, bolt.Config{})
	b.ReportAllocs()
	for b.Loop() {
		if c.Gone() {
			b.Fatal("gone")
		}
	}
}
