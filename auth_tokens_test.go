package neorx_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// openAs is open with credentials, in memory.
func openAs(t *testing.T, s *bolttest.Server, auth neorx.TokenSource, opts ...neorx.Option) *neorx.Driver {
	t.Helper()
	return openURI(t, "bolt://db", s, auth, opts...)
}

func openURI(t *testing.T, uri string, s *bolttest.Server, auth neorx.TokenSource, opts ...neorx.Option) *neorx.Driver {
	t.Helper()
	d, err := neorx.Open(uri, auth, append([]neorx.Option{neorx.WithDialer(s.Dial), neorx.WithLogger(slog.New(slog.DiscardHandler))}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Close(context.Background())) })
	return d
}

// whoami answers with the user of the connection.
func whoami(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	return bolttest.Column("user", q.Tx.Session.Auth.Principal), nil
}

func whoIs(t *testing.T, on neorx.Querier, opts ...neorx.QueryOption) string {
	t.Helper()
	user, err := neorx.One[string](t.Context(), on.Query("WHOAMI", nil, opts...))
	require.NoError(t, err)
	return user
}

func TestUsersOnOneConnection(t *testing.T) {
	server := bolttest.New(t, whoami)
	d := open(t, server.URI(), neorx.WithMaxConnectionPoolSize(1))
	alice, bob := neorx.BasicAuth("alice", "a"), neorx.BasicAuth("bob", "b")
	assert.Equal(t, "neo4j", whoIs(t, d.Session()))
	assert.Equal(t, "alice", whoIs(t, d.Session(neorx.Auth(alice))))
	assert.Equal(t, "alice", whoIs(t, d, neorx.Auth(alice), neorx.ReadOnly()))
	assert.Equal(t, "bob", whoIs(t, d, neorx.Auth(bob)))
	assert.Equal(t, "neo4j", whoIs(t, d, neorx.ReadOnly()))
	tx, err := d.Session(neorx.Auth(bob)).Begin(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "bob", whoIs(t, tx))
	require.NoError(t, tx.Commit(t.Context()))
	const script = "HELLO, LOGON, QUERY, LOGOFF, LOGON, QUERY, QUERY, LOGOFF, LOGON, BEGIN, QUERY, COMMIT, LOGOFF, LOGON, QUERY, LOGOFF, LOGON, BEGIN, QUERY, COMMIT"
	want := strings.Split(strings.ReplaceAll(script, "QUERY", "RUN WHOAMI, PULL 2"), ", ") // two would be one too many
	assert.Equal(t, want, server.Conversation(1))
}

// Work that cannot even begin leaves a connection whose user is not settled yet to somebody else.
func TestALoginThatNobodyHasUsed(t *testing.T) {
	server := bolttest.New(t, whoami)
	d := open(t, server.URI(), neorx.WithMaxConnectionPoolSize(1))
	assert.Equal(t, "neo4j", whoIs(t, d))
	for _, next := range []string{"neo4j", "alice", "bob"} {
		alice := d.Session(neorx.Auth(neorx.BasicAuth("alice", "a")))
		_, err := alice.Query("WHOAMI", map[string]any{"bad": make(chan int)}).Exec(t.Context())
		require.ErrorAs(t, err, new(*neorx.UsageError))
		assert.Equal(t, next, whoIs(t, d.Session(neorx.Auth(neorx.BasicAuth(next, "x")))))
	}
	assert.Equal(t, 1, server.Connections())
}

// Whatever the moment at which work of many users is given up, nobody gets a connection that is
// somebody else's.
func TestUsersThatAreCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := bolttest.New(t, whoami, bolttest.WithLatency(5*time.Millisecond))
		d := openAs(t, server, neorx.NoAuth(), neorx.WithMaxConnectionPoolSize(4))
		var work sync.WaitGroup
		for seed := range uint64(16) {
			work.Go(func() {
				random := rand.New(rand.NewPCG(seed, 2))
				for range 50 {
					name := fmt.Sprint("user-", random.IntN(3))
					as := d.Session(neorx.Auth(neorx.BasicAuth(name, "password")))
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(100))*time.Millisecond)
					user, err := neorx.One[string](ctx, as.Query("WHOAMI", nil))
					cancel()
					if err != nil {
						assert.ErrorIs(t, err, context.DeadlineExceeded)
					} else {
						assert.Equal(t, name, user)
					}
					if random.IntN(4) == 0 {
						assert.Equal(t, name, whoIs(t, as))
					}
				}
			})
		}
		work.Wait()
		assert.Equal(t, 4, server.Connections(), "no cancel has cost a connection")
	})
}

// A user that the server refuses is told by the query, and nobody else is.
func TestAUserThatIsRefused(t *testing.T) {
	server := bolttest.New(t, whoami, letIn(map[string]string{"alice": "Neo.ClientError.Security.Unauthorized"}))
	d := open(t, server.URI())
	alice := neorx.Auth(neorx.BasicAuth("alice", "a"))
	for name, query := range map[string]neorx.Query{
		"a session's":        d.Session(alice).Query("WHOAMI", nil),
		"the driver's":       d.Query("WHOAMI", nil, alice),
		"the driver's, read": d.Query("WHOAMI", nil, alice, neorx.ReadOnly()),
	} {
		for _, warm := range []bool{false, true} {
			if warm {
				assert.Equal(t, "neo4j", whoIs(t, d))
			}
			_, err := query.Exec(t.Context())
			var refused *neorx.ServerError
			require.ErrorAs(t, err, &refused, name)
			assert.Equal(t, "Neo.ClientError.Security.Unauthorized", refused.Code)
			assert.Equal(t, 0, d.PoolStats().Total.InUse)
		}
	}
	_, err := d.Session(alice).Begin(t.Context())
	require.ErrorAs(t, err, new(*neorx.ServerError))
	assert.Equal(t, "neo4j", whoIs(t, d))
}

// lock is a server whose password changes.
type lock struct{ password atomic.Pointer[string] }

func (l *lock) set(password string) { l.password.Store(&password) }

func (l *lock) check(_ context.Context, token bolt.AuthToken) error {
	if token.Credentials == *l.password.Load() {
		return nil
	}
	return bolttest.Failure("Neo.ClientError.Security.Unauthorized", "wrong password")
}

// provide is the provider that knows the password.
func (l *lock) provide(context.Context) (neorx.AuthToken, error) {
	return bolt.BasicAuth("neo4j", *l.password.Load()), nil
}

// Work that is managed sees nothing of passwords that change while connections come and go; with a
// fixed password work fails on new connections.
func TestPasswordsChangeWhileManyWork(t *testing.T) {
	for _, tt := range []struct {
		uri      string
		rotating bool
	}{{"bolt://db", true}, {"bolt://db", false}, {"neo4j://db", true}, {"neo4j://db", false}} {
		rotating := tt.rotating
		t.Run(fmt.Sprintf("%s, rotating: %t", tt.uri, rotating), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var door lock
				door.set("password-0")
				server := bolttest.New(t, whoami, bolttest.WithLatency(20*time.Millisecond), bolttest.OnLogin(door.check))
				auth := neorx.BasicAuth("neo4j", "password-0")
				if rotating {
					auth = neorx.RotatingAuth(door.provide)
				}
				d := openURI(t, tt.uri, server, auth, neorx.WithMaxConnectionPoolSize(16), neorx.WithMaxConnectionLifetime(500*time.Millisecond))
				end := time.Now().Add(10 * time.Second)
				var work sync.WaitGroup
				var done, refused atomic.Int64
				for range 32 {
					work.Go(func() {
						for time.Now().Before(end) {
							_, err := d.Query("WHOAMI", nil).Exec(t.Context())
							var no *neorx.ServerError
							switch {
							case err == nil:
								done.Add(1)
							case !rotating && errors.As(err, &no) && no.Code == "Neo.ClientError.Security.Unauthorized":
								refused.Add(1)
								pause(100 * time.Millisecond)
							default:
								assert.NoError(t, err)
							}
						}
					})
				}
				for i := range 4 {
					pause(2 * time.Second)
					door.set(fmt.Sprintf("password-%d", i+1))
				}
				work.Wait()
				assert.Positive(t, done.Load())
				assert.Equal(t, !rotating, refused.Load() > 0)
			})
		})
	}
}

// pause lets time pass in a bubble.
func pause(d time.Duration) { <-time.After(d) }

// The server forgets what a user may do: the work that is told so is done again, and everybody logs
// in anew, with the same credentials.
func TestExpiredAuthorization(t *testing.T) {
	for _, v := range []bolt.Version{{Major: 5}, {Major: 5, Minor: 1}, {Major: 6}} {
		t.Run(v.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var expired atomic.Bool
				server := bolttest.New(t, func(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
					if expired.CompareAndSwap(true, false) {
						return nil, bolttest.Failure("Neo.ClientError.Security.AuthorizationExpired", "who are you?")
					}
					return whoami(ctx, q)
				}, bolttest.InMemory(), bolttest.WithVersions(v))
				d := openAs(t, server, neorx.BasicAuth("neo4j", "secret"))
				tx, err := d.Session().Begin(t.Context())
				require.NoError(t, err)
				assert.Equal(t, "neo4j", whoIs(t, d), "on another connection")

				expired.Store(true)
				assert.Equal(t, "neo4j", whoIs(t, d), "the work was retried")
				assert.Equal(t, "neo4j", whoIs(t, tx), "what was begun goes on")
				require.NoError(t, tx.Commit(t.Context()))
				before := len(server.Conversation(1))
				assert.Equal(t, 3, server.Connections(), "the connection that was told is closed")
				held, err := d.Session().Begin(t.Context())
				require.NoError(t, err)
				defer held.Close(t.Context())
				assert.Equal(t, "neo4j", whoIs(t, d))
				if v.AtLeast(5, 1) {
					assert.Equal(t, []string{"LOGOFF", "LOGON"}, server.Conversation(1)[before:before+2])
					assert.Equal(t, 3, server.Connections())
				} else {
					assert.Equal(t, 4, server.Connections(), "another in place of the one that would have to log in anew")
				}
			})
		})
	}
}

func TestTokensThatExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var current atomic.Int64
		server := bolttest.New(t, whoami, bolttest.InMemory(), bolttest.OnLogin(func(_ context.Context, token bolt.AuthToken) error {
			if token.Credentials != fmt.Sprint("token-", current.Load()) {
				return bolttest.Failure("Neo.ClientError.Security.TokenExpired", "too late")
			}
			return nil
		}))
		provide := func(context.Context) (neorx.AuthToken, time.Time, error) {
			return bolt.BearerAuth(fmt.Sprint("token-", current.Add(1))), time.Now().Add(10 * time.Minute), nil
		}
		d := openAs(t, server, neorx.ExpiringAuth(provide, neorx.RenewEarly(time.Minute)))
		for range 9 * 3 {
			whoIs(t, d)
			pause(time.Minute)
		}
		assert.EqualValues(t, 3, current.Load())
		assert.Equal(t, 1, server.Connections())

		current.Add(1) // revoked
		whoIs(t, d)
		assert.EqualValues(t, 5, current.Load(), "the work was retried")
	})
}

// Without another token it is an error, which says what would help.
func TestATokenThatExpires(t *testing.T) {
	server := bolttest.New(t, func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return nil, bolttest.Failure("Neo.ClientError.Security.TokenExpired", "too late")
	})
	d, err := neorx.Open(server.URI(), neorx.BearerAuth("token"))
	require.NoError(t, err)
	defer d.Close(t.Context())
	_, err = d.Query("WHOAMI", nil).Exec(t.Context())
	require.ErrorAs(t, err, new(*neorx.TokenExpiredError))
	require.ErrorContains(t, err, "neorx.ExpiringAuth")
	assert.Len(t, bolttest.Received[*bolt.Begin](server), 1, "not retried")
}

// VerifyConnectivity does not take the login of before for that of now.
func TestVerifyConnectivityProvesTheCredentials(t *testing.T) {
	var door lock
	door.set("old")
	server := bolttest.New(t, whoami, bolttest.OnLogin(door.check))
	provided := atomic.Pointer[string]{}
	old, wrong := "old", "wrong"
	provided.Store(&old)
	d, err := neorx.Open(server.URI(), source(func() neorx.AuthToken { return bolt.BasicAuth("neo4j", *provided.Load()) }))
	require.NoError(t, err)
	defer d.Close(t.Context())
	require.NoError(t, d.VerifyConnectivity(t.Context()))
	provided.Store(&wrong)
	require.ErrorAs(t, d.VerifyConnectivity(t.Context()), new(*neorx.ServerError))
	_, err = d.GetServerInfo(t.Context())
	require.Error(t, err)
}

// source is a token source of one's own.
type source func() neorx.AuthToken

func (s source) Token(context.Context) (neorx.AuthToken, error) { return s(), nil }
func (source) Rejected(neorx.AuthToken, error) bool             { return false }
