package bolttest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neorx/neorx/bolt"
)

// Step is one thing that a scripted server does. See [Script].
type Step struct {
	name string
	do   func(p *player) error
}

// Reply is a message of a server, such as *bolt.RunSuccess, *bolt.StreamSuccess, *bolt.RecordMessage, *bolt.Failure, bolt.Success or bolt.Ignored.
type Reply interface {
	Append(dst []byte, c *bolt.Capabilities) ([]byte, error)
}

// Script starts a server that does not understand what it is told, but plays the steps on each connection, in order: for tests of the protocol itself,
// and for servers that behave as no handler can. The test fails where a client says something else than is expected, where no connection comes to the
// end of the script, and where a client says more than GOODBYE behind it.
func Script(t testing.TB, steps []Step, opts ...Option) *Server {
	t.Helper()
	s := newServer(append([]Option{WithRecording()}, opts...))
	var finished atomic.Bool
	s.play = func(ctx context.Context, c *conn) {
		defer c.nc.Close()
		p := &player{conn: c, input: bufio.NewReader(c.nc)}
		err := p.play(steps)
		if err == nil {
			finished.Store(true)
			err = p.afterwards()
		}
		if err != nil && ctx.Err() == nil {
			t.Errorf("bolttest: connection %d: %v", c.session.ID, err)
		}
	}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if !finished.Load() {
			t.Error("bolttest: no connection came to the end of the script")
		}
	})
	return s
}

// player is the server's end of a scripted connection.
type player struct {
	*conn
	input *bufio.Reader
}

func (p *player) play(steps []Step) error {
	for i, step := range steps {
		if err := step.do(p); err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, step.name, err)
		}
	}
	return nil
}

// afterwards waits until the client has left.
func (p *player) afterwards() error {
	for {
		msg, err := p.message()
		if err != nil {
			return nil
		}
		if request, _ := bolt.DecodeRequest(msg, &p.caps); request != (bolt.Goodbye{}) {
			return fmt.Errorf("after the end of the script: % X", msg)
		}
	}
}

// message reads chunks up to the end of a message.
func (p *player) message() (msg []byte, err error) {
	for {
		var header [2]byte
		if _, err := io.ReadFull(p.input, header[:]); err != nil {
			return nil, err
		}
		size := int(binary.BigEndian.Uint16(header[:]))
		if size == 0 && len(msg) > 0 {
			return msg, nil
		}
		begun := len(msg)
		msg = append(msg, make([]byte, size)...)
		if _, err := io.ReadFull(p.input, msg[begun:]); err != nil {
			return nil, err
		}
	}
}

// request reads one message that the version knows.
func (p *player) request() (bolt.Request, error) {
	msg, err := p.message()
	if err != nil {
		return nil, err
	}
	m, err := bolt.DecodeRequest(msg, &p.caps)
	if m != nil {
		p.server.note(p.session, m)
	}
	return m, err
}

func (p *player) write(b []byte) error {
	_, err := p.nc.Write(b)
	return err
}

// Handshake answers the client's handshake with this version.
func Handshake(version bolt.Version) Step {
	return Step{"handshake", func(p *player) error {
		agreed, err := bolt.Accept(struct {
			io.Reader
			io.Writer
		}{p.input, p.nc}, version)
		p.agreed, p.session.Version, p.caps = agreed, agreed.Version, agreed.Version.Capabilities(false)
		return err
	}}
}

// Login expects HELLO, and LOGON where the version has it, and answers both as an ordinary server does.
func Login() Step {
	return Step{"log in", func(p *player) error {
		m, err := p.request()
		hello, ok := m.(*bolt.Hello)
		if err != nil || !ok {
			return errors.Join(err, unexpected(m))
		}
		p.session.Hello = *hello
		success := &bolt.HelloSuccess{Server: p.server.cfg.agent, ConnectionID: fmt.Sprintf("bolt-%d", p.session.ID), Hints: p.server.cfg.hints}
		if err := p.sendAll(success); err != nil || !p.caps.Logon {
			return err
		}
		if m, err = p.request(); err != nil || m.Tag() != bolt.TagLogon {
			return errors.Join(err, unexpected(m))
		}
		return p.sendAll(bolt.Success{})
	}}
}

func unexpected(m bolt.Request) error {
	if m == nil {
		return nil
	}
	return fmt.Errorf("got %s", Request{Message: m})
}

// Expect expects exactly this request.
func Expect(want bolt.Request) Step {
	return Step{"expect " + Request{Message: want}.String(), func(p *player) error {
		got, err := p.request()
		if err != nil {
			return err
		}
		msg, err := want.Append(nil, &p.caps)
		if err != nil {
			return err
		}
		travelled, err := bolt.DecodeRequest(msg, &p.caps)
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(travelled, got) {
			return fmt.Errorf("got %#v, want %#v", got, travelled)
		}
		return nil
	}}
}

// ExpectTag expects a request with this tag, such as bolt.TagRun, whatever its content.
func ExpectTag(tag byte) Step {
	return Step{"expect " + bolt.TagName(tag), func(p *player) error {
		m, err := p.request()
		if err == nil && m.Tag() != tag {
			return unexpected(m)
		}
		return err
	}}
}

// ExpectBytes expects these bytes.
func ExpectBytes(want ...byte) Step {
	return Step{fmt.Sprintf("expect % X", want), func(p *player) error {
		got := make([]byte, len(want))
		if _, err := io.ReadFull(p.input, got); err != nil {
			return err
		}
		if !bytes.Equal(want, got) {
			return fmt.Errorf("got % X", got)
		}
		return nil
	}}
}

// ExpectEnd expects that the client closes the connection, with or without GOODBYE.
func ExpectEnd() Step {
	return Step{"expect the end", func(p *player) error { return p.afterwards() }}
}

// Send sends messages, in one write.
func Send(replies ...Reply) Step {
	return Step{"send", func(p *player) error { return p.sendAll(replies...) }}
}

func (p *player) sendAll(replies ...Reply) error {
	var out []byte
	for _, m := range replies {
		frame, err := bolt.AppendFrame(nil, func(dst []byte) ([]byte, error) { return m.Append(dst, &p.caps) })
		if err != nil {
			return err
		}
		out = append(out, p.framing.apply(frame)...)
	}
	return p.write(out)
}

// SendBytes sends bytes as they are.
func SendBytes(b ...byte) Step {
	return Step{fmt.Sprintf("send % X", b), func(p *player) error { return p.write(b) }}
}

// Pause waits.
func Pause(d time.Duration) Step {
	return Step{"pause", func(p *player) error {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return nil
		case <-p.server.ctx.Done():
			return p.server.ctx.Err()
		}
	}}
}

// HangUp closes the connection.
func HangUp() Step {
	return Step{"hang up", func(p *player) error { return p.nc.Close() }}
}
