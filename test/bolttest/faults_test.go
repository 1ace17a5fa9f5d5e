package bolttest_test

import (
	"context"
	"io"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// classic is a version whose handshake the server answers with 4 bytes.
var classic = bolt.Version{Major: 5, Minor: 4}

func TestCutSent(t *testing.T) {
	for _, at := range []int64{0, 3, 4, 5, 30} {
		synctest.Test(t, func(t *testing.T) {
			s := bolttest.New(t, numbers.Handle, bolttest.InMemory(), bolttest.WithFaults(bolttest.CutSent(at)))
			nc, err := s.Dial(t.Context(), "", "")
			require.NoError(t, err)
			_, err = bolt.Negotiate(nc, classic)
			if err != nil {
				assert.ErrorIs(t, err, syscall.ECONNRESET)
				return
			}
			c := &client{t: t, nc: nc, caps: classic.Capabilities(false)}
			c.send(&bolt.Hello{UserAgent: "a", Agent: bolt.Agent{Product: "p"}})
			_, _, err = c.receive()
			assert.ErrorIs(t, err, syscall.ECONNRESET)
			s.AwaitConnections(t, 0)
		})
	}
}

func TestCutSentOverTCP(t *testing.T) {
	s := bolttest.New(t, numbers.Handle, bolttest.WithFaults(bolttest.CutSent(40)))
	c := dial(t, s)
	c.send(&bolt.Hello{UserAgent: "a", Agent: bolt.Agent{Product: "p"}})
	_, _, err := c.receive()
	assert.Error(t, err)
	s.AwaitConnections(t, 0)
}

func TestCutReceived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, numbers.Handle, bolttest.InMemory(), bolttest.WithFaultsOn(1, bolttest.CutReceived(30)))
		c := dial(t, s, classic)
		c.send(&bolt.Hello{UserAgent: "a", Agent: bolt.Agent{Product: "p"}})
		_, _, err := c.receive()
		assert.ErrorIs(t, err, syscall.ECONNRESET)
		connect(t, s)
		assert.Equal(t, 2, s.Connections())
	})
}

func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, numbers.Handle, bolttest.InMemory(), bolttest.WithFaults(bolttest.Stall(4)))
		c := dial(t, s, classic)
		c.send(&bolt.Hello{UserAgent: "a", Agent: bolt.Agent{Product: "p"}})
		require.NoError(t, c.nc.SetReadDeadline(time.Now().Add(time.Hour)))
		_, _, err := c.receive()
		assertDeadline(t, err)
		require.NoError(t, c.nc.Close())
		s.AwaitConnections(t, 0)
	})
}

func assertDeadline(t *testing.T, err error) {
	t.Helper()
	var timeout interface{ Timeout() bool }
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())
}

func TestCorrupt(t *testing.T) {
	s := bolttest.New(t, numbers.Handle, bolttest.WithFaults(bolttest.Corrupt(3, 9)))
	nc, err := s.Dial(t.Context(), "tcp", "")
	require.NoError(t, err)
	defer nc.Close()
	_, err = bolt.Negotiate(nc, classic)
	assert.ErrorContains(t, err, "Bolt 9.4, which was not proposed")
}

func TestDripAndDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, numbers.Handle, bolttest.InMemory(), bolttest.WithFaults(bolttest.Drip(1, time.Millisecond)))
		began := time.Now()
		dial(t, s, classic)
		assert.Equal(t, 4*time.Millisecond, time.Since(began))
	})
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, numbers.Handle, bolttest.InMemory(), bolttest.WithFaults(bolttest.Delay(time.Second)))
		began := time.Now()
		dial(t, s, classic)
		assert.Equal(t, time.Second, time.Since(began))
	})
}

func TestChunksAndNoops(t *testing.T) {
	s := bolttest.New(t, numbers.Handle, bolttest.WithFaults(bolttest.Chunks(1), bolttest.Noops(3)))
	c := dial(t, s, classic)
	c.send(&bolt.Hello{UserAgent: "a", Agent: bolt.Agent{Product: "p"}})
	begin := make([]byte, 9)
	_, err := io.ReadFull(c.nc, begin)
	require.NoError(t, err)
	assert.Equal(t, []byte{0, 0, 0, 0, 0, 0, 0, 1, 0xB1}, begin)

	c = connect(t, s)
	c.send(run("numbers"), pull(bolt.All))
	c.fields()
	c.rows(5)
}

func TestFailRequest(t *testing.T) {
	deadlock := bolttest.Failure("Neo.TransientError.Transaction.DeadlockDetected", "try again")
	s := bolttest.New(t, numbers.Handle, bolttest.FailRequest(bolt.TagCommit, 2, deadlock))
	c := connect(t, s)
	for i := range 3 {
		c.send(&bolt.Begin{}, bolt.Commit{})
		c.success()
		if i != 1 {
			c.success()
			continue
		}
		assert.True(t, c.failure().Retryable())
		c.reset()
	}
}

func TestKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(_ context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
			<-time.After(time.Minute)
			return nil, nil
		}
		s := bolttest.New(t, slow, bolttest.InMemory(), bolttest.WithKeepAlive(25*time.Second))
		c := connect(t, s)
		c.send(run("slow"))
		began := time.Now()
		for i := range 2 {
			noop := make([]byte, 2)
			_, err := io.ReadFull(c.nc, noop)
			require.NoError(t, err)
			assert.Equal(t, []byte{0, 0}, noop)
			assert.Equal(t, time.Duration(i+1)*25*time.Second, time.Since(began))
		}
		c.fields()
	})
}
