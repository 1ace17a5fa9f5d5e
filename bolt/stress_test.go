package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// Several goroutines do whatever can be done to a connection, its transaction and its results, at random, over servers that are slow, fail, hang and
// die. Whatever happens, nobody waits beyond his context, and after a Reset the connection is clean and works, or it is dead. It is not dead if the server was
// all right, and nobody has closed the connection or given up a Reset.
func TestAnythingAtAnyTime(t *testing.T) {
	for seed := range uint64(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := rand.New(rand.NewPCG(seed, 1))
				trouble, calm := trouble(r)
				s := bolttest.New(t, moody, trouble...)
				nc, err := s.Dial(t.Context(), "tcp", s.Address())
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				c, err := bolt.NewConn(ctx, nc, bolt.Config{})
				if err != nil {
					requireTyped(t, []error{err})
					return
				}
				defer func() { t.Log(s.Conversation(1)) }() // shown where it fails
				for range 3 {
					calm = riot(t, c, r) && calm
					settle(t, c, calm)
				}
				_ = c.Close()
				s.AwaitConnections(t, 0)
			})
		})
	}
}

// moody counts, fails after some rows, fails at once, or hangs.
func moody(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	switch q.Text {
	case "FAIL":
		return answers(ctx, q)
	case "REFUSE":
		return nil, bolttest.Failure("Neo.ClientError.Statement.SyntaxError", "no")
	}
	return hanging(ctx, q)
}

// trouble is what is wrong with a server. Failures and slowness do not cost the connection: that is calm.
func trouble(r *rand.Rand) (opts []bolttest.Option, calm bool) {
	calm = true
	opts = []bolttest.Option{bolttest.WithLatency(time.Duration(r.IntN(3)) * time.Millisecond)}
	at := r.Int64N(20_000)
	switch r.IntN(8) {
	case 0:
		calm = false
		opts = append(opts, bolttest.WithFaults(bolttest.CutSent(at)))
	case 1:
		calm = false
		opts = append(opts, bolttest.WithFaults(bolttest.CutReceived(at/20)))
	case 2:
		calm = false
		opts = append(opts, bolttest.WithFaults(bolttest.Stall(at)), bolttest.WithHints(bolt.Hints{RecvTimeout: time.Second}))
	case 3:
		opts = append(opts, bolttest.WithFaults(bolttest.Drip(1+r.IntN(500), time.Millisecond)))
	case 4:
		opts = append(opts, bolttest.WithFaults(bolttest.Noops(3), bolttest.Chunks(1+r.IntN(9))))
	case 5:
		opts = append(opts, bolttest.FailRequest([]byte{bolt.TagBegin, bolt.TagCommit, bolt.TagPull, bolt.TagDiscard}[r.IntN(4)], 1+r.IntN(2),
			bolttest.Failure("Neo.TransientError.General.Unlucky", "try again")))
	}
	return opts, calm
}

// crowd is what several goroutines share. Only its work can begin something on the connection, as with a lease.
type crowd struct {
	c  *bolt.Conn
	tx *bolt.Tx // nil for an auto-commit statement

	mu      sync.Mutex // guards what follows
	streams []*bolt.Stream
	killed  bool // somebody has done what costs the connection
}

// riot lets a crowd loose on the connection, and waits until everybody has had enough. calm is that nobody has done what costs the connection.
func riot(t *testing.T, c *bolt.Conn, r *rand.Rand) (calm bool) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(500))*time.Millisecond)
	defer cancel()
	k := &crowd{c: c}
	if r.IntN(3) > 0 {
		tx, err := c.Begin(ctx, bolt.TxConfig{})
		if err != nil {
			return true
		}
		k.tx = tx
	}
	var all sync.WaitGroup
	consumers := 1
	if k.tx != nil {
		consumers += r.IntN(3)
	}
	for range consumers {
		own := rand.New(rand.NewPCG(r.Uint64(), 2))
		all.Go(func() { k.consume(ctx, own) })
	}
	for range 3 {
		own := rand.New(rand.NewPCG(r.Uint64(), 3))
		all.Go(func() { k.meddle(ctx, own) })
	}
	all.Wait()
	return !k.killed
}

// consume runs a statement and reads it, to the end or not.
func (k *crowd) consume(ctx context.Context, r *rand.Rand) {
	query := []string{"COUNT", "COUNT", "COUNT", "FAIL", "REFUSE", "HANG"}[r.IntN(6)]
	cfg := bolt.StreamConfig{FetchSize: 1 + r.Int64N(500), Pinned: r.IntN(2) == 0, None: r.IntN(10) == 0}
	if r.IntN(10) == 0 {
		cfg.FetchSize = bolt.All
	}
	rows := records.NewRows()
	params := map[string]any{"n": r.IntN(5000)}
	var s *bolt.Stream
	var err error
	if k.tx != nil {
		s, err = k.tx.Run(ctx, query, params, cfg, rows)
	} else {
		s, err = k.c.Run(ctx, query, params, bolt.TxConfig{}, cfg, rows)
	}
	if err != nil {
		return
	}
	k.mu.Lock()
	k.streams = append(k.streams, s)
	k.mu.Unlock()
	for range r.IntN(300) {
		if _, err := s.Next(ctx, 1+r.IntN(50)); err != nil {
			break
		}
		rows.Take()
		if r.IntN(20) == 0 {
			<-time.After(time.Millisecond)
		}
	}
	_, _ = s.Keys(ctx)
	if r.IntN(2) == 0 {
		_ = s.Discard(ctx)
	}
}

// meddle does something to the connection, now and then.
func (k *crowd) meddle(ctx context.Context, r *rand.Rand) {
	for range r.IntN(4) {
		<-time.After(time.Duration(r.IntN(20)) * time.Millisecond)
		ctx, cancel := context.WithTimeout(ctx, time.Duration(r.IntN(100))*time.Millisecond)
		k.something(ctx, r)
		cancel()
	}
}

func (k *crowd) something(ctx context.Context, r *rand.Rand) {
	why := errors.New("enough")
	switch r.IntN(16) {
	case 0, 1, 2, 3:
		k.onStream(r, func(s *bolt.Stream) {
			s.Cancel(why)
			_ = s.Discard(ctx)
		})
	case 4, 5:
		k.onStream(r, func(s *bolt.Stream) { s.Cancel(why) })
	case 6, 7, 8:
		if k.tx != nil {
			_, _, _ = k.tx.Commit(ctx)
		}
	case 9, 10:
		if k.tx != nil {
			_ = k.tx.Rollback(ctx)
		}
	case 11, 12:
		if k.tx != nil {
			k.tx.Interrupt(why)
		}
	case 13:
		k.c.Interrupt(why)
	case 14:
		k.kill(k.c.Reset(ctx) != nil && ctx.Err() != nil)
	case 15:
		if r.IntN(4) == 0 {
			k.kill(true)
			_ = k.c.Close()
		}
	}
}

func (k *crowd) kill(really bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.killed = k.killed || really
}

func (k *crowd) onStream(r *rand.Rand, do func(s *bolt.Stream)) {
	k.mu.Lock()
	n := len(k.streams)
	if n == 0 {
		k.mu.Unlock()
		return
	}
	s := k.streams[r.IntN(n)]
	k.mu.Unlock()
	do(s)
}

// settle resets the connection as the pool does, and asserts that it is of use or known to be of none.
func settle(t *testing.T, c *bolt.Conn, calm bool) {
	t.Helper()
	if calm {
		require.True(t, c.Alive())
	}
	if c.Clean() {
		probe(t, c)
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	began := time.Now()
	err := c.Reset(ctx)
	require.LessOrEqual(t, time.Since(began), 2*time.Second)
	if calm && !errors.Is(err, context.DeadlineExceeded) {
		require.NoError(t, err)
	}
	require.Equal(t, err == nil, c.Alive(), "%v", err)
	require.Equal(t, err == nil, c.Clean(), "%v", err)
	if err == nil {
		probe(t, c)
		return
	}
	requireConnError(t, err)
}

// probe runs a statement on a connection that claims to be clean: it gets its own rows, or the connection dies of the server's trouble.
func probe(t *testing.T, c *bolt.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	rows := records.NewRows()
	s, err := c.Run(ctx, "COUNT", map[string]any{"n": 7}, bolt.TxConfig{}, bolt.StreamConfig{}, rows)
	if err == nil {
		var got []int64
		if got, err = rest(ctx, s, rows); err == nil {
			require.Equal(t, upTo(7), got)
			require.True(t, c.Clean())
			return
		}
	}
	var unlucky *bolt.ServerError
	if errors.As(err, &unlucky) {
		require.Equal(t, "Neo.TransientError.General.Unlucky", unlucky.Code)
		require.NoError(t, c.Reset(ctx))
		return
	}
	require.False(t, c.Alive(), "%v", err)
	requireConnError(t, err)
}

// requireConnError asserts that a connection has ended for a reason that is not a fault in its own use of the protocol.
func requireConnError(t *testing.T, err error) {
	t.Helper()
	var wrong *bolt.ProtocolError
	require.False(t, errors.As(err, &wrong), "%v", err)
	var refused *bolt.ServerError
	if errors.As(err, &refused) {
		require.NotEqual(t, "Neo.ClientError.Request.Invalid", refused.Code)
	}
	if !errors.Is(err, bolt.ErrClosed) {
		requireTyped(t, []error{err})
	}
}
