package pool_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// machine drives a pool at random, and knows what must be true whenever everything has come to rest.
type machine struct {
	t       *rapid.T
	pool    *pool.Pool
	server  *server
	size    int
	leases  []*pool.Conn
	waiting []*call // in the order of their coming
}

// call is an acquisition that has not returned yet.
type call struct {
	cancel context.CancelFunc
	done   <-chan result
	left   bool
}

// TestMachine lets users come, leave, soil and break connections in any order, while dials and clean-ups take their time or fail: no place and no
// hand-over is ever lost, nobody overtakes, and the limit holds.
func TestMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// The struct hides from rapid that this is a *testing.T, whose Deadline may not be asked in a bubble.
		rapid.Check(struct{ *testing.T }{t}, func(t *rapid.T) { newMachine(t).run() })
	})
}

func newMachine(t *rapid.T) *machine {
	m := &machine{t: t, server: &server{}, size: rapid.IntRange(1, 4).Draw(t, "size")}
	m.server.dialTime = rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(t, "dial time")
	m.server.resetTime = rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute}).Draw(t, "reset time")
	failing := rapid.SliceOfN(rapid.Bool(), 10, 10).Draw(t, "failing dials")
	m.server.refuse = func(n int) error {
		if failing[n%len(failing)] && n%3 != 0 {
			return errors.New("refused")
		}
		return nil
	}
	cfg := pool.Defaults()
	cfg.Dial = m.server.dial
	cfg.MaxSize = m.size
	cfg.AcquisitionTimeout = -1 // so that who waits does so until the machine wants it
	cfg.MaxLifetime = rapid.SampledFrom([]time.Duration{-1, 10 * time.Second}).Draw(t, "lifetime")
	cfg.IdleCheck = rapid.SampledFrom([]time.Duration{-1, 0, 3 * time.Second}).Draw(t, "idle check")
	var err error
	m.pool, err = pool.New(cfg)
	require.NoError(t, err)
	return m
}

func (m *machine) run() {
	defer func() { _ = m.pool.Close(context.Background()) }() // a failed run must not leave goroutines to the next
	m.t.Repeat(map[string]func(*rapid.T){
		"come":    func(*rapid.T) { m.come() },
		"leave":   m.leave,
		"release": func(t *rapid.T) { m.release(t, func(*pool.Conn) {}) },
		"soil":    func(t *rapid.T) { m.release(t, soil) },
		"kill":    func(t *rapid.T) { m.release(t, kill) },
		"lose": func(t *rapid.T) {
			m.release(t, func(c *pool.Conn) { _ = c.Fail(&bolt.ConnectivityError{Op: "read", Err: errors.New("lost")}) })
		},
		"drop":   func(*rapid.T) { m.pool.Drop(db) },
		"forget": func(*rapid.T) { m.pool.Forget(db) },
		"pass": func(t *rapid.T) {
			pass(rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second}).Draw(t, "time"))
		},
		"": func(*rapid.T) { m.check() },
	})
	m.end()
}

func (m *machine) come() {
	ctx, cancel := context.WithCancel(context.Background())
	m.waiting = append(m.waiting, &call{cancel: cancel, done: begin(ctx, m.pool, db, pool.Request{})})
	synctest.Wait() // so that their order is known
}

func (m *machine) leave(t *rapid.T) {
	if len(m.waiting) == 0 {
		t.Skip("nobody waits")
	}
	c := rapid.SampledFrom(m.waiting).Draw(t, "who")
	c.left = true
	c.cancel() // at the same time as whatever comes next
}

func (m *machine) release(t *rapid.T, before func(*pool.Conn)) {
	if len(m.leases) == 0 {
		t.Skip("nothing is lent")
	}
	i := rapid.IntRange(0, len(m.leases)-1).Draw(t, "which")
	before(m.leases[i])
	m.leases[i].Release()
	m.leases = slices.Delete(m.leases, i, i+1)
}

// check lets everything come to rest and compares.
func (m *machine) check() {
	synctest.Wait()
	m.collect()
	s := m.pool.Stats().Total
	_, open := m.server.counts()
	all := s.InUse + s.Idle + s.Dialling + s.Probing + s.CleaningUp + s.Closing
	require.Equal(m.t, len(m.leases), s.InUse)
	require.Equal(m.t, len(m.waiting), s.Waiting)
	require.Equal(m.t, all, open, "every connection is somewhere")
	require.LessOrEqual(m.t, m.server.most(), m.size)
	if _, known := m.pool.Stats().Hosts[db]; !known {
		require.Zero(m.t, all+s.Waiting, "forgotten although it is in use")
	}
	if s.Waiting > 0 {
		require.True(m.t, s.Idle == 0 || s.Probing >= s.Waiting, "an idle connection while somebody waits")
		require.True(m.t, all == m.size || s.Dialling+s.Probing >= s.Waiting, "a free place while somebody waits")
	}
}

// collect takes what acquisitions have come to. An error is one of the dialler's, or of who has left.
func (m *machine) collect() {
	var still []*call
	overtaken := false
	for _, c := range m.waiting {
		select {
		case r := <-c.done:
			c.cancel()
			if r.err != nil {
				continue
			}
			require.False(m.t, overtaken, "somebody who came later was served first")
			m.leases = append(m.leases, r.conn)
		default:
			require.False(m.t, c.left, "who has left still waits")
			still = append(still, c)
			overtaken = true
		}
	}
	m.waiting = still
}

// end gives everything back, and finds the whole pool usable before it closes it.
func (m *machine) end() {
	m.check()
	for len(m.leases)+len(m.waiting) > 0 {
		for _, c := range m.leases {
			c.Release()
		}
		m.leases = nil
		pass(10 * time.Second)
		m.check()
	}
	m.server.heal()
	pass(10 * time.Second) // for dials that still fail, or go on for nobody
	for range m.size {
		c, err := m.pool.Get(context.Background(), db, pool.Request{})
		require.NoError(m.t, err)
		m.leases = append(m.leases, c)
	}
	for _, c := range m.leases {
		c.Release()
	}
	require.NoError(m.t, m.pool.Close(context.Background()))
	_, open := m.server.counts()
	require.Zero(m.t, open)
}
