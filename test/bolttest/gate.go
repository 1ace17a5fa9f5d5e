package bolttest

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"
)

// gate is what the connections between a member of a cluster and its clients go through. While it is shut nothing gets through, not even the news
// that the other end has gone: what has been sent waits, as it does in a network that will be mended before anybody has given up.
type gate struct {
	mu    sync.Mutex    // guards what follows
	shut  chan struct{} // closed when the gate opens; nil while it is open
	delay time.Duration // before each write of the member
	limbo []*gatedConn  // closed by the member while the gate was shut; their clients learn it when it opens
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		g.shut = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		return
	}
	close(g.shut)
	g.shut = nil
	for _, c := range g.limbo {
		c.memoryConn.abort()
	}
	g.limbo = nil
}

func (g *gate) slow(delay time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.delay = delay
}

// state returns what to wait for, nil if the gate is open, and how long what is sent takes.
func (g *gate) state() (shut <-chan struct{}, delay time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut, g.delay
}

// pass waits until the gate is open or ended is closed.
func (g *gate) pass(ended <-chan struct{}) (delay time.Duration, ok bool) {
	for {
		shut, delay := g.state()
		if shut == nil {
			return delay, true
		}
		select {
		case <-shut:
		case <-ended:
			return 0, false
		}
	}
}

// wait is pass for somebody who dials: his packets vanish, so that it is up to him when to give up.
func (g *gate) wait(ctx context.Context, addr net.Addr) error {
	if _, ok := g.pass(ctx.Done()); !ok {
		return dialError(addr, ctx.Err())
	}
	return nil
}

// gatedConn is the member's end of a connection behind a gate.
type gatedConn struct {
	*memoryConn
	gate    *gate
	closing sync.Once
	ended   chan struct{}
}

func (g *gate) wrap(nc *memoryConn) *gatedConn {
	return &gatedConn{memoryConn: nc, gate: g, ended: make(chan struct{})}
}

func (c *gatedConn) Read(b []byte) (int, error) {
	n, err := c.memoryConn.Read(b)
	if _, ok := c.gate.pass(c.ended); !ok {
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *gatedConn) Write(b []byte) (int, error) {
	delay, ok := c.gate.pass(c.ended)
	if !ok || !pause(delay, c.ended) {
		return 0, net.ErrClosed
	}
	return c.memoryConn.Write(b)
}

// Close is, to the client, a reset that arrives when the gate is open.
func (c *gatedConn) Close() error {
	c.end(func() { _ = c.memoryConn.Close() })
	return nil
}

func (c *gatedConn) abort() { c.end(c.memoryConn.abort) }

// end ends the member's part at once, and the rest by finish, unless the gate is shut.
func (c *gatedConn) end(finish func()) {
	c.closing.Do(func() {
		close(c.ended)
		c.gate.mu.Lock()
		defer c.gate.mu.Unlock()
		if c.gate.shut == nil {
			finish()
			return
		}
		_ = c.memoryConn.SetDeadline(time.Unix(1, 0)) // whoever reads or writes gives up
		c.gate.limbo = append(c.gate.limbo, c)
	})
}

// unreachable is what dialling an address ends with that nobody has.
func unreachable(addr net.Addr) error { return dialError(addr, syscall.EHOSTUNREACH) }
