package integration_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
)

const (
	// Endless queries run until they are stopped. The work could write, because a server does not
	// even begin to read for a result that is discarded; the search reads and finds nothing; the
	// records never end.
	endlessWork    = "UNWIND range(1, 1000000000000) AS x WITH x WHERE x < 0 CREATE (:Never)"
	endlessSearch  = "UNWIND range(1, 1000000000000) AS x WITH x WHERE x < 0 RETURN x"
	endlessRecords = "UNWIND range(1, 1000000000000) AS x RETURN x"
	showQueries    = "SHOW TRANSACTIONS YIELD currentQuery, status, elapsedTime WHERE currentQuery CONTAINS $mark RETURN currentQuery, status, elapsedTime"

	promptly = 10 * time.Second // generous: the machine may be busy
	often    = 20 * time.Millisecond
)

// observer watches what the server does, over a driver of its own.
type observer struct {
	t      *testing.T
	driver *neorx.Driver
}

func newObserver(t *testing.T) *observer { return &observer{t: t, driver: open(t)} }

// running returns what the server says about the queries with the mark in their text that it is
// running.
func (o *observer) running(mark string) []*neorx.Record {
	all, _, err := o.driver.Query(showQueries, map[string]any{"mark": mark}, neorx.ReadOnly()).Collect(limited(o.t))
	assert.NoError(o.t, err)
	return all
}

func (o *observer) awaitRunning(mark string) {
	o.t.Helper()
	o.await("the server shows the query", mark, func(n int) bool { return n > 0 })
}

func (o *observer) awaitGone(mark string) {
	o.t.Helper()
	o.await("the server does not show the query any more", mark, func(n int) bool { return n == 0 })
}

// await asks the server until it runs the right number of queries with the mark.
func (o *observer) await(what, mark string, enough func(n int) bool) {
	o.t.Helper()
	limit := time.Now().Add(promptly)
	for {
		running := o.running(mark)
		if enough(len(running)) {
			return
		}
		require.True(o.t, time.Now().Before(limit), "%s: after %v it runs %v", what, promptly, running)
		<-time.After(often)
	}
}

// outcome waits for how a query ends that was stopped.
func outcome(t *testing.T, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(promptly):
		require.FailNow(t, "the query is stopped, but its observer still waits")
		return nil
	}
}

// marked makes a query that the server's list of transactions can be searched for.
func marked(cypher, mark string) string { return cypher + " // " + mark }

// TestCancelStopsTheServer cancels the context of a query that never ends, and asks the server. The
// pool has room for one connection: what follows shows that it is back, and clean.
func TestCancelStopsTheServer(t *testing.T) {
	ways := map[string]func(ctx context.Context, q neorx.Query) error{
		"work of Exec": func(ctx context.Context, q neorx.Query) error {
			_, err := q.Exec(ctx)
			return err
		},
		"records of a stream": func(ctx context.Context, q neorx.Query) error {
			return q.Stream().ForEach(ctx, func(*neorx.Record) error { return nil })
		},
	}
	observer := newObserver(t)
	eachBolt(t, func(t *testing.T, _ *neorx.Driver, version bolt.Version) {
		driver := open(t, pin(version), neorx.WithMaxConnectionPoolSize(1))
		for name, run := range ways {
			t.Run(name, func(t *testing.T) {
				cypher := endlessWork
				if name == "records of a stream" {
					cypher = endlessRecords
				}
				mark := t.Name()
				ctx, cancel := context.WithCancel(limited(t))
				ended := make(chan error, 1)
				go func() { ended <- run(ctx, driver.Query(marked(cypher, mark), nil)) }()
				observer.awaitRunning(mark)
				cancel()
				assert.ErrorIs(t, outcome(t, ended), context.Canceled)
				observer.awaitGone(mark)
				assert.Equal(t, int64(1), at(t, row(t, driver.Query("RETURN 1 AS x", nil)), "x"))
			})
		}
	})
}

func TestDeadlineStopsTheServer(t *testing.T) {
	driver, observer := open(t), newObserver(t)
	mark := t.Name()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := driver.Query(marked(endlessWork, mark), nil).Exec(ctx)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	observer.awaitGone(mark)
}

func TestSessionCloseStopsTheServer(t *testing.T) {
	driver, observer := open(t), newObserver(t)
	mark := t.Name()
	session := driver.Session()
	ended := make(chan error, 1)
	go func() {
		_, err := session.Query(marked(endlessWork, mark), nil).Exec(limited(t))
		ended <- err
	}()
	observer.awaitRunning(mark)
	require.NoError(t, session.Close())
	assert.Error(t, outcome(t, ended))
	observer.awaitGone(mark)
}

func TestDriverCloseStopsTheServer(t *testing.T) {
	server, observer := realServer(t), newObserver(t)
	mark := t.Name()
	driver, err := neorx.Open(server.URI, neorx.BasicAuth(server.User, server.Password))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := driver.Query(marked(endlessWork, mark), nil).Exec(limited(t))
		ended <- err
	}()
	observer.awaitRunning(mark)
	closeDriver(t, driver)
	assert.Error(t, outcome(t, ended))
	observer.awaitGone(mark)
}

// TestTakeStopsTheServer takes ten records of a million. The server discards the rest, the stream
// is complete, and the connection is free again.
func TestTakeStopsTheServer(t *testing.T) {
	driver, observer := open(t, neorx.WithMaxConnectionPoolSize(1)), newObserver(t)
	mark := t.Name()
	all, err := driver.Query(marked(millionCypher, mark), nil, neorx.ReadOnly()).Stream().Take(10).Collect(limited(t))
	require.NoError(t, err)
	assert.Len(t, all, 10)
	observer.awaitGone(mark)
	assert.Equal(t, int64(1), at(t, row(t, driver.Query("RETURN 1 AS x", nil)), "x"))
}

// TestAnObserversErrorStopsTheServer: whoever fails downstream gets the own error back, and the
// server stops.
func TestAnObserversErrorStopsTheServer(t *testing.T) {
	driver, observer := open(t, neorx.WithMaxConnectionPoolSize(1)), newObserver(t)
	mark, enough := t.Name(), errors.New("enough")
	err := driver.Query(marked(endlessRecords, mark), nil).Stream().ForEach(limited(t), func(*neorx.Record) error { return enough })
	require.ErrorIs(t, err, enough)
	observer.awaitGone(mark)
	assert.Equal(t, int64(1), at(t, row(t, driver.Query("RETURN 1 AS x", nil)), "x"))
}

func TestTheServersTimeoutIsAServerError(t *testing.T) {
	driver := open(t)
	_, err := driver.Query(endlessWork, nil, neorx.AutoCommit(), neorx.Timeout(500*time.Millisecond)).Exec(limited(t))
	var failure *neorx.ServerError
	require.ErrorAs(t, err, &failure)
	assert.True(t, failure.HasCode("Neo.ClientError.Transaction."), "the code is %s", failure.Code)
}

func TestATerminatedQueryIsAServerError(t *testing.T) {
	driver, observer := open(t), newObserver(t)
	mark := t.Name()
	ended := make(chan error, 1)
	go func() {
		_, err := driver.Query(marked(endlessWork, mark), nil, neorx.AutoCommit()).Exec(limited(t))
		ended <- err
	}()
	observer.awaitRunning(mark)
	find := "SHOW TRANSACTIONS YIELD transactionId, currentQuery WHERE currentQuery CONTAINS $mark RETURN transactionId AS id"
	id := at(t, row(t, observer.driver.Query(find, map[string]any{"mark": mark})), "id")
	row(t, observer.driver.Query("TERMINATE TRANSACTION $id", map[string]any{"id": id}, neorx.AutoCommit()))
	var failure *neorx.ServerError
	require.ErrorAs(t, outcome(t, ended), &failure)
	assert.True(t, failure.HasCode("Neo.ClientError.Transaction.", "Neo.TransientError.Transaction."), "the code is %s", failure.Code)
}
