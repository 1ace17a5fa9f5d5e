package bolt_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// trickle gives a few bytes of what has arrived every millisecond, so that a record of TLS takes many reads.
type trickle struct{ net.Conn }

func (c trickle) Read(b []byte) (int, error) {
	<-time.After(time.Millisecond)
	return c.Conn.Read(b[:min(len(b), 100)])
}

// connectTLS opens an encrypted connection on which everything arrives slowly.
func connectTLS(t *testing.T, s *bolttest.Server) *bolt.Conn {
	t.Helper()
	nc, err := s.Dial(t.Context(), "tcp", s.Address())
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c, err := bolt.NewConn(t.Context(), tls.Client(trickle{nc}, &tls.Config{RootCAs: roots, ServerName: "localhost"}), bolt.Config{})
	require.NoError(t, err)
	return c
}

func TestInterruptedReadsDoNotHarmTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, counting, bolttest.InMemory(), bolttest.WithTLS())
		c := connectTLS(t, s)
		stream, rows := run(t, c, 2000, bolt.StreamConfig{})
		var got []int64
		interrupted := 0
		for {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Millisecond+time.Microsecond)
			more, err := rest(ctx, stream, rows)
			cancel()
			got = append(got, more...)
			if err == nil {
				break
			}
			require.ErrorIs(t, err, context.DeadlineExceeded)
			interrupted++
		}
		assert.Greater(t, interrupted, 10)
		assert.Equal(t, upTo(2000), got, "a record goes on where its reading was interrupted")

		stream, rows = run(t, c, 2000, bolt.StreamConfig{})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := rest(ctx, stream, rows)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, c.Reset(t.Context()))
		works(t, c)

		stream, rows = run(t, c, 2000, bolt.StreamConfig{})
		left := errors.New("left")
		time.AfterFunc(20*time.Millisecond, func() { stream.Cancel(left) })
		_, err = rest(t.Context(), stream, rows)
		require.ErrorIs(t, err, left)
		require.ErrorIs(t, stream.Discard(t.Context()), left)
		works(t, c)
		require.NoError(t, c.Close())
		s.AwaitConnections(t, 0)
	})
}

func TestTLSThatEndsInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, counting, bolttest.InMemory(), bolttest.WithTLS())
		c := connectTLS(t, s)
		stream, rows := run(t, c, 2000, bolt.StreamConfig{})
		time.AfterFunc(20*time.Millisecond, s.CloseConnections)
		_, err := rest(t.Context(), stream, rows)
		var lost *bolt.ConnectivityError
		require.ErrorAs(t, err, &lost)
		require.NotErrorIs(t, err, io.EOF)
		_ = c.Close()
	})
}
