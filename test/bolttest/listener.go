package bolttest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// memoryListener accepts connections in memory.
type memoryListener struct {
	addr    memoryAddr
	latency time.Duration
	limit   int

	clients  atomic.Int64
	incoming chan net.Conn // unbuffered: a dialled connection has been accepted
	closing  sync.Once
	closed   chan struct{}
}

// listeners counts the listeners of this process, so that each has an address of its own.
var listeners atomic.Int64

// newMemoryListener makes an address of the block that RFC 5737 sets aside for examples: a literal, so that nobody looks it up, and nobody's.
func newMemoryListener(latency time.Duration, limit int) *memoryListener {
	n := listeners.Add(1)
	return &memoryListener{
		addr:    memoryAddr(fmt.Sprintf("192.0.2.%d:%d", 1+n%254, 7687+n/254)),
		latency: latency,
		limit:   limit,

		incoming: make(chan net.Conn),
		closed:   make(chan struct{}),
	}
}

// dial takes one round trip, as TCP does.
func (l *memoryListener) dial(ctx context.Context) (net.Conn, error) {
	local := memoryAddr(fmt.Sprintf("192.0.2.255:%d", 49152+l.clients.Add(1)%16384))
	client, server := newMemoryConn(local, l.addr, l.latency, l.limit)
	if err := l.travel(ctx); err != nil {
		return nil, err
	}
	select {
	case l.incoming <- server:
		return client, nil
	case <-l.closed:
		return nil, refused(l.addr)
	case <-ctx.Done():
		return nil, dialError(l.addr, ctx.Err())
	}
}

func (l *memoryListener) travel(ctx context.Context) error {
	if l.latency <= 0 {
		return nil
	}
	t := time.NewTimer(2 * l.latency)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return dialError(l.addr, ctx.Err())
	}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.incoming:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return nil
}

func (l *memoryListener) Addr() net.Addr { return l.addr }

func refused(addr net.Addr) error { return dialError(addr, syscall.ECONNREFUSED) }

func dialError(addr net.Addr, err error) error {
	return &net.OpError{Op: "dial", Net: addr.Network(), Addr: addr, Err: err}
}
