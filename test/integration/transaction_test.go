package integration_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/rx"
)

const (
	createTx = "CREATE (:Tx {n: $n})"
	countTx  = "MATCH (n:Tx) RETURN count(n) AS n"
)

func number(n int) map[string]any { return map[string]any{"n": n} }

func begin(t *testing.T, s *neorx.Session, opts ...neorx.TxOption) *neorx.Transaction {
	t.Helper()
	tx, err := s.Begin(limited(t), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, tx.Close(context.Background())) })
	return tx
}

func exec(t *testing.T, q neorx.Query) {
	t.Helper()
	_, err := q.Exec(limited(t))
	require.NoError(t, err)
}

func TestTransactionsCommitAndRollBack(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Tx") })
		session := driver.Session()
		defer session.Close()

		tx := begin(t, session)
		exec(t, tx.Query(createTx, number(1)))
		exec(t, tx.Query(createTx, number(2)))
		assert.Equal(t, int64(2), at(t, row(t, tx.Query(countTx, nil)), "n"), "a transaction sees its own writes")
		assert.Equal(t, int64(0), at(t, row(t, driver.Query(countTx, nil)), "n"), "nobody else does")
		require.NoError(t, tx.Commit(limited(t)))
		assert.Equal(t, int64(2), at(t, row(t, session.Query(countTx, nil)), "n"))

		tx = begin(t, session)
		exec(t, tx.Query(createTx, number(3)))
		require.NoError(t, tx.Rollback(limited(t)))
		assert.Equal(t, int64(2), at(t, row(t, session.Query(countTx, nil)), "n"))
	})
}

// TestNestedStreamsInATransaction reads one result while it works through another, on one
// connection.
func TestNestedStreamsInATransaction(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		const outer, inner = 50, 300
		session := driver.Session()
		defer session.Close()
		tx := begin(t, session)
		outers := tx.Query("UNWIND range(1, $n) AS x RETURN x", number(outer), neorx.FetchSize(7)).Stream()
		pairs := rx.ConcatMap(outers, func(rec *neorx.Record) rx.Stream[*neorx.Record] {
			x, _ := rec.At(0).AsInt()
			return tx.Query("UNWIND range(1, $n) AS y RETURN $x AS x, y", map[string]any{"x": x, "n": inner}, neorx.FetchSize(11)).Stream()
		})
		next := int64(0)
		require.NoError(t, pairs.ForEach(limited(t), func(rec *neorx.Record) error {
			assert.Equal(t, next/inner+1, at(t, rec, "x"))
			assert.Equal(t, next%inner+1, at(t, rec, "y"))
			next++
			return nil
		}))
		assert.Equal(t, int64(outer*inner), next)
		require.NoError(t, tx.Commit(limited(t)))
	})
}

func TestAFailureEndsTheTransaction(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		session := driver.Session()
		defer session.Close()
		tx := begin(t, session)
		exec(t, tx.Query(createTx, number(1)))
		_, err := tx.Query("THIS IS NO CYPHER", nil).Exec(limited(t))
		var failure *neorx.ServerError
		require.ErrorAs(t, err, &failure)
		_, err = tx.Query("RETURN 1", nil).Exec(limited(t))
		require.ErrorAs(t, err, &failure, "what comes later names the first failure")
		assert.Error(t, tx.Commit(limited(t)))
		assert.Equal(t, int64(0), at(t, row(t, session.Query(countTx, nil)), "n"))
	})
}

// TestForgottenQueries: queries are cold, so one that nobody observed has not run, and committing
// without it would lose work.
func TestForgottenQueries(t *testing.T) {
	driver := open(t)
	session := driver.Session()
	defer session.Close()
	tx := begin(t, session)
	tx.Query(createTx, number(1))
	err := tx.Commit(limited(t))
	var usage *neorx.UsageError
	require.ErrorAs(t, err, &usage)
	assert.ErrorContains(t, err, "CREATE (:Tx")
}

// TestBookmarksMakeACausalChain: each session sees what the work behind its bookmarks has written.
func TestBookmarksMakeACausalChain(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Tx") })
		first := driver.Session()
		defer first.Close()
		exec(t, first.Query(createTx, number(1)))
		require.NotEmpty(t, first.LastBookmarks())
		second := driver.Session(neorx.WithBookmarks(first.LastBookmarks()...))
		defer second.Close()
		assert.Equal(t, int64(1), at(t, row(t, second.Query(countTx, nil)), "n"))
	})
}

// TestManyAtOnce runs more queries at once than there are connections: all get their turn, and all
// records are the right ones.
func TestManyAtOnce(t *testing.T) {
	const queries, records = 40, 2000
	driver := open(t, neorx.WithMaxConnectionPoolSize(4))
	session := driver.Session()
	defer session.Close()
	var group sync.WaitGroup
	errs := make(chan error, queries)
	for i := range queries {
		group.Add(1)
		go func() {
			defer group.Done()
			sum := int64(0)
			err := session.Query("UNWIND range(1, $n) AS x RETURN x * $i AS x", map[string]any{"n": records, "i": i}).Stream().
				ForEach(limited(t), func(rec *neorx.Record) error {
					x, _ := rec.At(0).AsInt()
					sum += x
					return nil
				})
			assert.Equal(t, int64(i)*records*(records+1)/2, sum)
			errs <- err
		}()
	}
	group.Wait()
	close(errs)
	for err := range errs {
		assert.NoError(t, err)
	}
}

// TestCallInTransactions needs an auto-commit statement: in a transaction of the driver's the
// server refuses it.
func TestCallInTransactions(t *testing.T) {
	const cypher = "UNWIND range(1, 1000) AS n CALL { WITH n CREATE (:Tx {n: n}) } IN TRANSACTIONS OF 100 ROWS"
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Tx") })
	_, err := driver.Query(cypher, nil).Exec(limited(t))
	var failure *neorx.ServerError
	require.ErrorAs(t, err, &failure)
	exec(t, driver.Query(cypher, nil, neorx.AutoCommit()))
	assert.Equal(t, int64(1000), at(t, row(t, driver.Query(countTx, nil)), "n"))
}
