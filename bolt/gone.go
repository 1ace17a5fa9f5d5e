package bolt

import (
	"errors"
	"net"
	"sync"
	"syscall"
)

// errGone is why a connection is of no more use whose other end has closed it while it was idle.
var errGone = errors.New("the server closed the connection while it was idle")

// Gone looks, without waiting, whether the other end has closed the connection, of which nobody hears as long as nobody reads. If so the connection is not
// Alive any more. Where the system or the network connection does not tell, nothing is known and Gone is false: what counts is a TCP socket, under TLS or
// not, or anything else with a method PeerClosed() bool.
func (c *Conn) Gone() bool {
	if !c.peer.closed() {
		return false
	}
	_ = c.fail(&ConnectivityError{Op: "use", Address: c.address, Err: errGone})
	return true
}

// farEnd looks at the socket of a connection.
type farEnd struct {
	mu   sync.Mutex      // guards what follows
	raw  syscall.RawConn // nil: there is none
	ask  func() bool     // nil: nobody
	look func(fd uintptr)
	is   bool
}

// of says whose peer it is, before anybody asks.
func (p *farEnd) of(nc net.Conn) {
	for {
		inner, ok := nc.(interface{ NetConn() net.Conn }) // as *tls.Conn has it
		if !ok {
			break
		}
		nc = inner.NetConn()
	}
	switch nc := nc.(type) {
	case interface{ PeerClosed() bool }:
		p.ask = nc.PeerClosed
	case *net.TCPConn:
		p.raw, _ = nc.SyscallConn() // an error is that it is closed, which others will find
		p.look = func(fd uintptr) { p.is = peerClosed(int(fd)) }
	}
}

func (p *farEnd) closed() bool {
	if p.ask != nil {
		return p.ask()
	}
	if p.raw == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.is = false
	_ = p.raw.Control(p.look) // an error is that we have closed it ourselves
	return p.is
}
