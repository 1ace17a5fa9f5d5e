//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

func newEngine(t *testing.T) *engine {
	t.Helper()
	e, err := openEngine()
	require.NoError(t, err)
	t.Cleanup(e.close)
	return e
}

// do runs one statement in a transaction of its own and returns its rows.
func (e *engine) do(ctx context.Context, access access, cypher string, params map[string]any) (rows [][]any, err error) {
	tx, err := e.begin(ctx, access)
	if err != nil {
		return nil, err
	}
	if rows, err = tx.all(ctx, cypher, params); err != nil {
		tx.rollback()
		return nil, failure(err)
	}
	return rows, tx.commit()
}

// all runs a statement and returns its rows.
func (t *transaction) all(ctx context.Context, cypher string, params map[string]any) (rows [][]any, err error) {
	result, err := t.run(ctx, cypher, params)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	for result.HasNext() {
		row, err := nextRow(result)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (e *engine) mustDo(t *testing.T, cypher string, params map[string]any) [][]any {
	t.Helper()
	rows, err := e.do(t.Context(), autoCommit, cypher, params)
	require.NoError(t, err, cypher)
	return rows
}

const (
	createPerson = `CREATE NODE TABLE Person(name STRING PRIMARY KEY, born INT64, note STRING)`
	createKnows  = `CREATE REL TABLE KNOWS(FROM Person TO Person, since INT64)`
)

// family returns a database in which Ann knows Bob, and Bob knows Cid.
func family(t *testing.T) *engine {
	t.Helper()
	e := newEngine(t)
	e.mustDo(t, createPerson, nil)
	e.mustDo(t, createKnows, nil)
	people := []any{
		map[string]any{"name": "Ann", "born": int64(1960)},
		map[string]any{"name": "Bob", "born": int64(1970)},
		map[string]any{"name": "Cid", "born": int64(1980)},
	}
	e.mustDo(t, `UNWIND $rows AS row MERGE (p:Person {name: row.name}) SET p.born = row.born`, map[string]any{"rows": people})
	e.mustDo(t, `MATCH (a:Person), (b:Person) WHERE b.born = a.born + 10 CREATE (a)-[:KNOWS {since: $since}]->(b)`,
		map[string]any{"since": int64(2000)})
	return e
}

func TestValuesOfResults(t *testing.T) {
	e := family(t)
	ann := records.Node{ID: 0, ElementID: "0:0", Labels: []string{"Person"}, Props: map[string]any{"name": "Ann", "born": int64(1960)}}
	bob := records.Node{ID: 1, ElementID: "0:1", Labels: []string{"Person"}, Props: map[string]any{"name": "Bob", "born": int64(1970)}}
	cid := records.Node{ID: 2, ElementID: "0:2", Labels: []string{"Person"}, Props: map[string]any{"name": "Cid", "born": int64(1980)}}
	knows := func(offset, start int64, id, from, to string) records.Relationship {
		return records.Relationship{
			ID: 1<<48 | offset, ElementID: id, Type: "KNOWS", Props: map[string]any{"since": int64(2000)},
			StartID: start, StartElementID: from, EndID: start + 1, EndElementID: to,
		}
	}
	first, second := knows(0, 0, "1:0", "0:0", "0:1"), knows(1, 1, "1:1", "0:1", "0:2")
	for cypher, want := range map[string]any{
		`RETURN 1`:                                           int64(1),
		`RETURN CAST(1 AS INT8)`:                             int64(1),
		`RETURN CAST(7 AS INT128)`:                           int64(7),
		`RETURN 1.5`:                                         1.5,
		`RETURN CAST(1.5 AS FLOAT)`:                          1.5,
		`RETURN CAST('1.50' AS DECIMAL(5, 2))`:               "1.5",
		`RETURN 'é'`:                                         "é",
		`RETURN true`:                                        true,
		`RETURN null`:                                        nil,
		`RETURN [1, 2]`:                                      []any{int64(1), int64(2)},
		`RETURN {a: 1, b: null}`:                             map[string]any{"a": int64(1), "b": nil},
		`RETURN map(['a'], [1])`:                             map[string]any{"a": int64(1)},
		`RETURN interval('2 seconds')`:                       records.Duration{Seconds: 2},
		`MATCH (p {name: 'Ann'}) RETURN p`:                   ann,
		`MATCH (p {name: 'Ann'}) RETURN id(p)`:               "0:0",
		`MATCH ({name: 'Ann'})-[r]->() RETURN r`:             first,
		`MATCH p = ({name: 'Ann'})-->() RETURN p`:            records.Path{Nodes: []records.Node{ann, bob}, Relationships: []records.Relationship{first}},
		`MATCH ({name: 'Ann'})-[r*2..2]->(:Person) RETURN r`: []any{first, second},
		`MATCH p = ({name: 'Ann'})-[*2..2]->(:Person) RETURN p`: records.Path{
			Nodes: []records.Node{ann, bob, cid}, Relationships: []records.Relationship{first, second},
		},
	} {
		t.Run(cypher, func(t *testing.T) { assert.Equal(t, [][]any{{want}}, e.mustDo(t, cypher, nil)) })
	}
	_, err := e.do(t.Context(), autoCommit, `RETURN CAST('9223372036854775808' AS INT128)`, nil)
	require.ErrorContains(t, err, "does not fit into 64 bits")
}

func TestAgent(t *testing.T) {
	rows := newEngine(t).mustDo(t, `CALL db_version() RETURN 'Kuzu/' + version`, nil)
	assert.Equal(t, [][]any{{agent}}, rows)
}

func TestParameters(t *testing.T) {
	e := newEngine(t)
	for _, value := range []any{
		nil, true, int64(1), 1.5, "it's",
		[]any{int64(1), int64(2)},
		[]any{[]any{"a"}, []any{"b", "c"}},
		map[string]any{"a": "b"},
		[]any{map[string]any{"a": int64(1)}, map[string]any{"a": int64(2)}},
	} {
		assert.Equal(t, [][]any{{value}}, e.mustDo(t, `RETURN $p AS p`, map[string]any{"p": value, "unused": int64(1)}))
	}
	for name, refused := range map[string]struct {
		value any
		want  string
	}{
		"missing":       {nil, "Expected parameter(s): p"},
		"an empty list": {map[string]any{"a": []any{[]any{}}}, "parameter p.a[0]: Kùzu's Go binding cannot carry an empty list"},
		"an empty map":  {map[string]any{}, "parameter p: Kùzu's Go binding cannot carry an empty map"},
		"a null field":  {map[string]any{"a": nil}, "parameter p.a: Kùzu's Go binding cannot carry a null inside a list or a map"},
		"bytes":         {[]byte{1}, "parameter p: Kùzu's Go binding cannot carry a []uint8"},
		"mixed list":    {[]any{int64(1), "a"}, "all the values are of the same type"},
	} {
		t.Run(name, func(t *testing.T) {
			params := map[string]any{"p": refused.value}
			if refused.value == nil {
				delete(params, "p")
			}
			_, err := e.do(t.Context(), autoCommit, `RETURN $p AS p`, params)
			var reported *bolt.ServerError
			require.ErrorAs(t, err, &reported)
			assert.Contains(t, reported.Message, refused.want)
			assert.Contains(t, reported.Code, "Neo.ClientError.Statement.")
		})
	}
}

func TestFailuresHaveTheCodesOfNeo4j(t *testing.T) {
	e := family(t)
	for cypher, want := range map[string]string{
		`RETRUN 1`:                               "Neo.ClientError.Statement.SyntaxError",
		`RETURN nonsense(1)`:                     "Neo.ClientError.Statement.SyntaxError",
		`MATCH (p:Nobody) RETURN p`:              "Neo.ClientError.Statement.SyntaxError",
		`CREATE (:Person {name: 'Ann'})`:         "Neo.ClientError.Schema.ConstraintValidationFailed",
		`RETURN CAST('x' AS INT64)`:              "Neo.ClientError.Statement.TypeError",
		`RETURN 9223372036854775807 + 1`:         "Neo.ClientError.Statement.ArithmeticError",
		`MATCH (p:Person) WHERE p.name RETURN p`: "Neo.ClientError.Statement.SyntaxError",
	} {
		t.Run(cypher, func(t *testing.T) {
			_, err := e.do(t.Context(), autoCommit, cypher, nil)
			var reported *bolt.ServerError
			require.ErrorAs(t, err, &reported)
			assert.Equal(t, want, reported.Code, reported.Message)
		})
	}
	_, err := e.do(t.Context(), readOnly, `CREATE (:Person {name: 'Dan'})`, nil)
	var reported *bolt.ServerError
	require.ErrorAs(t, err, &reported)
	assert.Equal(t, "Neo.ClientError.Statement.AccessMode", reported.Code)
}

func TestTransactionsAreAtomic(t *testing.T) {
	const count, add = `MATCH (p:Person) RETURN count(p)`, `CREATE (:Person {name: 'Dan'})`
	e := family(t)
	ctx := t.Context()

	tx, err := e.begin(ctx, readWrite)
	require.NoError(t, err)
	_, err = tx.all(ctx, add, nil)
	require.NoError(t, err)

	reader, err := e.begin(ctx, readOnly)
	require.NoError(t, err, "a reader needs no turn")
	rows, err := reader.all(ctx, count, nil)
	require.NoError(t, err)
	assert.Equal(t, [][]any{{int64(3)}}, rows, "and does not see what is not committed")
	require.NoError(t, reader.commit())

	tx.rollback()
	assert.Equal(t, [][]any{{int64(3)}}, e.mustDo(t, count, nil))
	_, err = e.do(ctx, readWrite, add, nil)
	require.NoError(t, err)
	assert.Equal(t, [][]any{{int64(4)}}, e.mustDo(t, count, nil))
}

func TestAFailedTransactionCanOnlyRollBack(t *testing.T) {
	e := family(t)
	tx, err := e.begin(t.Context(), readWrite)
	require.NoError(t, err)
	_, err = tx.all(t.Context(), `CREATE (:Person {name: 'Ann'})`, nil)
	require.Error(t, err)
	require.Error(t, tx.commit(), "Kùzu has rolled back already")
	assert.Equal(t, [][]any{{int64(3)}}, e.mustDo(t, `MATCH (p:Person) RETURN count(p)`, nil))
}

func TestWritersTakeTurns(t *testing.T) {
	e := family(t)
	first, err := e.begin(t.Context(), readWrite)
	require.NoError(t, err)

	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = e.begin(impatient, autoCommit)
	require.ErrorIs(t, err, context.Canceled)

	second := make(chan error)
	go func() {
		_, err := e.do(t.Context(), readWrite, `CREATE (:Person {name: 'Eve'})`, nil)
		second <- err
	}()
	require.NoError(t, first.commit())
	require.NoError(t, <-second)
}

func TestTheContextInterruptsAStatement(t *testing.T) {
	e := newEngine(t)
	tx, err := e.begin(t.Context(), autoCommit)
	require.NoError(t, err)
	defer tx.rollback()

	brief, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = tx.all(brief, `
		UNWIND range(1, 1000) AS a UNWIND range(1, 1000) AS b UNWIND range(1, 1000) AS c UNWIND range(1, 1000) AS d
		RETURN sum(a * b * c * d % 7)`, nil) // would take hours
	require.ErrorIs(t, err, context.DeadlineExceeded)

	rows, err := tx.all(t.Context(), `RETURN 1`, nil)
	require.NoError(t, err, "the connection goes on")
	assert.Equal(t, [][]any{{int64(1)}}, rows)

	_, err = tx.run(brief, `RETURN 1`, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded, "there is no time for anything")
}
