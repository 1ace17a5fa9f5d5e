//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/examples/internal/kuzubolt"
	"github.com/neorx/neorx/records"
)

func ExampleStart() {
	server, err := kuzubolt.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	driver, err := neorx.Open(server.URI(), neorx.NoAuth())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(context.Background())

	found, _, err := driver.Query(`RETURN 'Hello, ' + $name AS greeting`, map[string]any{"name": "Kùzu"}).Collect(context.Background())
	fmt.Println(found, err)
	// Output: [{greeting: "Hello, Kùzu"}] <nil>
}

// serve returns a driver on an embedded database with a table, both for the time of the test.
func serve(t *testing.T) *neorx.Driver {
	t.Helper()
	server, err := kuzubolt.Start()
	require.NoError(t, err)
	t.Cleanup(server.Close)
	driver, err := neorx.Open(server.URI(), neorx.NoAuth())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, driver.Close(context.WithoutCancel(t.Context()))) })
	exec(t, driver, `CREATE NODE TABLE Person(name STRING PRIMARY KEY)`)
	return driver
}

func exec(t *testing.T, on neorx.Querier, cypher string) *neorx.Summary {
	t.Helper()
	summary, err := on.Query(cypher, nil).Exec(t.Context())
	require.NoError(t, err, cypher)
	return summary
}

func people(t *testing.T, driver *neorx.Driver) []string {
	t.Helper()
	found, _, err := driver.Query(`MATCH (p:Person) RETURN p.name AS name ORDER BY name`, nil, neorx.ReadOnly()).Collect(t.Context())
	require.NoError(t, err)
	names := make([]string, len(found))
	for i, record := range found {
		names[i], err = records.Get[string](record, "name")
		require.NoError(t, err)
	}
	return names
}

func TestTransactions(t *testing.T) {
	driver := serve(t)
	session := driver.Session()
	for _, name := range []string{"Ann", "Bob"} {
		tx, err := session.Begin(t.Context())
		require.NoError(t, err)
		exec(t, tx, `CREATE (:Person {name: '`+name+`'})`)
		if name == "Ann" {
			require.NoError(t, tx.Commit(t.Context()))
			continue
		}
		require.NoError(t, tx.Rollback(t.Context()))
	}
	exec(t, session, `CREATE (:Person {name: 'Cid'})`)
	assert.Equal(t, []string{"Ann", "Cid"}, people(t, driver))

	_, err := driver.Query(`CREATE (:Person {name: 'Dan'})`, nil, neorx.ReadOnly()).Exec(t.Context())
	var refused *neorx.ServerError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "Neo.ClientError.Statement.AccessMode", refused.Code)
	assert.Equal(t, []string{"Ann", "Cid"}, people(t, driver), "the failure has released everything")
}

func TestOthersWriteWhileAResultIsOpen(t *testing.T) {
	driver := serve(t)
	numbers, err := driver.Session().Query(`UNWIND range(1, 5000) AS n RETURN n`, nil).Open(t.Context())
	require.NoError(t, err)
	exec(t, driver, `CREATE (:Person {name: 'Ann'})`)
	count, err := numbers.Stream().Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 5000, count)
	require.NoError(t, numbers.Close(t.Context()))
}

func TestSummaryTellsTheKindOfStatement(t *testing.T) {
	driver := serve(t)
	assert.Equal(t, records.QueryTypeWrite, exec(t, driver, `CREATE (:Person {name: 'Ann'})`).QueryType)
	_, summary, err := driver.Query(`RETURN 1`, nil, neorx.ReadOnly()).Collect(t.Context())
	require.NoError(t, err)
	assert.Equal(t, records.QueryTypeRead, summary.QueryType)
	_, summary, err = driver.Query(`MERGE (p:Person {name: 'Bob'}) RETURN p`, nil).Collect(t.Context())
	require.NoError(t, err)
	assert.Equal(t, records.QueryTypeReadWrite, summary.QueryType)
	assert.Equal(t, "Kuzu/0.11.3", summary.Server.Agent)
}

func TestAResetInterruptsAQuery(t *testing.T) {
	driver := serve(t)
	brief, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := driver.Query(`
		UNWIND range(1, 1000) AS a UNWIND range(1, 1000) AS b UNWIND range(1, 1000) AS c UNWIND range(1, 1000) AS d
		RETURN sum(a * b * c * d % 7)`, nil).Exec(brief) // would take hours
	require.ErrorIs(t, err, context.DeadlineExceeded)
	exec(t, driver, `CREATE (:Person {name: 'Ann'})`) // waits for its turn: until the interrupted one has ended
}
