package integration_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
)

// transactions are the server's transactions with this mark in their metadata.
func (o *observer) transactions(mark string) int {
	const show = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.mark = $mark RETURN metaData"
	all, _, err := o.driver.Query(show, map[string]any{"mark": mark}, neorx.ReadOnly()).Collect(limited(o.t))
	assert.NoError(o.t, err)
	return len(all)
}

func (o *observer) awaitNoTransaction(mark string) {
	o.t.Helper()
	require.Eventually(o.t, func() bool { return o.transactions(mark) == 0 }, promptly, often, "the server does not show the transaction any more")
}

// errLeft is how a consumer or a function leaves.
var errLeft = errors.New("left")

// transactionExits are the ways out of a transaction. Each gets a stream in it that never ends by
// itself.
var transactionExits = map[string]func(ctx context.Context, cancel func(), s *neorx.Session, tx *neorx.Transaction, endless neorx.Query){
	"rollback while a result is open": func(ctx context.Context, _ func(), _ *neorx.Session, tx *neorx.Transaction, endless neorx.Query) {
		_, _ = endless.Open(ctx)
		_ = tx.Rollback(ctx)
	},
	"commit while a result is open": func(ctx context.Context, _ func(), _ *neorx.Session, tx *neorx.Transaction, endless neorx.Query) {
		_, _ = endless.Open(ctx)
		_ = tx.Commit(ctx)
	},
	"close from inside a stream": func(ctx context.Context, _ func(), _ *neorx.Session, tx *neorx.Transaction, endless neorx.Query) {
		_ = endless.Stream().ForEach(ctx, func(*neorx.Record) error { return tx.Close(ctx) })
	},
	"close of the session from inside a stream": func(ctx context.Context, _ func(), s *neorx.Session, _ *neorx.Transaction, endless neorx.Query) {
		_ = endless.Stream().ForEach(ctx, func(*neorx.Record) error { return s.Close() })
	},
	"cancelled": func(ctx context.Context, cancel func(), _ *neorx.Session, _ *neorx.Transaction, endless neorx.Query) {
		_ = endless.Stream().ForEach(ctx, func(*neorx.Record) error {
			cancel()
			return nil
		})
	},
	"deadline": func(ctx context.Context, _ func(), _ *neorx.Session, _ *neorx.Transaction, endless neorx.Query) {
		ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		_ = endless.Stream().ForEach(ctx, func(*neorx.Record) error { return nil })
	},
	"a failure of the server": func(ctx context.Context, _ func(), _ *neorx.Session, tx *neorx.Transaction, endless neorx.Query) {
		_ = endless.Stream().ForEach(ctx, func(*neorx.Record) error {
			_, _, err := tx.Query("RETURN 1 / 0", nil).Collect(ctx)
			return err
		})
	},
	"the consumer fails, and the transaction is closed": func(ctx context.Context, _ func(), _ *neorx.Session, tx *neorx.Transaction, endless neorx.Query) {
		_ = endless.Stream().ForEach(ctx, func(*neorx.Record) error { return errLeft })
		_ = tx.Close(ctx)
	},
}

// TestEveryExitEndsTheTransaction leaves transactions in every way, and asks the server.
func TestEveryExitEndsTheTransaction(t *testing.T) {
	observer := newObserver(t)
	for name, leave := range transactionExits {
		t.Run(name, func(t *testing.T) {
			driver := open(t, neorx.WithMaxConnectionPoolSize(1))
			mark := t.Name()
			ctx, cancel := context.WithCancel(limited(t))
			defer cancel()
			s := driver.Session()
			tx, err := s.Begin(ctx, neorx.Metadata(map[string]any{"mark": mark}))
			require.NoError(t, err)
			assert.Equal(t, 1, observer.transactions(mark))
			leave(ctx, cancel, s, tx, tx.Query(endlessRecords, nil))
			observer.awaitNoTransaction(mark)
			assert.Equal(t, int64(1), at(t, row(t, driver.Query("RETURN 1 AS x", nil)), "x"), "the connection is back")
			assert.Equal(t, int64(1), driver.PoolStats().Total.Dialled, "and it is the same")
		})
	}
}

// managedExits are the ways out of a managed transaction that do not commit.
var managedExits = map[string]func(ctx context.Context, cancel func(), s *neorx.Session, opt neorx.TxOption){
	"an error": func(ctx context.Context, _ func(), s *neorx.Session, opt neorx.TxOption) {
		managed(ctx, s, opt, func() error { return errLeft })
	},
	"a panic": func(ctx context.Context, _ func(), s *neorx.Session, opt neorx.TxOption) {
		defer func() { _ = recover() }()
		managed(ctx, s, opt, func() error { panic("left") })
	},
	"Goexit": func(ctx context.Context, _ func(), s *neorx.Session, opt neorx.TxOption) {
		left := make(chan struct{})
		go func() {
			defer close(left)
			managed(ctx, s, opt, func() error {
				runtime.Goexit()
				return nil
			})
		}()
		<-left
	},
	"cancelled": func(ctx context.Context, cancel func(), s *neorx.Session, opt neorx.TxOption) {
		managed(ctx, s, opt, func() error {
			cancel()
			return nil
		})
	},
	"stopped before COMMIT": func(ctx context.Context, _ func(), s *neorx.Session, opt neorx.TxOption) {
		work := func(tx *neorx.Transaction) neorx.Stream[*neorx.Record] { return tx.Query(endlessRecords, nil).Stream() }
		_, _ = neorx.WriteStream(s, work, opt, neorx.Flow()).First(ctx)
	},
	"too much to hold": func(ctx context.Context, _ func(), s *neorx.Session, opt neorx.TxOption) {
		work := func(tx *neorx.Transaction) neorx.Stream[*neorx.Record] { return tx.Query(endlessRecords, nil).Stream() }
		_, _ = neorx.WriteStream(s, work, opt).First(ctx)
	},
}

// managed runs a managed write that does something, and then leaves in the middle of a stream.
func managed(ctx context.Context, s *neorx.Session, opt neorx.TxOption, leave func() error) {
	_, _ = neorx.WriteTx(ctx, s, func(ctx context.Context, tx *neorx.Transaction) (any, error) {
		if _, err := tx.Query(createTx, number(1)).Exec(ctx); err != nil {
			return nil, err
		}
		return nil, tx.Query(endlessRecords, nil).Stream().ForEach(ctx, func(*neorx.Record) error { return leave() })
	}, opt)
}

func TestEveryExitOfManagedWorkRollsBack(t *testing.T) {
	observer := newObserver(t)
	for name, leave := range managedExits {
		t.Run(name, func(t *testing.T) {
			driver := open(t, neorx.WithMaxConnectionPoolSize(1))
			mark := t.Name()
			ctx, cancel := context.WithCancel(limited(t))
			defer cancel()
			leave(ctx, cancel, driver.Session(), neorx.Metadata(map[string]any{"mark": mark}))
			observer.awaitNoTransaction(mark)
			assert.Equal(t, int64(0), at(t, row(t, driver.Query(countTx, nil)), "n"))
			assert.Equal(t, int64(1), driver.PoolStats().Total.Dialled, "the connection is the same")
		})
	}
}

// TestATerminatedTransaction is ended by somebody else: its next use says so, it is not tried
// again, and there is nothing left to roll back.
func TestATerminatedTransaction(t *testing.T) {
	observer := newObserver(t)
	terminate := func(mark string) {
		const cypher = "SHOW TRANSACTIONS YIELD transactionId, metaData WHERE metaData.mark = $mark RETURN transactionId AS id"
		id := at(t, row(t, observer.driver.Query(cypher, map[string]any{"mark": mark})), "id")
		ended := row(t, observer.driver.Query("TERMINATE TRANSACTIONS $id", map[string]any{"id": id}, neorx.AutoCommit()))
		t.Log(ended)
	}
	terminated := func(t *testing.T, err error) {
		t.Helper()
		var failure *neorx.ServerError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, "Neo.ClientError.Transaction.Terminated", failure.Code)
	}
	driver := open(t)
	t.Run("explicit", func(t *testing.T) {
		tx, err := driver.Session().Begin(limited(t), neorx.Metadata(map[string]any{"mark": t.Name()}))
		require.NoError(t, err)
		exec(t, tx.Query(createTx, number(1)))
		terminate(t.Name())
		_, err = tx.Query(countTx, nil).Exec(limited(t))
		terminated(t, err)
		var failed *neorx.TransactionFailedError
		err = tx.Commit(limited(t))
		require.ErrorAs(t, err, &failed)
		terminated(t, err)
		require.NoError(t, tx.Rollback(limited(t)))
		assert.Equal(t, int64(0), at(t, row(t, driver.Query(countTx, nil)), "n"))
	})
	t.Run("managed", func(t *testing.T) {
		attempts := 0
		_, err := neorx.WriteTx(limited(t), driver.Session(), func(ctx context.Context, tx *neorx.Transaction) (any, error) {
			attempts++
			exec(t, tx.Query(createTx, number(1)))
			terminate(t.Name())
			return nil, nil
		}, neorx.Metadata(map[string]any{"mark": t.Name()}))
		terminated(t, err)
		assert.Equal(t, 1, attempts)
		assert.Equal(t, int64(0), at(t, row(t, driver.Query(countTx, nil)), "n"))
	})
}
