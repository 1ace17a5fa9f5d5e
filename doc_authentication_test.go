package neorx_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/doctest"
	"github.com/neorx/neorx/test/bolttest"
)

// TestSnippetsAboutAuthenticationAreThisCode compares docs/authentication.md with this file: every
// snippet is compiled, and run, as it is printed.
func TestSnippetsAboutAuthenticationAreThisCode(t *testing.T) {
	doctest.Snippets(t, "docs/authentication.md", "doc_authentication_test.go")
}

// secrets stands for a vault and for an identity provider.
type secrets struct{}

func (secrets) Read(context.Context, string) (string, error) { return "secret", nil }

func (secrets) Token(context.Context) (*issued, error) {
	return &issued{"eyJhbGciOi", time.Now().Add(time.Hour)}, nil
}

type issued struct {
	Text    string
	Expires time.Time
}

func docRotating(uri string, vault secrets) (*neorx.Driver, error) {
	auth := neorx.RotatingAuth(func(ctx context.Context) (neorx.AuthToken, error) {
		password, err := vault.Read(ctx, "neo4j")
		return bolt.BasicAuth("neo4j", password), err
	})
	driver, err := neorx.Open(uri, auth)
	return driver, err
}

func docExpiring(uri string, provider secrets) (*neorx.Driver, error) {
	auth := neorx.ExpiringAuth(func(ctx context.Context) (neorx.AuthToken, time.Time, error) {
		token, err := provider.Token(ctx)
		return bolt.BearerAuth(token.Text), token.Expires, err
	}, neorx.RenewEarly(time.Minute))
	driver, err := neorx.Open(uri, auth)
	return driver, err
}

type tenantKey struct{}

// tenants logs in as whoever the context says.
type tenants struct{ passwords map[string]string }

func (t *tenants) Token(ctx context.Context) (neorx.AuthToken, error) {
	name, ok := ctx.Value(tenantKey{}).(string)
	if !ok {
		return neorx.AuthToken{}, errors.New("no tenant in the context")
	}
	return bolt.BasicAuth(name, t.passwords[name]), nil
}

func (t *tenants) Rejected(neorx.AuthToken, error) bool { return false }

func docUsers(driver *neorx.Driver) (*neorx.Session, neorx.Query) {
	report := driver.Session(neorx.Auth(neorx.BasicAuth("alice", "secret")))
	count := driver.Query("MATCH (n) RETURN count(n) AS n", nil, neorx.Auth(neorx.BasicAuth("bob", "secret")))
	return report, count
}

func docVerify(ctx context.Context, driver *neorx.Driver) (bool, error) {
	ok, err := driver.VerifyAuthentication(ctx, neorx.BasicAuth("alice", "secret"))
	return ok, err
}

func TestAuthenticationDocument(t *testing.T) {
	users := []bolt.AuthToken{bolt.BasicAuth("neo4j", "secret"), bolt.BearerAuth("eyJhbGciOi"), bolt.BasicAuth("alice", "secret"), bolt.BasicAuth("bob", "secret")}
	server := bolttest.New(t, bolttest.Queries{
		"MATCH (n) RETURN count(n) AS n": bolttest.Column("n", 7), "RETURN 1": bolttest.Column("1", 1),
	}.Handle, bolttest.WithAuth(users...))

	rotating, err := docRotating(server.URI(), secrets{})
	require.NoError(t, err)
	defer rotating.Close(t.Context())
	require.NoError(t, rotating.VerifyConnectivity(t.Context()))
	report, count := docUsers(rotating)
	_, err = report.Query("RETURN 1", nil).Exec(t.Context())
	require.NoError(t, err)
	n, err := neorx.One[int](t.Context(), count)
	require.NoError(t, err)
	assert.Equal(t, 7, n)
	ok, err := docVerify(t.Context(), rotating)
	require.NoError(t, err)
	assert.True(t, ok)

	expiring, err := docExpiring(server.URI(), secrets{})
	require.NoError(t, err)
	defer expiring.Close(t.Context())
	require.NoError(t, expiring.VerifyConnectivity(t.Context()))

	many, err := neorx.Open(server.URI(), &tenants{map[string]string{"alice": "secret"}})
	require.NoError(t, err)
	defer many.Close(t.Context())
	require.NoError(t, many.VerifyConnectivity(context.WithValue(t.Context(), tenantKey{}, "alice")))
	require.ErrorContains(t, many.VerifyConnectivity(t.Context()), "no tenant in the context")
}
