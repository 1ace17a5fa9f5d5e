package bolttest

import (
	"fmt"

	"github.com/neorx/neorx/bolt"
)

// Request is a message that the server has got.
type Request struct {
	// Connection is the number of the connection it came on: the ID of its [Session].
	Connection int
	// Message is one of the requests of package bolt. RUN has its parameters as a map[string]any.
	Message bolt.Request
}

// String returns the message's name with what matters most, such as "RUN RETURN 1" or "PULL 1000".
func (r Request) String() string {
	name := bolt.TagName(r.Message.Tag())
	switch m := r.Message.(type) {
	case *bolt.Run:
		return name + " " + m.Query
	case *bolt.Pull:
		return name + demand(m.N, m.QID)
	case *bolt.Discard:
		return name + demand(m.N, m.QID)
	}
	return name
}

func demand(n, qid int64) string {
	if qid == bolt.LastRun {
		return fmt.Sprintf(" %d", n)
	}
	return fmt.Sprintf(" %d of %d", n, qid)
}

// Requests returns everything that the server was asked so far, in the order of arrival. A server made by [Start] has to be told to keep it, with
// [WithRecording].
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Conversation returns what came on one connection, numbered from 1, as the strings of the requests: ["HELLO", "LOGON", "RUN RETURN 1", "PULL 1000"].
func (s *Server) Conversation(connection int) []string {
	lines := []string{}
	for _, r := range s.Requests() {
		if r.Connection == connection {
			lines = append(lines, r.String())
		}
	}
	return lines
}

// Received returns the requests of one type, on all connections, such as Received[*bolt.Run](s) or Received[bolt.Commit](s).
func Received[M bolt.Request](s *Server) []M {
	var list []M
	for _, r := range s.Requests() {
		if m, ok := r.Message.(M); ok {
			list = append(list, m)
		}
	}
	return list
}

// note keeps a request.
func (s *Server) note(session *Session, m bolt.Request) {
	if !s.cfg.record {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{session.ID, m})
}
