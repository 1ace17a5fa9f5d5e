package bolttest

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// memoryConn is one end of a connection in memory. Unlike net.Pipe it is buffered, as sockets are: two ends that both write first do not wait
// for each other.
type memoryConn struct {
	in, out         *pipe
	local, remote   memoryAddr
	readBy, writeBy *deadline
	closing         sync.Once
	closed          chan struct{}
}

// newMemoryConn returns both ends of a connection.
func newMemoryConn(client, server memoryAddr, latency time.Duration, limit int) (clientEnd, serverEnd *memoryConn) {
	up, down := newPipe(latency, limit), newPipe(latency, limit)
	return newEnd(down, up, client, server), newEnd(up, down, server, client)
}

func newEnd(in, out *pipe, local, remote memoryAddr) *memoryConn {
	return &memoryConn{
		in: in, out: out, local: local, remote: remote, readBy: newDeadline(), writeBy: newDeadline(), closed: make(chan struct{}),
	}
}

// Read waits for at least one byte.
func (c *memoryConn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := c.in.read(b, c.readBy, c.closed)
	return n, c.error("read", err)
}

// Write waits until everything is in the buffer, not until it is read.
func (c *memoryConn) Write(b []byte) (int, error) {
	n, err := c.out.write(b, c.writeBy, c.closed)
	return n, c.error("write", err)
}

// Close lets the other end read what has been written.
func (c *memoryConn) Close() error {
	err := net.ErrClosed
	c.closing.Do(func() {
		close(c.closed)
		c.out.finish(io.EOF)
		c.in.abandon(syscall.EPIPE)
		err = nil
	})
	return c.error("close", err)
}

// abort closes with a reset: the other end gets what was written before, and then an error.
func (c *memoryConn) abort() {
	c.out.finish(syscall.ECONNRESET)
	c.in.abandon(syscall.ECONNRESET)
	_ = c.Close()
}

func (c *memoryConn) LocalAddr() net.Addr  { return c.local }
func (c *memoryConn) RemoteAddr() net.Addr { return c.remote }

func (c *memoryConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *memoryConn) SetReadDeadline(t time.Time) error {
	c.readBy.set(t)
	return nil
}

func (c *memoryConn) SetWriteDeadline(t time.Time) error {
	c.writeBy.set(t)
	return nil
}

// error gives an error the form that it has on a socket.
func (c *memoryConn) error(op string, err error) error {
	if err == nil || err == io.EOF { //nolint:errorlint // as sockets do, which return it bare
		return err
	}
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}

// memoryAddr is a host:port that exists in memory only.
type memoryAddr string

func (memoryAddr) Network() string  { return "memory" }
func (a memoryAddr) String() string { return string(a) }
