package bolt_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// unread runs a test with a connection to a server that logs it in, and from then on reads as it likes. The test closes the connection.
func unread(t *testing.T, cfg bolt.Config, read func(theirs net.Conn), test func(t *testing.T, c *bolt.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		done := make(chan error, 1)
		go func() {
			err := acceptLogin50(theirs)
			if err == nil {
				read(theirs)
			}
			done <- err
		}()
		cfg.Versions = []bolt.Version{{Major: 5}}
		c, err := bolt.NewConn(t.Context(), ours, cfg)
		require.NoError(t, err)
		test(t, c)
		_ = theirs.Close()
		require.NoError(t, <-done)
	})
}

func nothing(net.Conn) {}

// large is more than the network takes from whoever does not read.
func large() map[string]any { return map[string]any{"text": strings.Repeat("x", 1<<20)} }

func TestWriteTimeout(t *testing.T) {
	unread(t, bolt.Config{WriteTimeout: 10 * time.Second}, nothing, func(t *testing.T, c *bolt.Conn) {
		began := time.Now()
		_, err := c.Run(t.Context(), "RETURN $text", large(), bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		if err == nil { // the statement was on its way: its result tells
			assert.False(t, c.Alive())
		}
		assert.Equal(t, 10*time.Second, time.Since(began))
		_, err = c.Run(t.Context(), "RETURN 1", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		var lost *bolt.ConnectivityError
		require.ErrorAs(t, err, &lost)
		assert.Equal(t, "write", lost.Op)
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "it is not the caller's deadline")
		assert.ErrorContains(t, err, "the server has taken nothing for 10s")
	})
}

// The context of who writes ends the write too.
func TestWriteTimeoutAndContext(t *testing.T) {
	unread(t, bolt.Config{WriteTimeout: time.Hour}, nothing, func(t *testing.T, c *bolt.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Run(ctx, "RETURN $text", large(), bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		if err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		assert.False(t, c.Alive())
	})
}

// A server that takes little at a time is slow, and not lost; and what comes later is not late.
func TestWriteTimeoutOfASlowReader(t *testing.T) {
	slowly := func(theirs net.Conn) {
		piece := make([]byte, 64<<10)
		for {
			if _, err := io.ReadFull(theirs, piece); err != nil {
				return
			}
			<-time.After(9 * time.Second)
		}
	}
	unread(t, bolt.Config{WriteTimeout: 10 * time.Second}, slowly, func(t *testing.T, c *bolt.Conn) {
		began := time.Now()
		_, err := c.Run(t.Context(), "RETURN $text", large(), bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		assert.Greater(t, time.Since(began), time.Minute)
		assert.True(t, c.Alive())
		<-time.After(time.Hour)
		_, err = c.Run(t.Context(), "RETURN $text", large(), bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		_ = c.Close()
	})
}

// A server that answers what it has not read is lost as well, once the network takes no more.
func TestWriteTimeoutOfSmallRequests(t *testing.T) {
	ours, theirs := tcpPair(t)
	sent := make(chan struct{})
	defer close(sent)
	go func() {
		_ = acceptLogin50(theirs)
		for range sent { // {fields: ["x"]} to RUN, and the end to PULL
			_, _ = theirs.Write([]byte("\x00\x0D\xB1\x70\xA1\x86fields\x91\x81x\x00\x00\x00\x03\xB1\x70\xA0\x00\x00"))
		}
	}()
	c, err := bolt.NewConn(t.Context(), ours, bolt.Config{Versions: []bolt.Version{{Major: 5}}, WriteTimeout: 50 * time.Millisecond})
	require.NoError(t, err)
	params := map[string]any{"text": strings.Repeat("x", 3000)}
	for c.Alive() {
		s, err := c.Run(t.Context(), "RETURN $text", params, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		if err != nil || !c.Alive() {
			break
		}
		sent <- struct{}{}
		_, err = s.Next(t.Context(), 1)
		require.ErrorIs(t, err, io.EOF)
	}
	assert.False(t, c.Alive())
}

// A small request is written without any preparation. All the same it takes no longer than its context, or a WriteTimeout, and the error says why the
// connection is closed.
func TestSmallWritesEnd(t *testing.T) {
	const late = 100 * time.Millisecond // is when the driver begins to look
	cases := map[string]struct {
		timeout, cancel time.Duration
		want            time.Duration
		is              error
		says            string
	}{
		"the context ends before the look":   {time.Hour, late / 2, late, context.Canceled, "a message may be half sent"},
		"the context ends later":             {time.Hour, time.Second, time.Second, context.Canceled, "a message may be half sent"},
		"the context ends, without a limit":  {0, time.Second, time.Second, context.Canceled, "a message may be half sent"},
		"the time is up":                     {10 * time.Second, time.Minute, 10 * time.Second, os.ErrDeadlineExceeded, "has taken nothing for 10s"},
		"the time is up before the look":     {late / 2, time.Minute, late / 2, os.ErrDeadlineExceeded, "has taken nothing for 50ms"},
		"the context ends with a cause":      {time.Hour, time.Second, time.Second, errCause, "a message may be half sent"},
		"the context ends right at the look": {time.Hour, late, late, context.Canceled, "a message may be half sent"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			unread(t, bolt.Config{WriteTimeout: test.timeout}, nothing, func(t *testing.T, c *bolt.Conn) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(test.cancel, func() { cancel(errCause) })
				began := time.Now()
				_, err := c.Begin(ctx, bolt.TxConfig{})
				assert.Equal(t, test.want, time.Since(began))
				require.ErrorIs(t, err, test.is)
				assert.ErrorContains(t, err, test.says)
				assert.False(t, c.Alive())
				_ = c.Close()
			})
		})
	}
}

var errCause = errors.New("the shop closes")

// What a look has arranged for one write is gone with the next.
func TestSmallWritesThatTookLong(t *testing.T) {
	slowly := func(theirs net.Conn) {
		<-time.After(time.Second)
		_, _ = io.Copy(io.Discard, theirs)
	}
	unread(t, bolt.Config{WriteTimeout: 10 * time.Second}, slowly, func(t *testing.T, c *bolt.Conn) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.Run(ctx, "RETURN 1", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		cancel()
		<-time.After(time.Hour)
		assert.True(t, c.Alive())
		_, err = c.Run(t.Context(), "RETURN 1", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		_ = c.Close()
	})
}
