package blaster

import (
	"net"
	"sync"
	"time"
)

// Server listens on a loopback port of its own choice.
type Server struct {
	cfg      Config
	replies  *replies
	listener net.Listener
	open     sync.WaitGroup
}

// Start begins to listen.
func Start(cfg Config) (*Server, error) {
	r, err := newReplies(cfg)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, replies: r, listener: l}
	s.open.Go(s.accept) // ends with Close, which joins it
	return s, nil
}

// URI is where a driver finds the server.
func (s *Server) URI() string { return "bolt://" + s.listener.Addr().String() }

// Close stops listening and waits until every client has left.
func (s *Server) Close() {
	_ = s.listener.Close()
	s.open.Wait()
}

func (s *Server) accept() {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.open.Go(func() { // ends when the client leaves; Close joins it
			defer nc.Close()
			(&conversation{replies: s.replies, nc: s.place(nc)}).run()
		})
	}
}

// place puts the client where it is said to be. A connection that is not distant stays as it is: it
// writes faster.
func (s *Server) place(nc net.Conn) net.Conn {
	if s.cfg.Latency <= 0 {
		return nc
	}
	return distant{nc, s.cfg.Latency}
}

// distant is a connection from far away.
type distant struct {
	net.Conn
	latency time.Duration
}

func (d distant) Read(b []byte) (int, error) {
	n, err := d.Conn.Read(b)
	time.Sleep(d.latency)
	return n, err
}
