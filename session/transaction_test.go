package session_test

import (
	"context"
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
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

func begin(t *testing.T, f *fixture, opts ...session.TxOption) *session.Transaction {
	t.Helper()
	tx, err := f.Session().Begin(t.Context(), opts...)
	require.NoError(t, err)
	return tx
}

func create(t *testing.T, tx *session.Transaction, id int64) {
	t.Helper()
	_, err := tx.Query("CREATE", params("id", id)).Exec(t.Context())
	require.NoError(t, err)
}

func TestCommitRollbackClose(t *testing.T) {
	tests := map[string]struct {
		end    func(ctx context.Context, tx *session.Transaction) error
		effect []int64
		said   string
	}{
		"commit":   {func(ctx context.Context, tx *session.Transaction) error { return tx.Commit(ctx) }, []int64{1, 2}, "COMMIT"},
		"rollback": {func(ctx context.Context, tx *session.Transaction) error { return tx.Rollback(ctx) }, []int64{}, "ROLLBACK"},
		"close":    {func(ctx context.Context, tx *session.Transaction) error { return tx.Close(ctx) }, []int64{}, "ROLLBACK"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				tx := begin(t, f)
				create(t, tx, 1)
				create(t, tx, 2)
				require.NoError(t, tt.end(t.Context(), tx))
				assert.Equal(t, tt.effect, f.ledger.ids())
				assert.Equal(t, []string{"BEGIN", "RUN CREATE", "PULL 1000", "RUN CREATE", "PULL 1000", tt.said}, f.said(1))

				var usage *records.UsageError
				_, err := tx.Query("COUNT", nil).Exec(t.Context())
				require.ErrorAs(t, err, &usage, "use after the end")
				require.ErrorAs(t, tx.Commit(t.Context()), &usage)
				require.ErrorAs(t, tx.Rollback(t.Context()), &usage)
				require.NoError(t, tx.Close(t.Context()))
			})
		})
	}
}

func TestAFailedTransaction(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		create(t, tx, 1)
		first := tx.Query("NONSENSE", nil)
		forgotten := tx.Query("COUNT", nil)
		_, err := first.Exec(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
		var failed *session.TransactionFailedError
		require.NotErrorAs(t, err, &failed, "the first failure is itself")

		for name, use := range map[string]func() error{
			"a query that was made before": func() error { _, err := forgotten.Exec(t.Context()); return err },
			"another query":                func() error { _, err := tx.Query("COUNT", nil).Exec(t.Context()); return err },
			"Open":                         func() error { _, err := tx.Query("COUNT", nil).Open(t.Context()); return err },
			"Commit":                       func() error { return tx.Commit(t.Context()) },
		} {
			err := use()
			require.ErrorAs(t, err, &failed, name)
			require.ErrorIs(t, err, error(failure), name)
		}
		require.NoError(t, tx.Rollback(t.Context()))
		require.NoError(t, tx.Close(t.Context()))
		assert.Empty(t, f.ledger.ids())
		assert.NotContains(t, f.said(1), "ROLLBACK", "the server has done it")
	})
}

func TestRollbackAfterACommitThatHasFailed(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		f.ledger.onCommit = func(int) error { return transient() }
		tx := begin(t, f)
		create(t, tx, 1)
		var failure *bolt.ServerError
		require.ErrorAs(t, tx.Commit(t.Context()), &failure)
		require.NoError(t, tx.Rollback(t.Context()))
		require.NoError(t, tx.Close(t.Context()))
		var failed *session.TransactionFailedError
		require.ErrorAs(t, tx.Commit(t.Context()), &failed)
	})
}

func TestWhatTheServerRefusesToBegin(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		f.ledger.onBegin = func(int) error { return bolttest.Failure("Neo.ClientError.Database.DatabaseNotFound", "which?") }
		_, err := f.Session().Begin(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
	})
}

func TestCommitNamesWhatNobodyObserved(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		first, second := tx.Query("CREATE", params("id", 1)), tx.Query("CREATE", params("id", 2, "n", 3))
		_, err := second.Exec(t.Context())
		require.NoError(t, err)
		err = tx.Commit(t.Context())
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		require.ErrorContains(t, err, `"CREATE"`)
		_, err = first.Exec(t.Context())
		require.NoError(t, err, "it is still open")
		require.NoError(t, tx.Commit(t.Context()))
		assert.Equal(t, []int64{2, 1}, f.ledger.ids())
	})
}

// A million observed queries leave no trace in the transaction.
func TestObservedQueriesAreForgotten(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		q := tx.Query("COUNT", nil)
		for range 3 {
			_, err := q.Stream().Count(t.Context())
			require.NoError(t, err)
		}
		require.NoError(t, tx.Commit(t.Context()))
	})
}

// What one consumer does costs its own result only.
func TestConsumersEndTheirOwnResultOnly(t *testing.T) {
	for name, leave := range exits {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				tx := begin(t, f)
				require.NoError(t, leave(t.Context(), tx.Query("COUNT", many)))
				create(t, tx, 1)
				require.NoError(t, tx.Commit(t.Context()))
				assert.Equal(t, []int64{1}, f.ledger.ids())
			})
		})
	}
}

func TestCancellingOneStreamEndsTheTransaction(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		outer := tx.Query("COUNT", many).Stream()
		err := outer.ForEach(t.Context(), func(*records.Record) error {
			time.AfterFunc(time.Second, cancel)
			_, err := tx.Query("HANG", nil).Exec(ctx)
			require.ErrorIs(t, err, context.Canceled)
			return nil
		})
		var failed *session.TransactionFailedError
		require.ErrorAs(t, err, &failed)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorAs(t, tx.Commit(t.Context()), &failed)
		f.checkWhole(t)
		f.works(t)
	})
}

// A stop that comes together with the end of a context is no success of what comes later.
func TestAStopOnAnEndedContextEndsTheTransaction(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		ctx, cancel := context.WithCancel(t.Context())
		err := tx.Query("COUNT", many).Stream().Take(5).ForEach(ctx, func(r *records.Record) error {
			if number(r) == 5 {
				cancel()
			}
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		n, err := tx.Query("COUNT", nil).Stream().Count(t.Context())
		require.ErrorIs(t, err, context.Canceled)
		assert.Zero(t, n)
		require.ErrorIs(t, tx.Commit(t.Context()), context.Canceled)
	})
}

func TestResultsInterleave(t *testing.T) {
	inBubble(t, setup{pool: onlyOne}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		read := func(n int64) rx.Stream[int64] {
			return numbers(tx.Query("COUNT", params("n", n), session.FetchSize(4)).Stream())
		}
		var got []string
		err := rx.ConcatMap(read(10), func(x int64) rx.Stream[string] {
			return rx.ConcatMap(read(9), func(y int64) rx.Stream[string] {
				return rx.Map(read(5), func(z int64) string { return fmt.Sprintf("%d.%d.%d", x, y, z) })
			})
		}).ForEach(t.Context(), func(s string) error {
			got = append(got, s)
			return nil
		})
		require.NoError(t, err)
		var want []string
		for x := range 10 {
			for y := range 9 {
				for z := range 5 {
					want = append(want, fmt.Sprintf("%d.%d.%d", x+1, y+1, z+1))
				}
			}
		}
		assert.Equal(t, want, got)
		assert.Contains(t, f.said(1), "PULL 4 of 0", "the outermost result goes on while the others are open")
		require.NoError(t, tx.Commit(t.Context()))
	})
}

func onlyOne(cfg *pool.Config) { cfg.MaxSize = 1 }

func TestATransactionIsSafeForConcurrentUse(t *testing.T) {
	inBubble(t, setup{pool: onlyOne}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				got, err := numbers(tx.Query("COUNT", params("n", 200+i), session.FetchSize(10)).Stream()).Collect(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, upTo(int64(200+i)), got)
			})
		}
		group.Wait()
		require.NoError(t, tx.Commit(t.Context()))
	})
}

// Whatever ends a transaction while its streams run, from inside one of them or not: all of them
// end, and nothing of it reaches the next holder of the connection.
func TestEndsDuringItsStreams(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(ctx context.Context, tx *session.Transaction) error
		said string
	}{
		"commit":   {func(ctx context.Context, tx *session.Transaction) error { return tx.Commit(ctx) }, "COMMIT"},
		"rollback": {func(ctx context.Context, tx *session.Transaction) error { return tx.Rollback(ctx) }, "ROLLBACK"},
		"close":    {func(ctx context.Context, tx *session.Transaction) error { return tx.Close(ctx) }, "ROLLBACK"},
	} {
		t.Run(name+" from inside", func(t *testing.T) {
			inBubble(t, setup{pool: onlyOne}, func(t *testing.T, f *fixture) {
				tx := begin(t, f)
				err := tx.Query("COUNT", many).Stream().ForEach(t.Context(), func(r *records.Record) error {
					if number(r) == 1500 {
						return tt.end(t.Context(), tx)
					}
					assert.LessOrEqual(t, number(r), int64(1500))
					return nil
				})
				require.ErrorIs(t, err, bolt.ErrResultOpen)
				f.works(t)
			})
		})
		t.Run(name+" from elsewhere", func(t *testing.T) {
			inBubble(t, setup{pool: onlyOne}, func(t *testing.T, f *fixture) {
				tx := begin(t, f)
				slow := tx.Query("COUNT", many).Stream().Tap(func(*records.Record) { <-time.After(time.Second) })
				ended := make(chan error, 1)
				go func() { ended <- slow.ForEach(t.Context(), func(*records.Record) error { return nil }) }()
				<-time.After(1100 * time.Second)
				require.NoError(t, tt.end(t.Context(), tx))
				f.works(t)
				require.ErrorIs(t, <-ended, bolt.ErrResultOpen)
				assert.Contains(t, f.said(1), tt.said)
			})
		})
	}
}

// TestStaleHandlesLeaveTheNextHolderAlone uses everything that is left of work on a closed session,
// while its connection serves somebody else.
func TestStaleHandlesLeaveTheNextHolderAlone(t *testing.T) {
	inBubble(t, setup{pool: onlyOne}, func(t *testing.T, f *fixture) {
		s := f.Session()
		stale, err := s.Begin(t.Context())
		require.NoError(t, err)
		open, err := stale.Query("COUNT", many).Open(t.Context())
		require.NoError(t, err)
		require.NoError(t, s.Close())

		tx := begin(t, f)
		err = numbers(tx.Query("COUNT", many).Stream()).ForEach(t.Context(), func(n int64) error {
			if n != 1500 {
				return nil
			}
			_, err := stale.Query("COUNT", nil).Exec(t.Context())
			require.ErrorIs(t, err, session.ErrClosed)
			require.ErrorIs(t, open.Close(t.Context()), session.ErrClosed)
			require.ErrorIs(t, stale.Commit(t.Context()), session.ErrClosed)
			require.NoError(t, stale.Rollback(t.Context()))
			require.NoError(t, stale.Close(t.Context()))
			return nil
		})
		require.NoError(t, err)
		require.NoError(t, tx.Commit(t.Context()))
		assert.Equal(t, 1, f.Connections())
	})
}

func TestALostConnectionEndsTheTransaction(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		create(t, tx, 1)
		f.CloseConnections()
		synctest.Wait()
		_, err := tx.Query("COUNT", nil).Exec(t.Context())
		var lost *bolt.ConnectivityError
		require.ErrorAs(t, err, &lost)
		require.ErrorAs(t, tx.Commit(t.Context()), &lost)
		require.NoError(t, tx.Rollback(t.Context()))
		f.works(t)
		assert.Equal(t, int64(1), f.Pool.Stats().Total.Closed.Dead)
	})
}

// A parameter that cannot be sent is no failure of the transaction: nothing was sent.
func TestABadParameterLeavesTheTransactionOpen(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		_, err := tx.Query("COUNT", params("bad", make(chan int))).Exec(t.Context())
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		create(t, tx, 1)
		require.NoError(t, tx.Commit(t.Context()))
		assert.Equal(t, []int64{1}, f.ledger.ids())
	})
}

func TestTransactionsEndWhenTheContextOfTheirEndDoes(t *testing.T) {
	for name, end := range map[string]func(ctx context.Context, tx *session.Transaction) error{
		"commit":   func(ctx context.Context, tx *session.Transaction) error { return tx.Commit(ctx) },
		"rollback": func(ctx context.Context, tx *session.Transaction) error { return tx.Rollback(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				tx := begin(t, f)
				create(t, tx, 1)
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				err := end(ctx, tx)
				require.ErrorIs(t, err, context.Canceled)
				var unknown *session.CommitUnknownError
				require.NotErrorAs(t, err, &unknown, "nothing was sent")
				f.checkWhole(t)
				assert.Empty(t, f.ledger.ids())
			})
		})
	}
}
