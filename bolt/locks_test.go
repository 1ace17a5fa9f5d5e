package bolt

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

// wire is a network connection made of functions; what is missing is not to be called.
type wire struct {
	net.Conn
	read  func(b []byte) (int, error)
	write func(b []byte) (int, error)
	close func() error
}

func (w *wire) Read(b []byte) (int, error)       { return w.read(b) }
func (w *wire) Write(b []byte) (int, error)      { return w.write(b) }
func (w *wire) Close() error                     { return w.close() }
func (*wire) SetReadDeadline(time.Time) error    { return nil }
func (*wire) SetWriteDeadline(t time.Time) error { return nil }

func swallow(b []byte) (int, error) { return len(b), nil }

// noops is a peer that never stops saying that it is alive.
func noops(b []byte) (int, error) {
	clear(b)
	return len(b) &^ 1, nil
}

// over returns a connection that is logged in.
func over(nc net.Conn) *Conn {
	return &Conn{nc: nc, address: "db:7687", writing: make(chan struct{}, 1), caps: Version{6, 1}.Capabilities(false)}
}

func TestNothingIsLockedWhileTheSocketIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		let := make(chan struct{})
		c := over(&wire{write: swallow, close: func() error { <-let; return nil }})
		done := make(chan error)
		go func() { done <- c.Close() }()
		synctest.Wait()
		require.True(t, c.mu.TryLock())
		require.ErrorIs(t, c.err, ErrClosed)
		c.mu.Unlock()
		close(let)
		require.NoError(t, <-done)
	})
}

// lockChecker is a log handler that looks whether it could use the connection's lock.
type lockChecker struct {
	slog.Handler
	c     *Conn
	lines int
}

func (*lockChecker) Enabled(context.Context, slog.Level) bool { return true }

func (h *lockChecker) Handle(context.Context, slog.Record) error {
	h.lines++
	if !h.c.mu.TryLock() {
		return errors.New("the lock is held")
	}
	h.c.mu.Unlock()
	return nil
}

func TestNothingIsLockedWhileLogging(t *testing.T) {
	answered := false
	c := over(&wire{write: swallow, close: func() error { return nil }, read: func(b []byte) (int, error) {
		if answered {
			return 0, io.EOF
		}
		answered = true
		return copy(b, "\x00\x03\xB1\x70\xA0\x00\x00"), nil
	}})
	h := &lockChecker{c: c}
	c.log = slog.New(&failing{t, h})
	require.NoError(t, c.Reset(t.Context()))
	require.ErrorIs(t, c.Reset(t.Context()), io.ErrUnexpectedEOF)
	assert.Equal(t, 4, h.lines, "RESET, SUCCESS, RESET, connection lost")
}

// failing fails the test where a handler returns an error, which slog drops.
type failing struct {
	t *testing.T
	slog.Handler
}

func (f *failing) Handle(ctx context.Context, r slog.Record) error {
	assert.NoError(f.t, f.Handler.Handle(ctx, r), r.Message)
	return nil
}

func TestAFloodDoesNotKeepAnybodyWhoseContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	reads := 0
	c := over(&wire{write: swallow, close: func() error { return nil }, read: func(b []byte) (int, error) {
		if reads++; reads == 10 {
			cancel()
		}
		return noops(b)
	}})
	reply := c.call(nil)
	require.NoError(t, c.send(ctx, sending{&Commit{}, reply}))
	require.ErrorIs(t, reply.wait(ctx), context.Canceled)
	assert.Equal(t, 10, reads)
}

func TestResetReadsNoMoreThanItsBound(t *testing.T) {
	record, err := AppendFrame(nil, func(dst []byte) ([]byte, error) {
		return append(dst, append([]byte{0xB1, TagRecord}, make([]byte, 60_000)...)...), nil
	})
	require.NoError(t, err)
	sent := 0
	recordsOnly := func(b []byte) (int, error) {
		n := copy(b, record[sent%len(record):])
		sent += n
		return n, nil
	}
	for name, tt := range map[string]struct {
		flood   func(b []byte) (int, error)
		prepare func(c *Conn)
	}{
		"waiting for BEGIN":           {recordsOnly, func(c *Conn) { c.expected.push(expectation{TagBegin, c.call(nil)}) }},
		"waiting for what is ignored": {noops, func(c *Conn) { c.failure = errReset }}, // where a RECORD is none
		"waiting for RESET":           {recordsOnly, func(*Conn) {}},
	} {
		t.Run(name, func(t *testing.T) {
			sent = 0
			c := over(&wire{write: swallow, close: func() error { return nil }, read: tt.flood})
			s := c.newStream("", nil, StreamConfig{FetchSize: All}, records.NewRows())
			pull := s.firstPull()
			c.streams = []*Stream{s}
			c.expected.push(expectation{pull.Tag(), pull.answer})
			tt.prepare(c)
			require.ErrorContains(t, c.Reset(t.Context()), "67108864 bytes")
			assert.False(t, c.Alive())
			assert.LessOrEqual(t, len(c.frames.buf), 2*readSize)
		})
	}
}

// The context ends when the last byte is out: what is reported is the context, not the socket that was closed because of it.
func TestContextEndsWithTheWrite(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	closed := make(chan struct{})
	c := over(&wire{
		write: func(b []byte) (int, error) {
			cancel()
			<-closed
			return len(b), nil
		},
		close: func() error { close(closed); return nil },
		read:  func([]byte) (int, error) { return 0, net.ErrClosed },
	})
	c.expected.push(expectation{TagRoute, c.call(nil)}) // so that the write is watched
	reply := c.call(nil)
	require.ErrorIs(t, c.send(ctx, sending{&Commit{}, reply}), context.Canceled)
	require.ErrorIs(t, reply.wait(t.Context()), context.Canceled)
}

// One of two that want to discard has the turn, and leaves before it could write.
func TestATurnThatIsNotUsedIsPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		c := over(client)
		s := c.newStream("", nil, StreamConfig{}, records.NewRows())
		s.more, s.pulling, c.streams = true, false, []*Stream{s}
		c.writing <- struct{}{}
		leaving, leave := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- s.Discard(leaving) }()
		synctest.Wait()
		go func() { second <- s.Discard(t.Context()) }()
		synctest.Wait()
		leave()
		require.ErrorIs(t, <-first, context.Canceled)
		<-c.writing
		_, err := server.Read(make([]byte, 100))
		require.NoError(t, err)
		_, err = io.WriteString(server, "\x00\x03\xB1\x70\xA0\x00\x00")
		require.NoError(t, err)
		require.NoError(t, <-second)
		_ = c.Close()
	})
}

// late is a context that ends right after it was asked for the first time.
type late struct {
	context.Context
	asked bool
}

func (c *late) Err() error {
	if !c.asked {
		c.asked = true
		return nil
	}
	return c.Context.Err()
}

func TestReadErrorsNameTheReceiveTimeoutOnlyForDeadlines(t *testing.T) {
	c := over(nil)
	c.hints.RecvTimeout = time.Minute
	require.ErrorContains(t, c.readError(os.ErrDeadlineExceeded), "receive timeout")
	require.NotContains(t, c.readError(&net.OpError{Op: "read", Err: syscall.ETIMEDOUT}).Error(), "receive timeout")
}

func TestAConnectionAtRestHasNoReadBuffer(t *testing.T) {
	answer, err := AppendFrame(nil, func(dst []byte) ([]byte, error) {
		big := map[string]any{"big": string(make([]byte, 1<<20))}
		return records.AppendParameters(append(dst, 0xB1, TagSuccess), big, records.Dialect{})
	})
	require.NoError(t, err)
	left, held := answer, 0
	c := over(nil)
	c.nc = &wire{write: swallow, close: func() error { return nil }, read: func(b []byte) (int, error) {
		held = max(held, len(c.frames.buf))
		n := copy(b, left)
		left = left[n:]
		return n, nil
	}}
	require.NoError(t, c.Reset(t.Context()))
	assert.Nil(t, c.frames.buf)
	assert.LessOrEqual(t, held, 4<<20, "what has arrived pays for what is allocated")
}
