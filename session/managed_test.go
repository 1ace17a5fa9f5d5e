package session_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// writing creates 1 and yields n numbers.
func writing(n int64) func(*session.Transaction) rx.Stream[int64] {
	return func(tx *session.Transaction) rx.Stream[int64] {
		return numbers(tx.Query("CREATE", params("id", 1, "n", n)).Stream())
	}
}

func TestReadTxAndWriteTx(t *testing.T) {
	work := func(ctx context.Context, tx *session.Transaction) (int64, error) {
		return tx.Query("CREATE", params("id", 1)).Stream().Count(ctx)
	}
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		n, err := session.WriteTx(t.Context(), f.Session(session.ReadOnly()), work)
		require.NoError(t, err)
		assert.Equal(t, int64(10), n)
		n, err = session.ReadTx(t.Context(), f.Session(), work)
		require.NoError(t, err)
		assert.Equal(t, int64(10), n)
		begins := bolttest.Received[*bolt.Begin](f.Server)
		assert.False(t, begins[0].ReadOnly, "the form decides on the access, not the session")
		assert.True(t, begins[1].ReadOnly)
		assert.Equal(t, []string{"BEGIN", "RUN CREATE", "PULL 1000", "COMMIT"}, f.said(1)[:4])
	})
}

func TestWriteTxIsRetried(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		attempts, began := 0, time.Now()
		n, err := session.WriteTx(t.Context(), f.Session(), func(ctx context.Context, tx *session.Transaction) (int, error) {
			attempts++
			create(t, tx, int64(attempts))
			if attempts < 4 {
				return -attempts, bolttest.Failure("Neo.TransientError.General.DatabaseUnavailable", "not now")
			}
			return attempts, nil
		})
		require.NoError(t, err)
		assert.Equal(t, 4, n)
		assert.Equal(t, []int64{4}, f.ledger.ids())
		assert.Equal(t, 7*time.Second, time.Since(began), "1, 2 and 4 seconds")
	})
}

// The victim of a deadlock comes back at once: the others have the locks by then.
func TestVictimsOfDeadlocksDoNotWait(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		attempts, began := 0, time.Now()
		n, err := session.WriteTx(t.Context(), f.Session(), func(_ context.Context, tx *session.Transaction) (int, error) {
			create(t, tx, 1)
			if attempts++; attempts < 3 {
				return 0, transient()
			}
			return attempts, nil
		})
		require.NoError(t, err)
		assert.Equal(t, 3, n)
		assert.Less(t, time.Since(began), 65*time.Millisecond, "up to 5 ms, and 50 ms with their jitter; the bubble's clock is exact")
	})
}

func TestRetryTime(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		attempts, began := 0, time.Now()
		_, err := session.WriteTx(t.Context(), f.Session(), func(context.Context, *session.Transaction) (int, error) {
			attempts++
			return 7, transient()
		})
		var all *retry.Error
		require.ErrorAs(t, err, &all)
		assert.Len(t, all.Attempts, attempts)
		assert.Equal(t, 30*time.Second, time.Since(began))
	})
}

func TestWhatWorkFailsWithIsNotRetried(t *testing.T) {
	for name, mine := range map[string]error{
		"an error of its own": errConsumer,
		"a client error":      bolttest.Failure("Neo.ClientError.Schema.ConstraintValidationFailed", "no"),
		"an end of a context": context.DeadlineExceeded,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				attempts := 0
				n, err := session.WriteTx(t.Context(), f.Session(), func(_ context.Context, tx *session.Transaction) (int, error) {
					attempts++
					create(t, tx, 1)
					return 7, mine
				})
				require.Equal(t, mine, err)
				assert.Zero(t, n)
				assert.Equal(t, 1, attempts)
				f.checkWhole(t)
				assert.Empty(t, f.ledger.ids())
			})
		})
	}
}

func TestWorkThatPanicsRollsBack(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		assert.PanicsWithValue(t, "boom", func() {
			_, _ = session.WriteTx(t.Context(), f.Session(), func(_ context.Context, tx *session.Transaction) (int, error) {
				create(t, tx, 1)
				panic("boom")
			})
		})
		left := make(chan struct{})
		go func() {
			defer close(left)
			_, _ = session.WriteTx(t.Context(), f.Session(), func(_ context.Context, tx *session.Transaction) (int, error) {
				create(t, tx, 2)
				runtime.Goexit()
				return 0, nil
			})
		}()
		<-left
		f.checkWhole(t)
		assert.Empty(t, f.ledger.ids())
	})
}

func TestWorkThatForgetsAQueryIsNotCommitted(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		_, err := session.WriteTx(t.Context(), f.Session(), func(_ context.Context, tx *session.Transaction) (int, error) {
			create(t, tx, 1)
			tx.Query("CREATE", params("id", 2))
			return 0, nil
		})
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		f.checkWhole(t)
		assert.Empty(t, f.ledger.ids())
	})
}

// A commit is a success also when the context ends right behind it.
func TestAContextThatEndsBehindCommit(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := session.WriteStream(f.Session(), writing(50)).ForEach(ctx, func(n int64) error {
			if n == 20 {
				cancel()
			}
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		var committed *session.CommittedError
		require.ErrorAs(t, err, &committed)
		assert.Equal(t, []int64{1}, f.ledger.ids())
	})
}

func TestReadStreamFlows(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		got, err := session.ReadStream(f.Session(), writing(2500)).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(2500), got)
		got, err = session.ReadStream(f.Session(), writing(1_000_000)).Take(10).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(10), got)
		assert.Equal(t, []string{"BEGIN", "RUN CREATE", "PULL 10", "DISCARD -1", "COMMIT"}, f.said(1)[6:], "committed for its bookmark")
	})
}

func TestWriteStreamHolds(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session()
		for n, err := range session.WriteStream(s, writing(2500)).All(t.Context()) {
			require.NoError(t, err)
			assert.Equal(t, []int64{1}, f.ledger.ids(), "what is delivered has happened")
			assert.Equal(t, int64(1), n)
			break
		}
		got, err := session.WriteStream(s, writing(2500)).Take(3).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(3), got)
		assert.Equal(t, []int64{1, 1}, f.ledger.ids(), "an early stop does not change what is written")
		for _, pull := range bolttest.Received[*bolt.Pull](f.Server) {
			assert.GreaterOrEqual(t, pull.N, int64(1000), "neither does demand")
		}
	})
}

func TestWriteStreamThatFlows(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session()
		got, err := session.WriteStream(s, writing(2500), session.Flow()).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(2500), got)
		assert.Equal(t, []int64{1}, f.ledger.ids())

		got, err = session.WriteStream(s, writing(2500), session.Flow()).Take(3).Collect(t.Context())
		require.ErrorIs(t, err, session.ErrStoppedBeforeCommit)
		assert.Equal(t, upTo(3), got)
		_, err = session.WriteStream(s, writing(2500), session.Flow()).First(t.Context())
		require.ErrorIs(t, err, session.ErrStoppedBeforeCommit)
		err = session.WriteStream(s, writing(2500), session.Flow()).ForEach(t.Context(), func(int64) error { return errConsumer })
		require.ErrorIs(t, err, errConsumer)
		f.checkWhole(t)
		assert.Equal(t, []int64{1}, f.ledger.ids())
	})
}

func TestExecuteReadAndExecuteWrite(t *testing.T) {
	work := func(tx *session.Transaction) rxgo.Observable {
		return tx.Query("CREATE", params("id", 1, "n", 2500)).Records().Map(func(_ context.Context, v any) (any, error) {
			return number(v.(*records.Record)), nil
		})
	}
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session()
		for name, o := range map[string]rxgo.Observable{"read": s.ExecuteRead(work), "write": s.ExecuteWrite(work)} {
			all, err := o.ToSlice(0)
			require.NoError(t, err, name)
			assert.Len(t, all, 2500, name)
		}
		assert.Equal(t, []int64{1}, f.ledger.ids(), "by the write")

		first := <-s.ExecuteWrite(work, session.Flow()).Take(2).Observe()
		require.NoError(t, first.E)
		failed := s.ExecuteWrite(func(tx *session.Transaction) rxgo.Observable {
			return work(tx).Map(func(context.Context, any) (any, error) { return nil, errConsumer })
		})
		require.ErrorIs(t, failed.Error(), errConsumer)
		f.checkWhole(t)
		assert.Equal(t, []int64{1}, f.ledger.ids(), "by the write")
	})
}

func TestHoldOverflows(t *testing.T) {
	long := string(make([]byte, 1<<20))
	tests := map[string]func(s *session.Session) rx.Stream[any]{
		"by number": func(s *session.Session) rx.Stream[any] {
			return session.WriteStream(s, func(tx *session.Transaction) rx.Stream[any] {
				return rx.Map(writing(100_001)(tx), func(n int64) any { return n })
			})
		},
		"by size": func(s *session.Session) rx.Stream[any] {
			return session.WriteStream(s, func(tx *session.Transaction) rx.Stream[any] {
				return rx.Map(writing(20)(tx), func(int64) any { return long })
			})
		},
	}
	for name, held := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				n, err := held(f.Session()).Count(t.Context())
				var overflow *session.HoldOverflowError
				require.ErrorAs(t, err, &overflow)
				require.ErrorContains(t, err, "Flow()")
				assert.Zero(t, n)
				f.checkWhole(t)
				assert.Empty(t, f.ledger.ids(), "it was rolled back")
			})
		})
	}
	t.Run("just not", func(t *testing.T) {
		inBubble(t, setup{}, func(t *testing.T, f *fixture) {
			n, err := session.WriteStream(f.Session(), writing(100_000)).Count(t.Context())
			require.NoError(t, err)
			assert.Equal(t, int64(100_000), n)
		})
	})
}

func TestDriverQueriesCanHold(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		q := f.Query("CREATE", params("id", 1, "n", 2500), session.Hold())
		got, err := numbers(q.Stream()).Take(3).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(3), got)
		assert.Equal(t, []int64{1}, f.ledger.ids())
		var usage *records.UsageError
		_, err = q.Open(t.Context())
		require.ErrorAs(t, err, &usage)
		_, err = f.Query("CREATE", nil, session.Hold(), session.AutoCommit()).Exec(t.Context())
		require.ErrorAs(t, err, &usage)
	})
}

// A query of the driver commits what an observer that has had enough has not seen: it is one
// statement. An error rolls back.
func TestDriverQueriesThatStopEarly(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		q := f.Query("CREATE", params("id", 1, "n", 2500))
		_, err := q.Stream().Take(3).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"BEGIN", "RUN CREATE", "PULL 3", "DISCARD -1", "COMMIT"}, f.said(1))
		assert.Equal(t, []int64{1}, f.ledger.ids())
		require.ErrorIs(t, q.Stream().ForEach(t.Context(), failAt(3)), errConsumer)
		f.checkWhole(t)
		assert.Equal(t, []int64{1}, f.ledger.ids())
	})
}

// An early stop whose COMMIT fails is no success.
func TestACommitThatFailsBehindAnEarlyStop(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		f.ledger.onCommit = func(int) error { return transient() }
		got, err := numbers(f.Query("CREATE", params("n", 2500)).Stream()).Take(3).Collect(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, upTo(3), got)
	})
}

// In every form of managed work, an inner query that needs a connection of its own cannot wait for
// the one that its transaction holds.
func TestDeadlocksAreTold(t *testing.T) {
	inner := func(ctx context.Context, f *fixture) error {
		_, err := f.Query("COUNT", nil).Exec(ctx)
		return err
	}
	nested := func(f *fixture) func(*session.Transaction) rx.Stream[*records.Record] {
		return func(tx *session.Transaction) rx.Stream[*records.Record] {
			return rx.ConcatMap(tx.Query("COUNT", nil).Stream(), func(*records.Record) rx.Stream[*records.Record] {
				return f.Query("COUNT", nil).Stream()
			})
		}
	}
	observable := func(f *fixture) func(*session.Transaction) rxgo.Observable {
		return func(tx *session.Transaction) rxgo.Observable {
			return tx.Query("COUNT", nil).Records().Map(func(ctx context.Context, _ any) (any, error) { return nil, inner(ctx, f) })
		}
	}
	for name, run := range map[string]func(ctx context.Context, f *fixture) error{
		"ReadTx": func(ctx context.Context, f *fixture) error {
			_, err := session.ReadTx(ctx, f.Session(), func(ctx context.Context, _ *session.Transaction) (int, error) { return 0, inner(ctx, f) })
			return err
		},
		"WriteTx": func(ctx context.Context, f *fixture) error {
			_, err := session.WriteTx(ctx, f.Session(), func(ctx context.Context, _ *session.Transaction) (int, error) { return 0, inner(ctx, f) })
			return err
		},
		"ReadStream": func(ctx context.Context, f *fixture) error {
			_, err := session.ReadStream(f.Session(), nested(f)).Count(ctx)
			return err
		},
		"WriteStream": func(ctx context.Context, f *fixture) error {
			_, err := session.WriteStream(f.Session(), nested(f)).Count(ctx)
			return err
		},
		"a query around a query": func(ctx context.Context, f *fixture) error {
			_, err := rx.ConcatMap(f.Query("COUNT", nil).Stream(), func(*records.Record) rx.Stream[*records.Record] {
				return f.Query("COUNT", nil, session.ReadOnly()).Stream()
			}).Count(ctx)
			return err
		},
		"FlatMap": func(_ context.Context, f *fixture) error {
			return f.Session().Query("COUNT", nil).Records().FlatMap(func(rxgo.Item) rxgo.Observable {
				return f.Query("COUNT", nil).Records()
			}).Error()
		},
		"Map": func(_ context.Context, f *fixture) error {
			return f.Query("COUNT", nil).Records().Map(func(ctx context.Context, _ any) (any, error) { return nil, inner(ctx, f) }).Error()
		},
		"around an open result": func(ctx context.Context, f *fixture) error {
			r, err := f.Query("COUNT", nil).Open(ctx)
			if err != nil {
				return err
			}
			return rx.ConcatMap(r.Stream(), func(*records.Record) rx.Stream[*records.Record] {
				return f.Query("COUNT", nil).Stream()
			}).ForEach(ctx, func(*records.Record) error { return nil })
		},
		"in an explicit transaction": func(ctx context.Context, f *fixture) error {
			tx, err := f.Session().Begin(ctx)
			if err != nil {
				return err
			}
			defer func() { _ = tx.Close(ctx) }()
			_, err = nested(f)(tx).Count(ctx)
			return err
		},
		"ExecuteRead":  func(_ context.Context, f *fixture) error { return f.Session().ExecuteRead(observable(f)).Error() },
		"ExecuteWrite": func(_ context.Context, f *fixture) error { return f.Session().ExecuteWrite(observable(f)).Error() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{pool: onlyOne}, func(t *testing.T, f *fixture) {
				began := time.Now()
				var deadlock *pool.DeadlockError
				require.ErrorAs(t, run(t.Context(), f), &deadlock)
				assert.Zero(t, time.Since(began))
			})
		})
	}
}

func TestCommitUnknownIsNeverRetried(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		f.ledger.afterCommit = func(int) { f.CloseConnections() }
		attempts := 0
		_, err := session.WriteTx(t.Context(), f.Session(), func(_ context.Context, tx *session.Transaction) (int, error) {
			attempts++
			create(t, tx, 1)
			return 0, nil
		})
		var unknown *session.CommitUnknownError
		require.ErrorAs(t, err, &unknown)
		var lost *bolt.ConnectivityError
		require.ErrorAs(t, err, &lost, "why")
		assert.Equal(t, 1, attempts)
		assert.Equal(t, []int64{1}, f.ledger.ids())
	})
}

// Nobody needs to know whether a transaction that has written nothing was committed.
func TestAReadWhoseCommitIsLostIsRetried(t *testing.T) {
	reads := map[string]func(ctx context.Context, f *fixture) error{
		"of a session": func(ctx context.Context, f *fixture) error {
			_, err := session.ReadTx(ctx, f.Session(), func(context.Context, *session.Transaction) (int, error) { return 0, nil })
			return err
		},
		"of the driver": func(ctx context.Context, f *fixture) error {
			_, err := f.Query("COUNT", map[string]any{"n": 1}, session.ReadOnly(), session.Hold()).Exec(ctx)
			return err
		},
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				commits := 0
				f.ledger.afterCommit = func(int) {
					if commits++; commits <= 2 {
						f.CloseConnections()
					}
				}
				require.NoError(t, read(t.Context(), f))
				assert.Equal(t, 3, commits)
			})
		})
	}
}

func TestAContextThatEndsDuringCommit(t *testing.T) {
	inBubble(t, setup{server: []bolttest.Option{bolttest.WithLatency(time.Second)}}, func(t *testing.T, f *fixture) {
		s := f.Session()
		tx, err := s.Begin(t.Context())
		require.NoError(t, err)
		create(t, tx, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		err = tx.Commit(ctx)
		var unknown *session.CommitUnknownError
		require.ErrorAs(t, err, &unknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Empty(t, s.LastBookmarks())
		<-time.After(10 * time.Second)
		assert.Equal(t, []int64{1}, f.ledger.ids())
		assert.Equal(t, []string{"bolttest:1"}, s.LastBookmarks(), "the answer that came too late has a bookmark")
	})
}
