package neorx_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// letIn is a server that refuses some users, each with an error that is named after them.
func letIn(codes map[string]string) bolttest.Option {
	return bolttest.OnLogin(func(_ context.Context, token bolt.AuthToken) error {
		if code, refused := codes[token.Principal]; refused {
			return bolttest.Failure(code, "not you")
		}
		return nil
	})
}

func TestVerifyAuthentication(t *testing.T) {
	const security = "Neo.ClientError.Security."
	for _, tt := range []struct {
		code string
		err  bool
	}{
		{code: ""},
		{code: security + "Unauthorized"},
		{code: security + "CredentialsExpired"},
		{code: security + "TokenExpired"},
		{code: security + "Forbidden"},
		{code: security + "AuthorizationExpired", err: true},
		{code: security + "AuthenticationRateLimit", err: true},
		{code: "Neo.TransientError.General.DatabaseUnavailable", err: true},
	} {
		eachWay(t, tt.code, func(t *testing.T, uri func(*bolttest.Server) string, warm bool) {
			codes := map[string]string{"alice": tt.code}
			if tt.code == "" {
				codes = nil
			}
			server := bolttest.New(t, one.Handle, letIn(codes))
			d := open(t, uri(server))
			if warm {
				require.NoError(t, d.VerifyConnectivity(t.Context()))
			}
			ok, err := d.VerifyAuthentication(t.Context(), neorx.BasicAuth("alice", "hunter2"))
			assert.Equal(t, tt.code == "", ok)
			var refused *neorx.ServerError
			assert.Equal(t, tt.err, errors.As(err, &refused))
			if tt.err {
				assert.Equal(t, tt.code, refused.Code)
			}
			_, err = d.Query("RETURN 1 AS n", nil).Exec(t.Context())
			require.NoError(t, err, "the driver's own user is none the worse for it")
			begins := bolttest.Received[*bolt.Logon](server)
			assert.Equal(t, "neo4j", begins[len(begins)-1].Auth.Principal)
			assert.Equal(t, 0, d.PoolStats().Total.InUse)
		})
	}
}

// eachWay runs a test with and without routing, with and without a connection that is there
// already.
func eachWay(t *testing.T, name string, test func(t *testing.T, uri func(*bolttest.Server) string, warm bool)) {
	t.Helper()
	for scheme, uri := range map[string]func(*bolttest.Server) string{"bolt": (*bolttest.Server).URI, "neo4j": (*bolttest.Server).RoutingURI} {
		for _, warm := range []bool{false, true} {
			t.Run(name+", "+scheme+map[bool]string{true: ", warm"}[warm], func(t *testing.T) { test(t, uri, warm) })
		}
	}
}

// Credentials that the connection has logged in with before may have changed on the server.
func TestVerifyAuthenticationLogsInAnew(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI())
	for range 2 {
		ok, err := d.VerifyAuthentication(t.Context(), neorx.BasicAuth("neo4j", "secret"))
		require.NoError(t, err)
		assert.True(t, ok)
	}
	assert.Equal(t, []string{"HELLO", "LOGON", "RESET", "LOGOFF", "LOGON"}, server.Conversation(1))
	_, err := d.Session().Query("RETURN 1 AS n", nil).Exec(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"RUN RETURN 1 AS n", "PULL 1000"}, server.Conversation(1)[5:], "which is good enough for the same user")
}

func TestVerifyAuthenticationWithoutAServer(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI())
	_, err := d.VerifyAuthentication(t.Context(), nil)
	require.ErrorAs(t, err, new(*neorx.UsageError))
	server.Close()
	_, err = d.VerifyAuthentication(t.Context(), neorx.NoAuth())
	require.ErrorAs(t, err, new(*neorx.ConnectivityError))
}

// milestones are the versions around those that have brought users of sessions, and several
// databases.
var milestones = []struct {
	version bolt.Version
	session bool
	several bool
}{
	{bolt.Version{Major: 3}, false, false},
	{bolt.Version{Major: 4, Minor: 2}, false, true},
	{bolt.Version{Major: 5}, false, true},
	{bolt.Version{Major: 5, Minor: 1}, true, true},
	{bolt.Version{Major: 6}, true, true},
}

func TestWhatServersSupport(t *testing.T) {
	for _, tt := range milestones {
		t.Run(tt.version.String(), func(t *testing.T) {
			server := bolttest.New(t, one.Handle, bolttest.WithVersions(tt.version))
			d := open(t, server.URI())
			is, err := d.SupportsSessionAuth(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.session, is)
			is, err = d.SupportsMultiDB(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.several, is)
			assert.Equal(t, 1, server.Connections())

			server.Close()
			d = open(t, server.URI())
			_, err = d.SupportsSessionAuth(t.Context())
			require.ErrorAs(t, err, new(*neorx.ConnectivityError))
			_, err = d.SupportsMultiDB(t.Context())
			require.ErrorAs(t, err, new(*neorx.ConnectivityError))
		})
	}
}

// A server that cannot change users is not asked for anything, whether or not there is a
// connection, and whoever it is logged in as.
func TestAnotherUserOnAnOldServer(t *testing.T) {
	for _, tt := range milestones {
		for name, auth := range map[string]neorx.TokenSource{"another": neorx.BasicAuth("alice", "hunter2"), "the same": neorx.BasicAuth("neo4j", "secret")} {
			eachWay(t, tt.version.String()+": "+name, func(t *testing.T, uri func(*bolttest.Server) string, warm bool) {
				server := bolttest.New(t, one.Handle, bolttest.WithVersions(tt.version))
				d := open(t, uri(server))
				if warm {
					require.NoError(t, d.VerifyConnectivity(t.Context()))
				}
				_, onSession := d.Session(neorx.Auth(auth)).Query("RETURN 1 AS n", nil).Exec(t.Context())
				_, onQuery := d.Query("RETURN 1 AS n", nil, neorx.Auth(auth)).Exec(t.Context())
				_, onVerify := d.VerifyAuthentication(t.Context(), auth)
				for what, err := range map[string]error{"session": onSession, "query": onQuery, "verify": onVerify} {
					if tt.session {
						require.NoError(t, err, what)
						continue
					}
					require.ErrorIs(t, err, errors.ErrUnsupported, what)
					require.ErrorAs(t, err, new(*neorx.UsageError))
					require.ErrorContains(t, err, "session auth")
					require.ErrorContains(t, err, "speaks "+tt.version.String())
				}
				assert.Equal(t, tt.session, slices.Contains(queries(server), "RETURN 1 AS n"))
			})
		}
	}
}

// queries are the texts of what the server was told to run.
func queries(s *bolttest.Server) (texts []string) {
	for _, run := range bolttest.Received[*bolt.Run](s) {
		texts = append(texts, run.Query)
	}
	return texts
}
