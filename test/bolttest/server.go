package bolttest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neorx/neorx/bolt"
)

// Server is a Bolt server in this process. Its methods are safe for concurrent use.
type Server struct {
	cfg         *config
	play        func(ctx context.Context, c *conn)
	handler     Handler
	listener    net.Listener
	certificate *x509.Certificate
	tlsConfig   *tls.Config

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup // the accept loop and every connection

	mu        sync.Mutex // guards what follows
	open      map[net.Conn]struct{}
	working   map[*conn]struct{} // those that are not ready for something new
	accepted  int
	requests  []Request
	bookmarks int
	changed   chan struct{} // closed when open or working changes; nil while nobody waits
}

// New starts a server that lives as long as the test and keeps its requests. It fails the test where that is not possible.
func New(t testing.TB, handler Handler, opts ...Option) *Server {
	t.Helper()
	s, err := Start(handler, append([]Option{WithRecording()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server, in programs as well as in tests. Close it when it is not needed any more. The error is that of listening.
func Start(handler Handler, opts ...Option) (*Server, error) {
	s := newServer(opts)
	s.handler = handler
	s.play = func(ctx context.Context, c *conn) { c.serve(ctx) }
	if err := s.start(); err != nil {
		return nil, err
	}
	return s, nil
}

func newServer(opts []Option) *Server {
	return &Server{cfg: newConfig(opts), open: map[net.Conn]struct{}{}, working: map[*conn]struct{}{}}
}

func (s *Server) start() error {
	if err := s.listen(); err != nil {
		return fmt.Errorf("bolttest: %w", err)
	}
	if err := s.certify(); err != nil {
		_ = s.listener.Close()
		return fmt.Errorf("bolttest: %w", err)
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.work.Go(s.accept) // ends when Close closes the listener, and is joined there
	return nil
}

func (s *Server) listen() (err error) {
	if s.cfg.memory {
		l := newMemoryListener(s.cfg.latency, s.cfg.buffer)
		if s.cfg.name != "" {
			l.addr = memoryAddr(s.cfg.name)
		}
		s.listener = l
		return nil
	}
	s.listener, err = net.Listen("tcp", s.cfg.address)
	return err
}

// certify prepares TLS, if it is wanted.
func (s *Server) certify() (err error) {
	switch {
	case s.cfg.tlsWith != nil:
		s.tlsConfig = s.cfg.tlsWith
	case s.cfg.tls:
		s.tlsConfig, s.certificate, err = newCertificate(s.Address())
	}
	return err
}

func (s *Server) accept() {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.serve(nc)
	}
}

// serve starts the goroutine of a connection, which Close ends by closing it, and joins.
func (s *Server) serve(nc net.Conn) {
	s.mu.Lock()
	if s.ctx.Err() != nil {
		s.mu.Unlock()
		_ = nc.Close()
		return
	}
	s.accepted++
	c := &conn{server: s, session: &Session{ID: s.accepted}, state: negotiation}
	raw, framing := s.disturbed(nc, c.session.ID)
	c.nc, c.line, c.framing = raw, raw, framing
	if s.tlsConfig != nil {
		c.nc = tls.Server(raw, s.tlsConfig)
	}
	s.open[raw] = struct{}{}
	s.notify()
	s.mu.Unlock()
	s.work.Go(func() {
		defer s.forget(raw, c)
		s.play(s.ctx, c)
	})
}

func (s *Server) forget(nc net.Conn, c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, nc)
	delete(s.working, c)
	s.notify()
}

// busy notes whether a connection has something to do, or something open.
func (s *Server) busy(c *conn, is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if is {
		s.working[c] = struct{}{}
		return
	}
	delete(s.working, c)
	s.notify()
}

// notify wakes who waits for connections to come or go; mu is held.
func (s *Server) notify() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Close ends the server with all its connections, and waits for their handlers. Further calls do nothing.
func (s *Server) Close() {
	s.cancel()
	_ = s.listener.Close()
	s.CloseConnections()
	s.work.Wait()
}

// CloseConnections cuts all open connections, as a server that dies does, and goes on listening.
func (s *Server) CloseConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for nc := range s.open {
		_ = nc.Close()
	}
}

// Address returns the server's host:port. That of a server in memory is reached by Dial only.
func (s *Server) Address() string { return s.listener.Addr().String() }

// URI returns the address as a URI of the scheme bolt, or bolt+ssc with TLS.
func (s *Server) URI() string {
	if s.tlsConfig != nil {
		return "bolt+ssc://" + s.Address()
	}
	return "bolt://" + s.Address()
}

// RoutingURI is URI with the scheme neo4j, or neo4j+ssc.
func (s *Server) RoutingURI() string { return strings.Replace(s.URI(), "bolt", "neo4j", 1) }

// Dial connects to the server, whatever the address: it can be given to a driver as its dialer. For several servers see [Dialer].
func (s *Server) Dial(ctx context.Context, network, _ string) (net.Conn, error) {
	if l, ok := s.listener.(*memoryListener); ok {
		return l.dial(ctx)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, s.Address())
}

// Dialer connects to one of the servers, by its address, and refuses others.
func Dialer(servers ...*Server) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		for _, s := range servers {
			if s.Address() == address {
				return s.Dial(ctx, network, address)
			}
		}
		return nil, refused(memoryAddr(address))
	}
}

// Certificate returns the certificate of [WithTLS], which the server has signed itself for localhost, the loopback addresses and its own, or nil.
// It has been valid since 1999, so that it is in a bubble of testing/synctest, whose clock starts in 2000.
func (s *Server) Certificate() *x509.Certificate { return s.certificate }

// Connections returns how many connections the server has accepted so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// OpenConnections returns how many of them have not ended. A connection ends a moment after its client has closed it: see [Server.AwaitConnections].
func (s *Server) OpenConnections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// BusyConnections returns how many of them are in the middle of something: logging in, in a transaction, with rows left to pull, or failed and not yet
// reset. A driver at rest has none, however many it keeps open.
func (s *Server) BusyConnections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.working)
}

// AwaitConnections waits until exactly n connections are open, and fails the test when that is not so after ten seconds.
func (s *Server) AwaitConnections(t testing.TB, n int) {
	t.Helper()
	s.await(t, "open", n, func() int { return len(s.open) })
}

// AwaitIdle waits until no connection is busy, and fails the test when that is not so after ten seconds.
func (s *Server) AwaitIdle(t testing.TB) {
	t.Helper()
	s.await(t, "busy", 0, func() int { return len(s.working) })
}

// patience is how long await waits.
const patience = 10 * time.Second

// await waits until count, which is called with mu held, returns n.
func (s *Server) await(t testing.TB, what string, n int, count func() int) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		is, changed := s.watch(count)
		if is == n {
			return
		}
		select {
		case <-changed:
		case <-late.C:
			t.Fatalf("bolttest: %d connections are %s, not %d", is, what, n)
		}
	}
}

func (s *Server) watch(count func() int) (is int, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return count(), s.changed
}

// bookmark returns given, or a bookmark that no other transaction of the server has got.
func (s *Server) bookmark(given string) string {
	if given != "" {
		return given
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bookmarks++
	return fmt.Sprintf("bolttest:%d", s.bookmarks)
}

// planned returns the error that a request was planned to fail with, or nil.
func (s *Server) planned(tag byte) *bolt.ServerError {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.cfg.failures {
		if err := f.count(tag); err != nil {
			return err
		}
	}
	return nil
}
