package database

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/examples/internal/kuzubolt"
	"github.com/neorx/neorx/test/bolttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestANamedNeo4jGetsAConstraint(t *testing.T) {
	var received []string
	server := bolttest.New(t, func(_ context.Context, query *bolttest.Query) (*bolttest.Result, error) {
		received = append(received, query.Text)
		return nil, nil
	})
	t.Setenv("NEO4J_URI", server.URI())
	require.NoError(t, run(t.Context(), func(driver *neorx.Driver) error { return driver.VerifyConnectivity(t.Context()) }))
	assert.Equal(t, neo4jSchema, received)
}

func TestTheEmbeddedDatabaseGetsTables(t *testing.T) {
	t.Setenv("NEO4J_URI", "")
	db, err := Open()
	if errors.Is(err, kuzubolt.ErrUnavailable) {
		require.ErrorContains(t, err, "set NEO4J_URI")
		return
	}
	require.NoError(t, err)
	defer db.Close()
	driver, err := neorx.Open(db.URI, neorx.BasicAuth(db.User, db.Password))
	require.NoError(t, err)
	defer driver.Close(t.Context())

	require.NoError(t, db.CreateSchema(t.Context(), driver))
	require.NoError(t, db.CreateSchema(t.Context(), driver), "a second time")
	_, err = driver.Query(`CREATE (:Airport {iata: 'SEA'})`, nil).Exec(t.Context())
	require.NoError(t, err)
}

func TestFailuresReachTheProgram(t *testing.T) {
	t.Setenv("NEO4J_URI", "http://localhost")
	require.ErrorContains(t, run(t.Context(), nil), "http")

	refusing := bolttest.New(t, func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return nil, bolttest.Failure("Neo.ClientError.Security.Forbidden", "no schema for you")
	})
	t.Setenv("NEO4J_URI", refusing.URI())
	require.ErrorContains(t, run(t.Context(), nil), "no schema for you")
}
