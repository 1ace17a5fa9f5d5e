package session_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

var update = flag.Bool("update", false, "write the table of failures anew")

const failuresTable = "testdata/failures.txt"

// work is what fails in the matrix: a write with six records, which come in three PULLs.
const (
	matrixRows  = 6
	matrixFetch = 2
)

// forms are the ways to do managed work. Each returns what its subscriber saw, and how it has
// ended.
var forms = []struct {
	name string
	held bool // nothing is shown before COMMIT
	run  func(ctx context.Context, f *fixture, attempt func()) ([]int64, error)
}{
	{"WriteTx", true, func(ctx context.Context, f *fixture, attempt func()) ([]int64, error) {
		return session.WriteTx(ctx, f.Session(), func(ctx context.Context, tx *session.Transaction) ([]int64, error) {
			attempt()
			return numbers(matrixQuery(tx).Stream()).Collect(ctx)
		})
	}},
	{"ReadTx", true, func(ctx context.Context, f *fixture, attempt func()) ([]int64, error) {
		return session.ReadTx(ctx, f.Session(), func(ctx context.Context, tx *session.Transaction) ([]int64, error) {
			attempt()
			return numbers(matrixQuery(tx).Stream()).Collect(ctx)
		})
	}},
	{"WriteStream, Hold", true, func(ctx context.Context, f *fixture, attempt func()) ([]int64, error) {
		return session.WriteStream(f.Session(), matrixStream(attempt)).Collect(ctx)
	}},
	{"WriteStream, Flow", false, func(ctx context.Context, f *fixture, attempt func()) ([]int64, error) {
		return session.WriteStream(f.Session(), matrixStream(attempt), session.Flow()).Collect(ctx)
	}},
	{"ReadStream, Hold", true, func(ctx context.Context, f *fixture, attempt func()) ([]int64, error) {
		return session.ReadStream(f.Session(), matrixStream(attempt), session.Hold()).Collect(ctx)
	}},
	{"ReadStream, Flow", false, func(ctx context.Context, f *fixture, attempt func()) ([]int64, error) {
		return session.ReadStream(f.Session(), matrixStream(attempt)).Collect(ctx)
	}},
	{"ExecuteWrite, Hold", true, func(_ context.Context, f *fixture, attempt func()) ([]int64, error) {
		return drain(f.Session().ExecuteWrite(matrixObservable(attempt)))
	}},
	{"ExecuteWrite, Flow", false, func(_ context.Context, f *fixture, attempt func()) ([]int64, error) {
		return drain(f.Session().ExecuteWrite(matrixObservable(attempt), session.Flow()))
	}},
	{"ExecuteRead, Hold", true, func(_ context.Context, f *fixture, attempt func()) ([]int64, error) {
		return drain(f.Session().ExecuteRead(matrixObservable(attempt), session.Hold()))
	}},
	{"ExecuteRead, Flow", false, func(_ context.Context, f *fixture, attempt func()) ([]int64, error) {
		return drain(f.Session().ExecuteRead(matrixObservable(attempt)))
	}},
	{"driver.Query, Hold", true, func(ctx context.Context, f *fixture, _ func()) ([]int64, error) {
		return numbers(matrixQuery(f.Engine, session.FetchSize(matrixFetch), session.Hold()).Stream()).Collect(ctx)
	}},
	{"driver.Query, Flow", false, func(ctx context.Context, f *fixture, _ func()) ([]int64, error) {
		return numbers(matrixQuery(f.Engine, session.FetchSize(matrixFetch)).Stream()).Collect(ctx)
	}},
}

func matrixQuery(on session.Querier, opts ...session.QueryOption) session.Query {
	return on.Query("CREATE", params("id", 1, "n", matrixRows), append([]session.QueryOption{session.FetchSize(matrixFetch)}, opts...)...)
}

func matrixStream(attempt func()) func(*session.Transaction) rx.Stream[int64] {
	return func(tx *session.Transaction) rx.Stream[int64] {
		attempt()
		return numbers(matrixQuery(tx).Stream())
	}
}

func matrixObservable(attempt func()) func(*session.Transaction) rxgo.Observable {
	return func(tx *session.Transaction) rxgo.Observable {
		attempt()
		return matrixQuery(tx).Records().Map(func(_ context.Context, v any) (any, error) { return number(v.(*records.Record)), nil })
	}
}

// drain observes, with what comes and what ends it.
func drain(o rxgo.Observable) (got []int64, err error) {
	for item := range o.Observe() {
		if item.E != nil {
			return got, item.E
		}
		got = append(got, item.V.(int64))
	}
	return got, nil
}

// points are the messages of the transaction, and how the server comes to do something else than
// usual with the first of each.
var points = []struct {
	name   string
	inject func(f *fixture, fail func() error)
}{
	{"BEGIN", func(f *fixture, fail func() error) { f.ledger.onBegin = func(int) error { return fail() } }},
	{"RUN", func(f *fixture, fail func() error) { f.ledger.onRun = fail }},
	{"PULL 1", func(f *fixture, fail func() error) { failRow(f, 1, fail) }},
	{"PULL 2", func(f *fixture, fail func() error) { failRow(f, 1*matrixFetch+2, fail) }},
	{"PULL 3", func(f *fixture, fail func() error) { failRow(f, 2*matrixFetch+2, fail) }},
	{"COMMIT", func(f *fixture, fail func() error) { f.ledger.onCommit = func(int) error { return fail() } }},
}

// failRow fails when a row is taken for the client.
func failRow(f *fixture, row int64, fail func() error) {
	f.ledger.onRow = func(_ context.Context, _ string, n int64) error {
		if n == row {
			return fail()
		}
		return nil
	}
}

// kinds are the ways to fail. Cut means that the connection is lost: before the server has acted,
// or between that and its reply.
var kinds = []struct {
	name string
	fail func(f *fixture) error
}{
	{"transient error", func(*fixture) error { return transient() }},
	{"permanent error", func(*fixture) error {
		return bolttest.Failure("Neo.ClientError.Statement.ArithmeticError", "/ by zero")
	}},
	{"cut before", func(f *fixture) error {
		cut(f)
		return errors.New("cut")
	}},
	{"cut behind", func(f *fixture) error {
		cut(f)
		return nil
	}},
}

func cut(f *fixture) {
	synctest.Wait() // what was sent before has arrived
	f.CloseConnections()
}

// TestFailureMatrix fails each message of a managed transaction in every way, in every form. The
// results are in a table that is committed; what must hold in every line is checked besides.
func TestFailureMatrix(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "%-20s%-8s%-17s%-9s%-13s%-10s%s\n", "form", "at", "failure", "attempts", "seen", "committed", "end")
	for _, form := range forms {
		for _, point := range points {
			for _, kind := range kinds {
				inBubble(t, setup{}, func(t *testing.T, f *fixture) {
					line := form.name + " / " + point.name + " / " + kind.name
					failed, attempts := false, 0
					point.inject(f, func() error {
						if failed {
							return nil
						}
						failed = true
						return kind.fail(f)
					})
					seen, err := form.run(t.Context(), f, func() { attempts++ })
					if strings.HasPrefix(form.name, "driver") || point.name == "BEGIN" {
						attempts = len(bolttest.Received[*bolt.Begin](f.Server))
					}
					require.True(t, failed, line)
					f.checkWhole(t)
					reads := strings.Contains(form.name, "Read")
					checkDelivery(t, line, reads, form.held, f, seen, attempts, err)
					if point.name == "COMMIT" && strings.HasPrefix(kind.name, "cut") && !reads {
						var unknown *session.CommitUnknownError
						assert.ErrorAs(t, err, &unknown, line)
						assert.Equal(t, 1, attempts, line)
					}
					fmt.Fprintf(&table, "%-20s%-8s%-17s%-9d%-13s%-10d%s\n",
						form.name, point.name, kind.name, attempts, strings.Trim(fmt.Sprint(seen), "[]"), len(f.ledger.ids()), ended(err))
				})
			}
		}
	}
	t.Log("\n" + table.String())
	if *update {
		require.NoError(t, os.WriteFile(failuresTable, []byte(table.String()), 0o600))
	}
	want, err := os.ReadFile(failuresTable)
	require.NoError(t, err)
	assert.Equal(t, string(want), table.String(), "run the test with -update and look at the difference")
}

// checkDelivery checks what must hold whatever fails: no duplicate, no loss, no false success.
func checkDelivery(t *testing.T, line string, reads, held bool, f *fixture, seen []int64, attempts int, err error) {
	t.Helper()
	committed, writes := len(f.ledger.ids()), 1
	if reads {
		writes = 0
	}
	assert.LessOrEqual(t, committed, writes, "%s: written once at most", line)
	assert.Equal(t, upTo(int64(len(seen))), append([]int64{}, seen...), "%s: in order, none twice", line)
	var unknown *session.CommitUnknownError
	switch {
	case err == nil:
		assert.Len(t, seen, matrixRows, "%s: complete", line)
		assert.Equal(t, writes, committed, "%s: a success has happened", line)
	case errors.As(err, &unknown):
		assert.False(t, reads, "%s: there is nothing to be in doubt about", line)
		assert.Equal(t, 1, attempts, "%s: not tried again", line)
	default:
		assert.Zero(t, committed, "%s: a failure has not happened", line)
	}
	if held && err != nil {
		assert.Empty(t, seen, "%s: nothing is shown before COMMIT", line)
	}
	if attempts > 1 && err != nil {
		assert.Empty(t, seen, "%s: what was shown is not tried again", line)
	}
}

// ended names how work has ended.
func ended(err error) string {
	var unknown *session.CommitUnknownError
	var several *retry.Error
	var failure *bolt.ServerError
	var lost *bolt.ConnectivityError
	switch {
	case err == nil:
		return "completed"
	case errors.As(err, &unknown):
		return "commit unknown"
	case errors.As(err, &several):
		return "gave up"
	case errors.As(err, &failure):
		return failure.Code
	case errors.As(err, &lost):
		return "connection lost"
	}
	return err.Error()
}
