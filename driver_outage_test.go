package neorx_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// outage is what becomes of a network and the server behind it, from a certain moment on.
type outage struct {
	name string
	// takes is how many more bytes of a client are taken; all of them where it is negative. They
	// get no answer.
	takes int
	slow  bool // a byte a second gets through, in both directions
	hole  bool // no dial is answered
	cold  bool // the client has no connection yet, for work that can do without
	tls   bool
	big   bool // the work has parameters of 1 MiB
}

// bufferBytes is what the buffers of a connection hold whose other end does not read.
const bufferBytes = 64 << 10

var outages = []outage{
	{name: "silent", takes: -1},
	{name: "not reading"},
	{name: "not reading, 1 MiB", big: true},
	{name: "stopped", takes: bufferBytes},
	{name: "stopped, 1 MiB", takes: bufferBytes, big: true},
	{name: "stopped, TLS, 1 MiB", takes: bufferBytes, big: true, tls: true},
	{name: "black hole", takes: bufferBytes, hole: true, cold: true},
	{name: "silent from the start", takes: -1, cold: true},
	{name: "silent from the start, TLS", takes: -1, cold: true, tls: true},
	{name: "slow", slow: true},
}

// network is a way to a server which the outage comes over when start is called, and that goes away
// with end.
type network struct {
	outage
	server func(ctx context.Context) (net.Conn, error)
	link   func() (client, far net.Conn, err error)

	mu      sync.Mutex // guards what follows
	near    []net.Conn
	far     []net.Conn
	relays  sync.WaitGroup
	started chan struct{}
	ended   chan struct{}
}

func newNetwork(tr outage, server func(ctx context.Context) (net.Conn, error), link linking) *network {
	return &network{outage: tr, server: server, link: link, started: make(chan struct{}), ended: make(chan struct{})}
}

// pipes is a link in memory that holds nothing.
func pipes() (client, far net.Conn, err error) {
	client, far = net.Pipe()
	return client, far, nil
}

// start makes the outage come, also over those who are reading.
func (n *network) start() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.started)
	for _, far := range n.far {
		_ = far.SetReadDeadline(time.Unix(1, 0))
	}
	if n.takes == 0 && !n.slow {
		n.plug()
	}
}

// plug fills the buffers of sockets with NOOPs, so that not even a small write fits in.
func (n *network) plug() {
	noops := make([]byte, 64<<10)
	for _, client := range n.near {
		socket, ok := client.(*net.TCPConn)
		for ok {
			_ = socket.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
			_, err := socket.Write(noops)
			ok = err == nil
		}
		_ = client.SetWriteDeadline(time.Time{})
	}
}

func (n *network) end(t testing.TB) {
	t.Helper()
	close(n.ended)
	n.mu.Lock()
	for _, far := range n.far {
		_ = far.Close()
	}
	n.mu.Unlock()
	n.relays.Wait()
}

func (n *network) troubled() bool {
	select {
	case <-n.started:
		return true
	default:
		return false
	}
}

// dial is a neorx.Dialer.
func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if n.hole && n.troubled() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	client, far, err := n.link()
	if err != nil {
		return nil, err
	}
	server, err := n.server(ctx)
	if err != nil {
		return nil, errors.Join(err, client.Close(), far.Close())
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.near, n.far = append(n.near, client), append(n.far, far)
	said := make(chan []byte, 1<<10) // more than a server says unasked
	// The relays end when one of the two ends is closed, by the driver or by end, which waits for
	// them.
	n.relays.Add(3)
	go n.up(far, server)
	go n.down(server, said)
	go n.deliver(far, said)
	return client, nil
}

// up relays what the client says.
func (n *network) up(far, server net.Conn) {
	defer n.relays.Done()
	defer server.Close()
	buf := make([]byte, 32<<10)
	for left := n.takes; ; {
		room := len(buf)
		if n.troubled() {
			room = n.room(room, left)
		}
		if room == 0 {
			<-n.ended
			return
		}
		k, err := far.Read(buf[:room])
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			_ = far.SetReadDeadline(time.Time{})
			continue
		case err != nil:
			return
		case n.troubled() && !n.slow:
			left -= k
			continue
		}
		if _, err := server.Write(buf[:k]); err != nil {
			return
		}
	}
}

// room is how many bytes are taken next.
func (n *network) room(most, left int) int {
	switch {
	case n.slow:
		n.pause()
		return 1
	case left < 0:
		return most
	}
	return min(most, left)
}

// down takes what the server says.
func (n *network) down(server net.Conn, said chan<- []byte) {
	defer n.relays.Done()
	defer close(said)
	buf := make([]byte, 32<<10)
	for {
		k, err := server.Read(buf)
		if n.troubled() && !n.slow { // nobody is told, also not of an end
			<-n.ended
			return
		}
		said <- bytes.Clone(buf[:k])
		if err != nil {
			return
		}
	}
}

// deliver gives the client what the server has said. What was on its way before the outage gets
// there.
func (n *network) deliver(far net.Conn, said <-chan []byte) {
	defer n.relays.Done()
	defer far.Close()
	for b := range said {
		for len(b) > 0 {
			piece := b
			if n.troubled() && n.slow {
				n.pause()
				piece = b[:1]
			}
			if _, err := far.Write(piece); err != nil {
				break
			}
			b = b[len(piece):]
		}
	}
}

func (n *network) pause() {
	select {
	case <-time.After(time.Second):
	case <-n.ended:
	}
}

// sockets is a link of TCP on the loopback interface.
func sockets(t testing.TB) func() (client, far net.Conn, err error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return func() (client, far net.Conn, err error) {
		if client, err = net.Dial("tcp", listener.Addr().String()); err != nil {
			return nil, nil, err
		}
		far, err = listener.Accept()
		return client, far, err
	}
}
