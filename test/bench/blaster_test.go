package bench

import (
	"net"
	"sync"
	"testing"

	"github.com/neorx/neorx/bolt"
)

// blaster is a Bolt 5.8 server that answers every query with the same row, as often as it is told to.
type blaster struct {
	listener net.Listener
	hints    bolt.Hints
	fields   []string
	rows     int64  // of every result
	batch    []byte // framed records, perBatch of them
	frame    int    // the length of one

	open sync.WaitGroup
}

const perBatch = 512

// newBlaster starts a server whose row has the values given.
func newBlaster(tb testing.TB, rows int64, hints bolt.Hints, s shape) *blaster {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	b := &blaster{listener: l, hints: hints, fields: s.fields, rows: rows}
	caps := bolt.Version{Major: 5, Minor: 8}.Capabilities(false)
	one, err := bolt.AppendFrame(nil, func(dst []byte) ([]byte, error) {
		return (&bolt.RecordMessage{Values: s.row}).Append(dst, &caps)
	})
	if err != nil {
		tb.Fatal(err)
	}
	b.frame = len(one)
	for range perBatch {
		b.batch = append(b.batch, one...)
	}
	b.open.Go(b.accept)
	tb.Cleanup(func() {
		_ = l.Close()
		b.open.Wait()
	})
	return b
}

func (b *blaster) uri() string { return "bolt://" + b.listener.Addr().String() }

func (b *blaster) accept() {
	for {
		nc, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.open.Go(func() {
			defer nc.Close()
			b.serve(nc)
		})
	}
}

// serve answers until the client leaves.
func (b *blaster) serve(nc net.Conn) {
	agreed, err := bolt.Accept(nc, bolt.Version{Major: 5, Minor: 8})
	if err != nil {
		return
	}
	caps := agreed.Version.Capabilities(false)
	var frames bolt.Frames
	left := int64(0)
	for {
		msg, ok, err := frames.Next()
		if err != nil {
			return
		}
		if ok {
			if left, err = b.answer(nc, msg, &caps, left); err != nil {
				return
			}
			continue
		}
		n, err := nc.Read(frames.Space())
		if err != nil {
			return
		}
		frames.Filled(n)
	}
}

func (b *blaster) answer(nc net.Conn, msg []byte, caps *bolt.Capabilities, left int64) (int64, error) {
	request, err := bolt.DecodeRequest(msg, caps)
	if err != nil {
		return left, err
	}
	var reply interface {
		Append([]byte, *bolt.Capabilities) ([]byte, error)
	} = &bolt.Success{}
	switch m := request.(type) {
	case *bolt.Hello:
		reply = &bolt.HelloSuccess{Server: "Neo4j/5.26.0", ConnectionID: "blaster", Hints: b.hints}
	case *bolt.Run:
		left, reply = b.rows, &bolt.RunSuccess{Fields: b.fields, QID: bolt.LastRun}
	case *bolt.Pull:
		n := left
		if m.N != bolt.All {
			n = min(left, m.N)
		}
		if err := b.blast(nc, n); err != nil {
			return left, err
		}
		left -= n
		reply = &bolt.StreamSuccess{HasMore: left > 0}
	case *bolt.Discard:
		left, reply = 0, &bolt.StreamSuccess{}
	}
	out, err := bolt.AppendFrame(nil, func(dst []byte) ([]byte, error) { return reply.Append(dst, caps) })
	if err == nil {
		_, err = nc.Write(out)
	}
	return left, err
}

func (b *blaster) blast(nc net.Conn, n int64) error {
	for n > 0 {
		k := min(n, perBatch)
		if _, err := nc.Write(b.batch[:int(k)*b.frame]); err != nil {
			return err
		}
		n -= k
	}
	return nil
}
