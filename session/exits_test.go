package session_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// many are enough records for several PULLs.
var many = params("n", 10_000)

// exits are the ways out of a stream that has begun, with what the run returns.
var exits = map[string]func(ctx context.Context, q session.Query) error{
	"completed": func(ctx context.Context, q session.Query) error {
		_, err := q.Stream().Count(ctx)
		return err
	},
	"the consumer fails": func(ctx context.Context, q session.Query) error {
		err := q.Stream().ForEach(ctx, failAt(1500))
		if !errors.Is(err, errConsumer) {
			return errors.Join(errors.New("not the consumer's error"), err)
		}
		return nil
	},
	"Take": func(ctx context.Context, q session.Query) error {
		_, err := q.Stream().Take(1500).Count(ctx)
		return err
	},
	"First": func(ctx context.Context, q session.Query) error {
		_, err := q.Stream().First(ctx)
		return err
	},
	"break": func(ctx context.Context, q session.Query) error {
		n := 0
		for _, err := range q.Stream().All(ctx) {
			if n++; err != nil || n == 1500 {
				return err
			}
		}
		return errors.New("no break")
	},
	"panic": func(ctx context.Context, q session.Query) (err error) {
		defer func() {
			if recover() != "boom" {
				err = errors.New("no panic")
			}
		}()
		return q.Stream().ForEach(ctx, func(r *records.Record) error {
			if number(r) == 1500 {
				panic("boom")
			}
			return nil
		})
	},
	"Goexit": func(ctx context.Context, q session.Query) error {
		left := make(chan error, 1)
		go func() {
			defer close(left)
			left <- q.Stream().ForEach(ctx, func(r *records.Record) error {
				if number(r) == 1500 {
					runtime.Goexit()
				}
				return nil
			})
		}()
		return <-left
	},
}

func failAt(n int64) func(*records.Record) error {
	return func(r *records.Record) error {
		if number(r) == n {
			return errConsumer
		}
		return nil
	}
}

func TestEveryExit(t *testing.T) {
	for name, leave := range exits {
		t.Run(name, func(t *testing.T) {
			fromEach(t, setup{}, "COUNT", many, func(t *testing.T, f *fixture, q session.Query) {
				require.NoError(t, leave(t.Context(), q))
				f.works(t)
			})
		})
	}
}

// Ends of a context, each with when it comes.
func TestEveryEndOfAContext(t *testing.T) {
	inside := func(cancel func()) func(*records.Record) error {
		return func(r *records.Record) error {
			if number(r) == 1500 {
				cancel()
			}
			return nil
		}
	}
	tests := map[string]struct {
		cypher string
		want   error
		run    func(ctx context.Context, cancel func(), q session.Query) error
	}{
		"before": {"COUNT", context.Canceled, func(ctx context.Context, cancel func(), q session.Query) error {
			cancel()
			return q.Stream().ForEach(ctx, func(*records.Record) error { return nil })
		}},
		"inside emit": {"COUNT", context.Canceled, func(ctx context.Context, cancel func(), q session.Query) error {
			return q.Stream().ForEach(ctx, inside(cancel))
		}},
		"while the server is busy": {"HANG", context.Canceled, func(ctx context.Context, cancel func(), q session.Query) error {
			time.AfterFunc(time.Second, cancel)
			return q.Stream().ForEach(ctx, func(*records.Record) error { return nil })
		}},
		"while Exec waits": {"HANG", context.Canceled, func(ctx context.Context, cancel func(), q session.Query) error {
			time.AfterFunc(time.Second, cancel)
			_, err := q.Exec(ctx)
			return err
		}},
		"while Open waits": {"HANG", context.Canceled, func(ctx context.Context, cancel func(), q session.Query) error {
			time.AfterFunc(time.Second, cancel)
			_, err := q.Open(ctx)
			return err
		}},
		"deadline": {"HANG", context.DeadlineExceeded, func(ctx context.Context, _ func(), q session.Query) error {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			return q.Stream().ForEach(ctx, func(*records.Record) error { return nil })
		}},
		"after": {"COUNT", nil, func(ctx context.Context, cancel func(), q session.Query) error {
			_, err := q.Stream().Count(ctx)
			cancel()
			return err
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			fromEach(t, setup{}, tt.cypher, many, func(t *testing.T, f *fixture, q session.Query) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				began := time.Now()
				require.ErrorIs(t, tt.run(ctx, cancel, q), tt.want)
				assert.LessOrEqual(t, time.Since(began), time.Second, "it returns at once")
				synctest.Wait()
				f.works(t)
			})
		})
	}
}

// What the error of an auto-commit statement says about its effect.
func TestOutcomeOfAutoCommit(t *testing.T) {
	cancelAt := func(n int64) func(cancel func()) func(*records.Record) error {
		return func(cancel func()) func(*records.Record) error {
			return func(r *records.Record) error {
				if number(r) == n {
					cancel()
				}
				return nil
			}
		}
	}
	tests := map[string]struct {
		cypher string
		n      int64
		each   func(cancel func()) func(*records.Record) error
		check  func(t *testing.T, err error)
	}{
		"unknown: cut off in the middle": {"CREATE", 10_000, cancelAt(1), func(t *testing.T, err error) {
			var unknown *session.UndecidedError
			require.ErrorAs(t, err, &unknown)
			assert.Equal(t, "CREATE", unknown.Query)
		}},
		"committed: the server's last word was here": {"CREATE", 10, cancelAt(1), func(t *testing.T, err error) {
			var committed *session.CommittedError
			require.ErrorAs(t, err, &committed)
			assert.Equal(t, "CREATE", committed.Query)
		}},
		"not committed: the server has failed it": {"BREAK", 10, cancelAt(0), func(t *testing.T, err error) {
			var failure *bolt.ServerError
			require.ErrorAs(t, err, &failure)
			var unknown *session.UndecidedError
			require.NotErrorAs(t, err, &unknown)
		}},
	}
	for name, tt := range tests {
		for _, from := range []string{"session", "driver, auto-commit"} {
			t.Run(name+"/"+from, func(t *testing.T) {
				inBubble(t, setup{server: []bolttest.Option{bolttest.WithLatency(time.Millisecond)}}, func(t *testing.T, f *fixture) {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					q, _ := query(f, from, tt.cypher, params("n", tt.n))
					err := q.Stream().ForEach(ctx, tt.each(cancel))
					tt.check(t, err)
					if ctx.Err() != nil {
						require.ErrorIs(t, err, context.Canceled)
					}
				})
			})
		}
	}
}

// A connection that is lost while RUN is written leaves a write in doubt, too.
func TestAConnectionLostLeavesAutoCommitInDoubt(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		f.ledger.onRow = func(_ context.Context, _ string, n int64) error {
			if n == 5 {
				f.CloseConnections()
			}
			return nil
		}
		_, err := f.Session().Query("CREATE", nil).Stream().Count(t.Context())
		var unknown *session.UndecidedError
		require.ErrorAs(t, err, &unknown)
		var lost *bolt.ConnectivityError
		require.ErrorAs(t, err, &lost)
	})
}

func TestSessionCloseEndsEverything(t *testing.T) {
	for name, from := range map[string]func(s *session.Session) session.Query{
		"query": func(s *session.Session) session.Query { return s.Query("COUNT", many) },
		"transaction": func(s *session.Session) session.Query {
			tx, err := s.Begin(context.Background())
			if err != nil {
				panic(err)
			}
			return tx.Query("COUNT", many)
		},
	} {
		t.Run(name+", from inside", func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				s := f.Session()
				got := 0
				err := from(s).Stream().ForEach(t.Context(), func(*records.Record) error {
					if got++; got == 40 {
						require.NoError(t, s.Close())
					}
					return nil
				})
				require.ErrorIs(t, err, session.ErrClosed)
				assert.Equal(t, 40, got, "nothing is delivered afterwards")
				f.checkWhole(t)
				_, err = s.Query("COUNT", nil).Exec(t.Context())
				require.ErrorIs(t, err, session.ErrClosed)
				_, err = s.Begin(t.Context())
				require.ErrorIs(t, err, session.ErrClosed)
				require.NoError(t, s.Close())
				f.works(t)
			})
		})
		t.Run(name+", from elsewhere", func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				s := f.Session()
				q := from(s)
				f.ledger.onRow = func(ctx context.Context, _ string, n int64) error {
					if n == 1500 {
						<-ctx.Done()
						return ctx.Err()
					}
					return nil
				}
				time.AfterFunc(time.Second, func() { _ = s.Close() })
				_, err := q.Stream().Count(t.Context())
				require.ErrorIs(t, err, session.ErrClosed)
				f.checkWhole(t)
				f.works(t)
			})
		})
	}
}

// Calls that wait for the server end at once when the session is closed.
func TestSessionCloseEndsCalls(t *testing.T) {
	hang := func(context.Context, *bolttest.Tx) error {
		<-time.After(4 * time.Second)
		return nil
	}
	tests := map[string]struct {
		server bolttest.Option
		call   func(ctx context.Context, s *session.Session) error
		check  func(t *testing.T, err error)
	}{
		"BEGIN": {bolttest.OnBegin(hang), func(ctx context.Context, s *session.Session) error {
			_, err := s.Begin(ctx)
			return err
		}, nil},
		"COMMIT": {bolttest.OnCommit(func(ctx context.Context, tx *bolttest.Tx) (string, error) { return "", hang(ctx, tx) }), func(ctx context.Context, s *session.Session) error {
			tx, err := s.Begin(ctx)
			if err != nil {
				return err
			}
			return tx.Commit(ctx)
		}, func(t *testing.T, err error) {
			var unknown *session.CommitUnknownError
			require.ErrorAs(t, err, &unknown)
		}},
		"ROLLBACK": {bolttest.OnRollback(hang), func(ctx context.Context, s *session.Session) error {
			tx, err := s.Begin(ctx)
			if err != nil {
				return err
			}
			return tx.Rollback(ctx)
		}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, setup{server: []bolttest.Option{tt.server}})
				s := f.Session()
				began := time.Now()
				time.AfterFunc(time.Second, func() { _ = s.Close() })
				err := tt.call(t.Context(), s)
				require.ErrorIs(t, err, session.ErrClosed)
				assert.Equal(t, time.Second, time.Since(began))
				if tt.check != nil {
					tt.check(t, err)
				}
				require.NoError(t, f.Pool.Close(t.Context()))
				f.AwaitConnections(t, 0)
			})
		})
	}
}

func TestPoolCloseEndsEverything(t *testing.T) {
	for _, from := range sources {
		t.Run(from, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				q, _ := query(f, from, "COUNT", many)
				got := 0
				err := q.Stream().ForEach(t.Context(), func(*records.Record) error {
					if got++; got == 40 {
						require.NoError(t, f.Pool.Close(t.Context()))
					}
					return nil
				})
				require.ErrorIs(t, err, pool.ErrClosed)
				assert.Equal(t, 40, got)
				_, err = q.Exec(t.Context())
				require.Error(t, err)
			})
		})
		t.Run(from+", from elsewhere", func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				q, _ := query(f, from, "HANG", nil)
				time.AfterFunc(time.Second, func() { _ = f.Pool.Close(context.Background()) })
				_, err := q.Exec(t.Context())
				require.ErrorIs(t, err, pool.ErrClosed)
			})
		})
	}
}
