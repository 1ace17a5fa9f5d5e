package pool_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

const db = pool.Address("db:7687")

// server stands for the other end of all connections of a test, and counts them.
type server struct {
	dialTime  time.Duration
	resetTime time.Duration
	sends     time.Duration              // how long it goes on sending when a Reset has begun
	noReauth  bool                       // as before Bolt 5.1
	refuse    func(dial int) error       // asked with the number of the dial, from 1
	refuseTo  func(bolt.AuthToken) error // asked at every login

	mu    sync.Mutex
	dials int
	open  int
	peak  int
	links []*link
}

var _ pool.Link = (*link)(nil)

// link is a connection to server.
type link struct {
	server *server
	n      int
	dead   atomic.Bool
	dirty  atomic.Bool

	mu      sync.Mutex
	token   bolt.AuthToken
	resets  int
	reset   time.Time // when the last of them began
	reauths int
	closed  bool
}

func (s *server) dial(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
	s.mu.Lock()
	s.dials++
	n := s.dials
	s.open++
	s.peak = max(s.peak, s.open)
	refuse := s.refuse
	s.mu.Unlock()
	err := wait(ctx, s.dialTime)
	if err != nil {
		err = &bolt.ConnectivityError{Op: "dial", Address: string(a), Err: err}
	} else if refuse != nil {
		err = refuse(n)
	}
	if err == nil && s.refuseTo != nil {
		err = s.refuseTo(token)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.open--
		return nil, err
	}
	l := &link{server: s, n: n, token: token}
	s.links = append(s.links, l)
	return l, nil
}

// heal makes all dials from now on succeed.
func (s *server) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = nil
}

// counts returns how many dials there were and how many connections are open.
func (s *server) counts() (dials, open int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials, s.open
}

// most returns how many connections have been open at the same time.
func (s *server) most() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peak
}

func (l *link) Alive() bool { return !l.dead.Load() }
func (l *link) Clean() bool { return !l.dead.Load() && !l.dirty.Load() }

func (l *link) Reset(ctx context.Context) error {
	l.mu.Lock()
	l.resets++
	l.reset = time.Now()
	l.mu.Unlock()
	if err := wait(ctx, l.server.resetTime); err != nil {
		l.dead.Store(true)
		return err
	}
	if l.dead.Load() {
		return errors.New("broken pipe")
	}
	l.dirty.Store(false)
	return nil
}

// Heard is now as long as the server sends.
func (l *link) Heard() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server.sends == 0 {
		return time.Time{}
	}
	now, last := time.Now(), l.reset.Add(l.server.sends)
	if now.Before(last) {
		return now
	}
	return last
}

func (l *link) CanReauthenticate() error {
	if l.server.noReauth {
		return errors.ErrUnsupported
	}
	return nil
}

func (l *link) Reauthenticate(token bolt.AuthToken) error {
	if err := l.CanReauthenticate(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reauths++
	l.token = token
	return nil
}

func (l *link) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		panic("closed twice")
	}
	l.closed = true
	l.dead.Store(true)
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.open--
	return nil
}

// wait lets time pass, in the fakes and in the tests.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pass lets d pass on the clock of the bubble.
func pass(d time.Duration) { _ = wait(context.Background(), d) }

// newPool makes a pool of up to size connections to s, which is checked and closed when the test ends.
func newPool(t *testing.T, s *server, size int, options ...func(*pool.Config)) *pool.Pool {
	t.Helper()
	cfg := pool.Defaults()
	cfg.Dial = s.dial
	cfg.MaxSize = size
	for _, o := range options {
		o(&cfg)
	}
	p, err := pool.New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, p.Close(context.Background()))
		_, open := s.counts()
		assert.Zero(t, open, "connections left open")
		assert.LessOrEqual(t, s.most(), size, "connections open at the same time")
	})
	return p
}

// get acquires what must be there at once.
func get(t *testing.T, p *pool.Pool) *pool.Conn {
	t.Helper()
	c, err := p.Get(context.Background(), db, pool.Request{})
	require.NoError(t, err)
	return c
}

// number tells connections apart: 1 is the first that was dialled.
func number(c *pool.Conn) int { return c.Link().(*link).n }

// result is what became of an acquisition on a goroutine of its own.
type result struct {
	conn *pool.Conn
	err  error
}

// begin acquires on another goroutine.
func begin(ctx context.Context, p *pool.Pool, a pool.Address, r pool.Request) <-chan result {
	done := make(chan result, 1) // so that the goroutine ends whether or not anybody looks
	go func() {
		c, err := p.Get(ctx, a, r)
		done <- result{c, err}
	}()
	return done
}
