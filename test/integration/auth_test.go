package integration_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
)

// account is a user of the database that exists for one test.
type account struct {
	admin    *neorx.Driver
	name     string
	password atomic.Pointer[string]
}

// newAccount creates a user.
func newAccount(t *testing.T) *account {
	t.Helper()
	a := &account{admin: open(t), name: "user" + strings.ToLower(rand.Text())}
	a.administer(t, "CREATE USER "+a.name+" SET PASSWORD $password CHANGE NOT REQUIRED")
	t.Cleanup(func() {
		_, err := a.admin.Query("DROP USER "+a.name, nil, neorx.Database("system")).Exec(context.WithoutCancel(t.Context()))
		assert.NoError(t, err)
	})
	return a
}

// administer runs a command that sets a new password.
func (a *account) administer(t *testing.T, command string) {
	t.Helper()
	next := rand.Text()
	_, err := a.admin.Query(command, map[string]any{"password": next}, neorx.Database("system")).Exec(limited(t))
	require.NoError(t, err)
	a.password.Store(&next)
}

// change changes the password.
func (a *account) change(t *testing.T) {
	t.Helper()
	a.administer(t, "ALTER USER "+a.name+" SET PASSWORD $password CHANGE NOT REQUIRED")
}

func (a *account) source() neorx.TokenSource { return neorx.BasicAuth(a.name, *a.password.Load()) }

func (a *account) provide(context.Context) (neorx.AuthToken, error) {
	return bolt.BasicAuth(a.name, *a.password.Load()), nil
}

// openAs returns a driver that logs in with these credentials.
func openAs(t *testing.T, auth neorx.TokenSource, opts ...neorx.Option) *neorx.Driver {
	t.Helper()
	opts = append(opts, neorx.WithLogger(slog.New(slog.DiscardHandler)))
	d, err := neorx.Open(realServer(t).URI, auth, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { closeDriver(t, d) })
	return d
}

const whoAmI = "SHOW CURRENT USER YIELD user"

func whoIs(t *testing.T, on neorx.Querier, opts ...neorx.QueryOption) string {
	t.Helper()
	user, err := neorx.One[string](limited(t), on.Query(whoAmI, nil, opts...))
	require.NoError(t, err)
	return user
}

const workers = 32

// TestPasswordRotation changes the password again and again under 32 workers whose connections come
// and go: none of them ever sees an error.
func TestPasswordRotation(t *testing.T) {
	user := newAccount(t)
	var asked atomic.Int64
	auth := neorx.RotatingAuth(func(ctx context.Context) (neorx.AuthToken, error) {
		asked.Add(1)
		return user.provide(ctx)
	})
	d := openAs(t, auth, neorx.WithMaxConnectionLifetime(200*time.Millisecond))
	var work sync.WaitGroup
	var done atomic.Int64
	ctx, stop := context.WithCancel(limited(t))
	defer stop()
	for range workers {
		work.Go(func() {
			for ctx.Err() == nil {
				n, err := neorx.One[int64](t.Context(), d.Query("UNWIND range(1, 100) AS n RETURN sum(n)", nil))
				if assert.NoError(t, err) {
					assert.EqualValues(t, 5050, n)
				}
				done.Add(1)
			}
		})
	}
	const changes = 2
	for i := range int64(changes) {
		user.change(t)
		require.Eventually(t, func() bool { return asked.Load() >= i+2 }, testLimit, 10*time.Millisecond, "the new password is asked for")
		was := done.Load()
		require.Eventually(t, func() bool { return done.Load() >= was+10*workers }, testLimit, 10*time.Millisecond, "work goes on with it")
	}
	stop()
	work.Wait()
	stats := d.PoolStats().Total
	t.Logf("%d queries, %d passwords, asked %d times, %d connections opened, %d refused", done.Load(), changes+1, asked.Load(), stats.Dialled, stats.DialFailures)
	assert.Positive(t, stats.DialFailures, "the server has refused old passwords")
}

// TestStaticPassword changes the password under 32 workers with a fixed one: what is connected goes
// on, what is opened anew is refused, and says why.
func TestStaticPassword(t *testing.T) {
	user := newAccount(t)
	const surplus = 2 // after a third attempt the server would not look at the password any more
	d := openAs(t, user.source(), neorx.WithMaxConnectionPoolSize(workers+surplus))
	var open []*neorx.Transaction
	for range workers {
		tx, err := d.Session().Begin(limited(t))
		require.NoError(t, err)
		open = append(open, tx)
	}
	user.change(t)
	var work sync.WaitGroup
	for _, tx := range open {
		work.Go(func() {
			assert.Equal(t, user.name, whoIs(t, tx), "what was begun goes on")
			assert.NoError(t, tx.Commit(t.Context()))
			for range 20 {
				tx, err := d.Session().Begin(limited(t))
				if !assert.NoError(t, err) {
					return
				}
				_, err = tx.Query("RETURN 1", nil).Exec(limited(t))
				assert.NoError(t, err)
				assert.NoError(t, tx.Commit(t.Context()))
			}
		})
	}
	work.Wait()
	assert.EqualValues(t, workers, d.PoolStats().Total.Dialled, "on the connections that there were")

	for i := range open {
		tx, err := d.Session().Begin(limited(t))
		require.NoError(t, err)
		open[i] = tx
	}
	for range surplus {
		_, err := d.Query("RETURN 1", nil).Exec(limited(t))
		var refused *neorx.ServerError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "Neo.ClientError.Security.Unauthorized", refused.Code)
		assert.False(t, errors.As(err, new(*neorx.TokenRejectedError)))
	}
	for _, tx := range open {
		assert.Equal(t, user.name, whoIs(t, tx))
		require.NoError(t, tx.Close(t.Context()))
	}
	assert.EqualValues(t, surplus, d.PoolStats().Total.DialFailures)
}

// TestUsersOnOneConnection gives each session and each query a user of its own, on one connection.
func TestUsersOnOneConnection(t *testing.T) {
	alice, bob := newAccount(t), newAccount(t)
	d := open(t, neorx.WithMaxConnectionPoolSize(1))
	for range 3 {
		assert.Equal(t, server.User, whoIs(t, d.Session()))
		assert.Equal(t, alice.name, whoIs(t, d.Session(neorx.Auth(alice.source()))))
		assert.Equal(t, bob.name, whoIs(t, d, neorx.Auth(bob.source())))
		assert.Equal(t, alice.name, whoIs(t, d, neorx.Auth(alice.source()), neorx.ReadOnly()))
		tx, err := d.Session(neorx.Auth(bob.source())).Begin(limited(t))
		require.NoError(t, err)
		assert.Equal(t, bob.name, whoIs(t, tx))
		require.NoError(t, tx.Commit(t.Context()))
		assert.Equal(t, server.User, whoIs(t, d))
	}
	assert.EqualValues(t, 1, d.PoolStats().Total.Dialled)

	_, err := d.Query("RETURN 1", nil, neorx.Auth(neorx.BasicAuth(alice.name, "wrong"))).Exec(limited(t))
	var refused *neorx.ServerError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "Neo.ClientError.Security.Unauthorized", refused.Code)
	assert.Equal(t, server.User, whoIs(t, d))
	assert.EqualValues(t, 2, d.PoolStats().Total.Dialled, "the refusal has cost the connection")
}

// TestUsersThatAreCancelled leaves work of many users at every stage: nobody ever gets a connection
// that is somebody else's.
func TestUsersThatAreCancelled(t *testing.T) {
	accounts := []*account{newAccount(t), newAccount(t), newAccount(t)}
	d := openAs(t, accounts[0].source(), neorx.WithMaxConnectionPoolSize(4))
	var work sync.WaitGroup
	for i := range workers {
		work.Go(func() {
			for round := range 20 {
				user := accounts[(i+round)%len(accounts)]
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round*i)*100*time.Microsecond)
				_, err := neorx.One[string](ctx, d.Session(neorx.Auth(user.source())).Query(whoAmI, nil))
				cancel()
				if err != nil {
					assert.ErrorIs(t, err, context.DeadlineExceeded)
				}
				assert.Equal(t, user.name, whoIs(t, d.Session(neorx.Auth(user.source()))))
			}
		})
	}
	work.Wait()
}

func TestVerifyAuthentication(t *testing.T) {
	user := newAccount(t)
	d := open(t)
	for range 2 {
		ok, err := d.VerifyAuthentication(limited(t), user.source())
		require.NoError(t, err)
		assert.True(t, ok)
		ok, err = d.VerifyAuthentication(limited(t), neorx.BasicAuth(user.name, "wrong"))
		require.NoError(t, err)
		assert.False(t, ok)
	}
	old := user.source()
	user.change(t)
	ok, err := d.VerifyAuthentication(limited(t), old)
	require.NoError(t, err)
	assert.False(t, ok)
	assert.Equal(t, server.User, whoIs(t, d))

	ok, err = d.SupportsSessionAuth(limited(t))
	require.NoError(t, err)
	assert.True(t, ok)
	ok, err = d.SupportsMultiDB(limited(t))
	require.NoError(t, err)
	assert.True(t, ok)
}

// A password that has to be changed lets its user in for nothing else, and the log says so.
func TestAPasswordThatHasToBeChanged(t *testing.T) {
	user := newAccount(t)
	user.administer(t, "ALTER USER "+user.name+" SET PASSWORD $password CHANGE REQUIRED")
	var log strings.Builder
	d, err := neorx.Open(realServer(t).URI, user.source(), neorx.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	require.NoError(t, err)
	defer closeDriver(t, d)
	_, err = d.Query("RETURN 1", nil).Exec(limited(t))
	var refused *neorx.ServerError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "Neo.ClientError.Security.CredentialsExpired", refused.Code)
	assert.Contains(t, log.String(), "the password has expired")

	next := map[string]any{"old": *user.password.Load(), "new": rand.Text()}
	_, err = d.Query("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", next, neorx.Database("system")).Exec(limited(t))
	require.NoError(t, err)
	ok, err := d.VerifyAuthentication(limited(t), neorx.BasicAuth(user.name, next["new"].(string)))
	require.NoError(t, err)
	assert.True(t, ok)
}
