package session_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// setup says on what a test runs.
type setup struct {
	handler bolttest.Handler // default: answers
	server  []bolttest.Option
	pool    func(*pool.Config)
	engine  func(*session.Engine)
}

// fixture is an engine with a server in memory and a ledger of what was written on it.
type fixture struct {
	*bolttest.Server
	*session.Engine
	Pool   *pool.Pool
	ledger *ledger
}

// inBubble runs a test whose time is the bubble's. Afterwards the pool has to be whole.
func inBubble(t *testing.T, s setup, test func(t *testing.T, f *fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, s)
		test(t, f)
		f.checkWhole(t)
		require.NoError(t, f.Pool.Close(context.Background()))
		f.AwaitConnections(t, 0)
	})
}

func newFixture(t *testing.T, s setup) *fixture {
	t.Helper()
	f := &fixture{ledger: &ledger{}}
	if s.handler == nil {
		s.handler = f.ledger.answer
	}
	f.Server = bolttest.New(t, s.handler, append([]bolttest.Option{
		bolttest.InMemory(), bolttest.OnBegin(f.ledger.begin), bolttest.OnCommit(f.ledger.commit), bolttest.OnRollback(f.ledger.rollback),
	}, s.server...)...)
	cfg := pool.Defaults()
	cfg.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
		nc, err := f.Dial(ctx, "tcp", string(a))
		if err != nil {
			return nil, &bolt.ConnectivityError{Op: "dial", Address: string(a), Err: err}
		}
		c, err := bolt.NewConn(ctx, nc, bolt.Config{Address: string(a), Auth: token})
		if err != nil {
			return nil, err
		}
		return c, nil
	}
	if s.pool != nil {
		s.pool(&cfg)
	}
	p, err := pool.New(cfg)
	require.NoError(t, err)
	policy := retry.Default()
	policy.Jitter = 0
	f.Pool = p
	f.Engine = &session.Engine{
		Router: routing.Direct(p, pool.Address(f.Address())), Retry: policy,
		Bookmarks: session.NewBookmarkManager(session.BookmarkManagerConfig{}),
	}
	if s.engine != nil {
		s.engine(f.Engine)
	}
	return f
}

// checkWhole fails the test if a connection is still lent, or something is open on the server.
func (f *fixture) checkWhole(t *testing.T) {
	t.Helper()
	<-time.After(2 * time.Second) // the most that cleaning up may take
	synctest.Wait()
	stats := f.Pool.Stats().Total
	assert.Zero(t, stats.InUse, "connections in use")
	assert.Zero(t, stats.CleaningUp, "connections being cleaned up")
	assert.Zero(t, stats.Waiting, "acquisitions that wait")
	f.AwaitIdle(t)
	f.ledger.mu.Lock()
	defer f.ledger.mu.Unlock()
	assert.Equal(t, f.ledger.begun, f.ledger.commits+f.ledger.rollbacks, "transactions that were begun, and those that have ended")
}

// said is what was said on a connection behind the login.
func (f *fixture) said(connection int) []string {
	return f.Conversation(connection)[2:]
}

// ledger is what a server remembers of the statements "CREATE": their parameter id, once it is
// committed.
type ledger struct {
	mu                        sync.Mutex
	created                   []int64
	begun, commits, rollbacks int
	onBegin, onCommit         func(attempt int) error // asked before the server acts; nil: no objection
	afterCommit               func(attempt int)
	onRun                     func() error
	onRow                     func(ctx context.Context, query string, row int64) error
}

func (l *ledger) begin(_ context.Context, tx *bolttest.Tx) error {
	l.mu.Lock()
	l.begun++
	n, object := l.begun, l.onBegin
	l.mu.Unlock()
	if object != nil {
		if err := object(n); err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.rollbacks++
			return err
		}
	}
	tx.Value = &[]int64{}
	return nil
}

func (l *ledger) commit(_ context.Context, tx *bolttest.Tx) (string, error) {
	l.mu.Lock()
	object, after, n := l.onCommit, l.afterCommit, l.begun
	l.mu.Unlock()
	if object != nil {
		if err := object(n); err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.rollbacks++
			return "", err
		}
	}
	l.mu.Lock()
	l.commits++
	l.created = append(l.created, *tx.Value.(*[]int64)...)
	l.mu.Unlock()
	if after != nil {
		after(n)
	}
	return "", nil
}

func (l *ledger) rollback(context.Context, *bolttest.Tx) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rollbacks++
	return nil
}

// ids is what was committed in transactions.
func (l *ledger) ids() []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]int64{}, l.created...)
}

// answer answers COUNT with the integers 1 to n (10 without it), CREATE with its id as many times,
// HANG when its client has enough of it, FAIL with a syntax error, and BREAK with a failure behind
// n records.
func (l *ledger) answer(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	n, ok := q.Params["n"].(int64)
	if !ok {
		n = 10
	}
	switch q.Text {
	case "COUNT":
		return l.rows(ctx, q, n), nil
	case "CREATE":
		if l.onRun != nil {
			if err := l.onRun(); err != nil {
				return nil, err
			}
		}
		if written, ok := q.Tx.Value.(*[]int64); ok && !q.Tx.ReadOnly { // a server lets nobody write who has asked to read
			id, _ := q.Params["id"].(int64)
			*written = append(*written, id)
		}
		return l.rows(ctx, q, n), nil
	case "BREAK":
		return l.rows(ctx, q, n).Then(bolttest.Failure("Neo.ClientError.Statement.ArithmeticError", "/ by zero")), nil
	case "HANG":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return nil, bolttest.Failure("Neo.ClientError.Statement.SyntaxError", "what does "+q.Text+" mean?")
}

func (l *ledger) rows(ctx context.Context, q *bolttest.Query, n int64) *bolttest.Result {
	return bolttest.Seq([]string{"x"}, func(yield func([]any, error) bool) {
		for i := int64(1); i <= n; i++ {
			if l.onRow != nil {
				if err := l.onRow(ctx, q.Text, i); err != nil {
					yield(nil, err)
					return
				}
			}
			if !yield([]any{i}, nil) {
				return
			}
		}
	})
}

func params(kv ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i].(string)] = kv[i+1]
	}
	return m
}

// number is the first value of a record.
func number(r *records.Record) int64 {
	x, _ := r.At(0).AsInt()
	return x
}

// numbers are the first values of a stream of records.
func numbers(s rx.Stream[*records.Record]) rx.Stream[int64] { return rx.Map(s, number) }

// upTo are the integers from 1 to n.
func upTo(n int64) []int64 {
	all := []int64{}
	for i := int64(1); i <= n; i++ {
		all = append(all, i)
	}
	return all
}

// works checks that the engine serves somebody else.
func (f *fixture) works(t *testing.T) {
	t.Helper()
	got, err := numbers(f.Query("COUNT", nil, session.ReadOnly()).Stream()).Collect(t.Context())
	require.NoError(t, err)
	assert.Equal(t, upTo(10), got)
}

// transient is an error that a server expects to pass.
func transient() *bolt.ServerError {
	return bolttest.Failure("Neo.TransientError.Transaction.DeadlockDetected", "deadlock")
}

var errConsumer = errors.New("the consumer has failed")

func query(f *fixture, from, cypher string, params any) (q session.Query, done func(t *testing.T)) {
	done = func(*testing.T) {}
	switch from {
	case "driver":
		return f.Query(cypher, params), done
	case "driver, read only":
		return f.Query(cypher, params, session.ReadOnly()), done
	case "driver, auto-commit":
		return f.Query(cypher, params, session.AutoCommit()), done
	case "session":
		return f.Session().Query(cypher, params), done
	case "transaction":
		tx, err := f.Session().Begin(context.Background())
		if err != nil {
			panic(fmt.Sprint("begin: ", err))
		}
		return tx.Query(cypher, params), func(t *testing.T) { assert.NoError(t, tx.Close(context.Background())) }
	}
	panic("no queries from " + from)
}

var sources = []string{"driver", "driver, read only", "driver, auto-commit", "session", "transaction"}
