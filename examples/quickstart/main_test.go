package main

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// neo4j stands for a Neo4j: it counts the rows that a statement gets, and answers the last query.
type neo4j struct {
	rows     map[string]int
	tokyo    *bolttest.Result
	received []string
}

func (n *neo4j) handle(_ context.Context, query *bolttest.Query) (*bolttest.Result, error) {
	if query.Text == routesByFlights {
		return n.tokyo, nil
	}
	if rows, ok := query.Params["rows"].([]any); ok {
		n.rows[query.Text] += len(rows)
	}
	n.received = append(n.received, query.Text)
	return &bolttest.Result{}, nil
}

func start(t *testing.T) *neo4j {
	t.Helper()
	n := &neo4j{rows: map[string]int{}, tokyo: bolttest.Rows(
		[]string{"origin", "destination", "flights", "degrees"},
		[]any{"Tokyo", "Osaka", int64(9), []any{35.7, 139.7, 34.7, 135.5}},
		[]any{"Tokyo", "Lima", int64(1), []any{35.7, 139.7, -12.0, -77.0}},
	)}
	server := bolttest.New(t, n.handle, bolttest.WithAuth(bolt.BasicAuth("ann", "secret")))
	t.Setenv("NEO4J_URI", server.URI())
	t.Setenv("NEO4J_USER", "ann")
	t.Setenv("NEO4J_PASSWORD", "secret")
	return n
}

func TestANamedNeo4jIsUsed(t *testing.T) {
	server := start(t)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, io.Discard))

	assert.Equal(t, map[string]int{mergeAirports: 3376, mergeRoutes: 5366}, server.rows)
	assert.Contains(t, server.received[0], "CREATE CONSTRAINT airport_iata IF NOT EXISTS")
	assert.Regexp(t, `│ Tokyo +│ Lima +│ +1 │ +15490 │`, out.String())
	assert.NotContains(t, out.String(), "Osaka", "is not far enough")
	assert.Contains(t, out.String(), "2 records from Neo4j/")
}

func TestAFailureEndsTheProgram(t *testing.T) {
	t.Run("a wrong password", func(t *testing.T) {
		start(t)
		t.Setenv("NEO4J_PASSWORD", "guessed")
		var refused *bolt.ServerError
		require.ErrorAs(t, run(t.Context(), io.Discard, io.Discard), &refused)
		assert.Equal(t, "Neo.ClientError.Security.Unauthorized", refused.Code)
	})
	t.Run("an interrupt", func(t *testing.T) {
		start(t)
		ctx, interrupt := context.WithCancel(t.Context())
		interrupt()
		require.ErrorIs(t, run(ctx, io.Discard, io.Discard), context.Canceled)
	})
	t.Run("the stream breaks", func(t *testing.T) {
		server := start(t)
		server.tokyo = server.tokyo.Then(bolttest.Failure("Neo.DatabaseError.General.UnknownError", "the disk is on fire"))
		require.ErrorContains(t, run(t.Context(), io.Discard, io.Discard), "the disk is on fire")
	})
	t.Run("a record has another form", func(t *testing.T) {
		server := start(t)
		server.tokyo = bolttest.Column("origin", "Tokyo")
		require.ErrorContains(t, run(t.Context(), io.Discard, io.Discard), `column "destination"`)
	})
}
