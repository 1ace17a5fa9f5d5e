package blaster

import (
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bench/shape"
)

var version = bolt.Version{Major: 5, Minor: 8}

// block is how many bytes of records one write has at least.
const block = 256 << 10

// replies are all that a server ever says, encoded once.
type replies struct {
	hello, run, more, end, commit, empty []byte
	records                              []byte // many times the same
	record                               int    // the length of one
}

func newReplies(cfg Config) (*replies, error) {
	s, err := shape.Named(cfg.Shape)
	if err != nil {
		return nil, err
	}
	one, err := s.Frame()
	if err != nil {
		return nil, err
	}
	r := &replies{record: len(one)}
	for len(r.records) < block {
		r.records = append(r.records, one...)
	}
	return r, r.encode(cfg, s.Fields)
}

type message interface {
	Append(dst []byte, c *bolt.Capabilities) ([]byte, error)
}

func (r *replies) encode(cfg Config, fields []string) error {
	caps := version.Capabilities(false)
	for _, reply := range []struct {
		to *[]byte
		message
	}{
		{&r.hello, &bolt.HelloSuccess{Server: "Neo4j/5.26.0", ConnectionID: "bolt-1", Hints: bolt.Hints{RecvTimeout: cfg.recvTimeout()}}},
		{&r.run, &bolt.RunSuccess{Fields: fields, QID: bolt.LastRun}},
		{&r.more, &bolt.StreamSuccess{HasMore: true}},
		{&r.end, &bolt.StreamSuccess{Bookmark: "FB:bookmark", Metadata: map[string]any{"type": "r", "t_last": int64(1), "db": "neo4j"}}},
		{&r.commit, &bolt.CommitSuccess{Bookmark: "FB:bookmark"}},
		{&r.empty, &bolt.Success{}},
	} {
		out, err := bolt.AppendFrame(nil, func(dst []byte) ([]byte, error) { return reply.Append(dst, &caps) })
		if err != nil {
			return err
		}
		*reply.to = out
	}
	return nil
}
