package bolttest

import (
	"net"
	"sync"
	"time"

	"github.com/neorx/neorx/bolt"
)

// Fault is something that goes wrong on a connection. See [WithFaults] and [WithFaultsOn].
type Fault func(*faults)

// faults is what goes wrong on one connection. Positions count bytes on the wire, from 0; -1 is never.
type faults struct {
	cutSent, cutReceived, stall, corrupt int64
	corruption                           byte
	delay                                time.Duration
	dripBytes                            int
	framing                              framing
}

// WithFaults disturbs every connection.
func WithFaults(list ...Fault) Option {
	return func(c *config) { c.faults = append(c.faults, list...) }
}

// WithFaultsOn disturbs one connection, numbered from 1 in the order of acceptance.
func WithFaultsOn(connection int, list ...Fault) Option {
	return func(c *config) { c.faultsOn[connection] = append(c.faultsOn[connection], list...) }
}

// CutSent resets the connection once the server has sent n bytes. In memory the client gets exactly these.
func CutSent(n int64) Fault { return func(f *faults) { f.cutSent = n } }

// CutReceived resets the connection once the server has read n bytes.
func CutReceived(n int64) Fault { return func(f *faults) { f.cutReceived = n } }

// Stall makes the server fall silent after n bytes, with the connection left open.
func Stall(n int64) Fault { return func(f *faults) { f.stall = n } }

// Corrupt replaces byte n that the server sends.
func Corrupt(n int64, by byte) Fault { return func(f *faults) { f.corrupt, f.corruption = n, by } }

// Delay makes the server wait before each write.
func Delay(d time.Duration) Fault { return func(f *faults) { f.delay = d } }

// Drip makes the server write a few bytes at a time and wait after each.
func Drip(bytes int, every time.Duration) Fault {
	return func(f *faults) { f.dripBytes, f.delay = max(1, bytes), every }
}

// Chunks cuts the server's messages into chunks of at most this size.
func Chunks(size int) Fault { return func(f *faults) { f.framing.chunk = size } }

// Noops puts so many NOOPs in front of each message of the server.
func Noops(n int) Fault { return func(f *faults) { f.framing.noops = n } }

// plannedFailure makes one request fail.
type plannedFailure struct {
	tag  byte
	left int // how many requests with the tag until then; 0: it has happened
	err  *bolt.ServerError
}

// count notes a request, and returns the error if it is the one.
func (p *plannedFailure) count(tag byte) *bolt.ServerError {
	if p.tag != tag || p.left == 0 {
		return nil
	}
	p.left--
	if p.left > 0 {
		return nil
	}
	return p.err
}

// FailRequest makes the k-th request with this tag, such as bolt.TagCommit, fail instead of being performed. Requests that are ignored do not count.
func FailRequest(tag byte, k int, err *bolt.ServerError) Option {
	return func(c *config) { c.failures = append(c.failures, &plannedFailure{tag, k, err}) }
}

// disturbed wraps a connection in what shall go wrong on it.
func (s *Server) disturbed(nc net.Conn, connection int) (*faultyConn, framing) {
	if s.cfg.wrap != nil {
		nc = s.cfg.wrap(nc)
	}
	f := faults{cutSent: -1, cutReceived: -1, stall: -1, corrupt: -1}
	for _, fault := range append(append([]Fault(nil), s.cfg.faults...), s.cfg.faultsOn[connection]...) {
		fault(&f)
	}
	return &faultyConn{Conn: nc, faults: f, closed: make(chan struct{})}, f.framing
}

// faultyConn does to a connection what its faults say.
type faultyConn struct {
	net.Conn
	faults
	sent, received int64 // the writer's and the reader's own
	closing        sync.Once
	closed         chan struct{}
}

// Close is also what ends waiting.
func (c *faultyConn) Close() error {
	c.closing.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func (c *faultyConn) Read(b []byte) (int, error) {
	if left := c.cutReceived - c.received; c.cutReceived >= 0 {
		if left <= 0 {
			return 0, c.cut()
		}
		b = b[:min(int64(len(b)), left)]
	}
	n, err := c.Conn.Read(b)
	c.received += int64(n)
	return n, err
}

func (c *faultyConn) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		n, err := c.writeSome(b[written:])
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// writeSome writes up to the next thing that goes wrong.
func (c *faultyConn) writeSome(b []byte) (int, error) {
	if !pause(c.delay, c.closed) {
		return 0, net.ErrClosed
	}
	if c.stall >= 0 && c.sent >= c.stall {
		return len(b), nil // the client may still be heard: a server that is silent is not deaf
	}
	switch c.sent {
	case c.cutSent:
		return 0, c.cut()
	case c.corrupt:
		b = []byte{c.corruption}
	}
	if c.dripBytes > 0 {
		b = b[:min(len(b), c.dripBytes)]
	}
	for _, at := range []int64{c.cutSent, c.stall, c.corrupt} {
		if at > c.sent {
			b = b[:min(int64(len(b)), at-c.sent)]
		}
	}
	n, err := c.Conn.Write(b)
	c.sent += int64(n)
	return n, err
}

// pause waits, and tells whether the connection is still open.
func pause(d time.Duration, closed <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-closed:
		return false
	}
}

// cut resets the connection.
func (c *faultyConn) cut() error {
	switch nc := c.Conn.(type) {
	case *net.TCPConn:
		_ = nc.SetLinger(0)
	case interface{ abort() }:
		nc.abort()
	}
	_ = c.Close()
	return net.ErrClosed
}
