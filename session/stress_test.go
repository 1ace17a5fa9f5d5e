package session_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// TestStress lets many users do at once what they like on a few connections, and leave in the
// middle of it, while sessions are closed under them. Whoever gets records gets those of the own
// query, and in the end nothing is held.
func TestStress(t *testing.T) {
	const users, acts = 12, 20
	cfg := setup{
		pool:   func(c *pool.Config) { c.MaxSize, c.AcquisitionTimeout = 5, time.Hour },
		server: []bolttest.Option{bolttest.WithLatency(time.Millisecond)},
	}
	inBubble(t, cfg, func(t *testing.T, f *fixture) {
		var group sync.WaitGroup
		for i := range users {
			group.Go(func() {
				u := &user{f: f, t: t, rand: rand.New(rand.NewPCG(7, uint64(i)))}
				for range acts {
					u.act()
				}
			})
		}
		group.Wait()
		f.checkWhole(t)
		f.works(t)
		assert.LessOrEqual(t, f.Pool.Stats().Total.Dialled, int64(5), "nobody's leaving costs a connection")
	})
}

type user struct {
	f    *fixture
	t    *testing.T
	rand *rand.Rand
}

func (u *user) act() {
	s := u.f.Session()
	ctx, cancel := context.WithCancel(u.t.Context())
	defer cancel()
	switch u.rand.IntN(6) {
	case 0:
		time.AfterFunc(u.soon(), func() { _ = s.Close() })
	case 1:
		time.AfterFunc(u.soon(), cancel)
	}
	switch u.rand.IntN(5) {
	case 0:
		u.read(ctx, u.f.Query("COUNT", many))
	case 1:
		u.read(ctx, s.Query("COUNT", many))
	case 2:
		u.transact(ctx, s)
	case 3:
		u.open(ctx, s)
	case 4:
		_, _ = session.WriteTx(ctx, s, func(ctx context.Context, tx *session.Transaction) (int, error) {
			u.read(ctx, tx.Query("COUNT", many))
			return 0, u.whim()
		})
	}
	_ = s.Close()
}

func (u *user) soon() time.Duration { return time.Duration(u.rand.IntN(30)) * time.Millisecond }

func (u *user) whim() error {
	if u.rand.IntN(2) == 0 {
		return errConsumer
	}
	return nil
}

// read reads some of the records, and checks that they are the right ones.
func (u *user) read(ctx context.Context, q session.Query) {
	u.check(q.Stream().Take(1+u.rand.IntN(4000)).ForEach, ctx)
}

func (u *user) check(each func(context.Context, func(*records.Record) error) error, ctx context.Context) {
	next, last := int64(1), int64(1+u.rand.IntN(8000))
	err := each(ctx, func(r *records.Record) error {
		assert.Equal(u.t, next, number(r))
		if next++; next > last {
			return errConsumer
		}
		return nil
	})
	if err != nil {
		var failed *session.TransactionFailedError
		var usage *records.UsageError // of a result that was closed before it was observed
		known := errors.Is(err, errConsumer) || errors.Is(err, context.Canceled) || errors.Is(err, session.ErrClosed) ||
			errors.Is(err, session.ErrResultClosed) || errors.As(err, &failed) || errors.As(err, &usage)
		assert.True(u.t, known, "%v", err)
	}
}

func (u *user) transact(ctx context.Context, s *session.Session) {
	tx, err := s.Begin(ctx)
	if err != nil {
		return
	}
	var group sync.WaitGroup
	for range 3 {
		q, seed := tx.Query("COUNT", many, session.FetchSize(100)), u.rand.Uint64()
		group.Go(func() {
			(&user{f: u.f, t: u.t, rand: rand.New(rand.NewPCG(1, seed))}).read(ctx, q)
		})
	}
	group.Wait()
	switch u.rand.IntN(3) {
	case 0:
		_ = tx.Commit(ctx)
	case 1:
		_ = tx.Rollback(ctx)
	}
	assert.NoError(u.t, ignore(tx.Close(ctx), context.Canceled, session.ErrClosed))
}

// ignore returns err unless it is one of these.
func ignore(err error, these ...error) error {
	for _, e := range these {
		if errors.Is(err, e) {
			return nil
		}
	}
	return err
}

func (u *user) open(ctx context.Context, s *session.Session) {
	r, err := s.Query("COUNT", many).Open(ctx)
	if err != nil {
		return
	}
	if u.rand.IntN(2) == 0 {
		time.AfterFunc(u.soon(), func() { _ = r.Close(u.t.Context()) })
	}
	u.check(r.Stream().ForEach, ctx)
	_ = r.Close(ctx)
}
