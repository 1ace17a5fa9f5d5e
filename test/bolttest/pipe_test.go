package bolttest

import (
	"bytes"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMemoryConnIsBuffered(t *testing.T) {
	a, b := newMemoryConn("a:1", "b:2", 0, pipeBytes)
	for _, c := range []net.Conn{a, b} {
		_, err := c.Write([]byte("hello"))
		require.NoError(t, err, "nobody reads yet")
	}
	for _, c := range []net.Conn{a, b} {
		got := make([]byte, 5)
		_, err := io.ReadFull(c, got)
		require.NoError(t, err)
		assert.Equal(t, "hello", string(got))
	}
	assert.Equal(t, "b:2", a.RemoteAddr().String())
	assert.Equal(t, "b:2", b.LocalAddr().String())
	assert.Equal(t, "memory", a.LocalAddr().Network())
}

func TestMemoryConnWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newMemoryConn("a:1", "b:2", 0, 10)
		want := bytes.Repeat([]byte("0123456789"), 100)
		written := make(chan error, 1)
		go func() {
			_, err := a.Write(want)
			written <- err
			_ = a.Close()
		}()
		synctest.Wait()
		assert.Empty(t, written)
		got, err := io.ReadAll(b)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.NoError(t, <-written)
	})
}

func TestMemoryConnLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newMemoryConn("a:1", "b:2", 10*time.Millisecond, pipeBytes)
		began := time.Now()
		_, _ = a.Write([]byte("x"))
		time.AfterFunc(4*time.Millisecond, func() {
			_, _ = a.Write([]byte("y"))
			_ = a.Close()
		})
		got := make([]byte, 10)
		n, err := b.Read(got)
		require.NoError(t, err)
		assert.Equal(t, "x", string(got[:n]), "the second is still under way")
		assert.Equal(t, 10*time.Millisecond, time.Since(began))
		n, err = b.Read(got)
		require.NoError(t, err)
		assert.Equal(t, "y", string(got[:n]))
		assert.Equal(t, 14*time.Millisecond, time.Since(began))
		_, err = b.Read(got)
		assert.Equal(t, io.EOF, err)
	})
}

func TestMemoryConnDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newMemoryConn("a:1", "b:2", 0, 1)
		began := time.Now()
		require.NoError(t, a.SetDeadline(began.Add(time.Second)))
		_, err := a.Read(make([]byte, 1))
		assertTimeout(t, err)
		assert.Equal(t, time.Second, time.Since(began))
		n, err := a.Write([]byte("xx"))
		assertTimeout(t, err)
		assert.Zero(t, n, "a deadline that has passed is looked at first")

		require.NoError(t, a.SetDeadline(time.Time{}))
		n, err = a.Write([]byte("x"))
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		time.AfterFunc(time.Second, func() { _ = a.SetReadDeadline(time.Unix(1, 0)) })
		_, err = a.Read(make([]byte, 1))
		assertTimeout(t, err)
		assert.Equal(t, 2*time.Second, time.Since(began), "a deadline interrupts who waits already")

		_, _ = b.Write([]byte("y"))
		_, err = a.Read(make([]byte, 1))
		assertTimeout(t, err)
		require.NoError(t, a.SetReadDeadline(time.Now().Add(time.Hour)))
		_, err = a.Read(make([]byte, 1))
		require.NoError(t, err)
	})
}

func assertTimeout(t *testing.T, err error) {
	t.Helper()
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())
}

func TestMemoryConnClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newMemoryConn("a:1", "b:2", 0, pipeBytes)
		_, _ = a.Write([]byte("last"))
		_, _ = b.Write([]byte("never read"))
		waiting := make(chan error, 1)
		go func() {
			_, _ = io.ReadFull(a, make([]byte, 10))
			_, err := a.Read(make([]byte, 1))
			waiting <- err
		}()
		synctest.Wait()
		require.NoError(t, a.Close())
		assert.ErrorIs(t, <-waiting, net.ErrClosed)
		assert.ErrorIs(t, a.Close(), net.ErrClosed)

		got, err := io.ReadAll(b)
		require.NoError(t, err)
		assert.Equal(t, "last", string(got))
		_, err = b.Write([]byte("x"))
		assert.ErrorIs(t, err, syscall.EPIPE)
	})
}

func TestMemoryConnAbort(t *testing.T) {
	a, b := newMemoryConn("a:1", "b:2", 0, pipeBytes)
	_, _ = a.Write([]byte("last"))
	a.abort()
	got, err := io.ReadAll(b)
	assert.Equal(t, "last", string(got))
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	_, err = b.Write([]byte("x"))
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	_, err = a.Read(make([]byte, 1))
	assert.ErrorIs(t, err, net.ErrClosed)
}

func TestFramingCutsAnew(t *testing.T) {
	frame := []byte{0, 3, 1, 2, 3, 0, 2, 4, 5, 0, 0}
	for _, c := range []struct {
		f    framing
		want []byte
	}{
		{framing{}, frame},
		{framing{chunk: 2}, []byte{0, 2, 1, 2, 0, 1, 3, 0, 2, 4, 5, 0, 0}},
		{framing{chunk: 1, noops: 1}, []byte{0, 0, 0, 1, 1, 0, 1, 2, 0, 1, 3, 0, 1, 4, 0, 1, 5, 0, 0}},
		{framing{noops: 2}, append([]byte{0, 0, 0, 0}, frame...)},
	} {
		assert.Equal(t, c.want, c.f.apply(frame))
	}
}
