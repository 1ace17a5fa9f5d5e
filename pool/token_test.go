package pool_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// tokens is a source whose token the test changes.
type tokens struct {
	mu       sync.Mutex
	current  bolt.AuthToken
	next     *bolt.AuthToken // what a rejection leads to, if anything
	err      error
	asked    int
	rejected []bolt.AuthToken
}

func (s *tokens) Token(context.Context) (bolt.AuthToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return s.current, s.err
}

func (s *tokens) Rejected(token bolt.AuthToken, _ error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rejected = append(s.rejected, token)
	if s.next == nil {
		return false
	}
	s.current, s.next = *s.next, nil
	return true
}

func (s *tokens) set(t bolt.AuthToken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = t
}

var (
	alice = bolt.BasicAuth("alice", "secret")
	bob   = bolt.BasicAuth("bob", "secret")
)

func securityError(name string) *bolt.ServerError {
	return &bolt.ServerError{Code: "Neo.ClientError.Security." + name, Message: "no"}
}

func withAuth(s pool.TokenSource) func(*pool.Config) { return func(c *pool.Config) { c.Auth = s } }

func TestTheTokenIsAskedForOncePerAcquisition(t *testing.T) {
	source := &tokens{current: alice}
	p := newPool(t, &server{}, 1, withAuth(source))
	for i := range 3 {
		c := get(t, p)
		assert.Equal(t, i+1, source.asked)
		assert.Zero(t, c.Link().(*link).reauths, "an equal token needs no message")
		c.Release()
	}
}

func TestAnotherTokenLogsInAgain(t *testing.T) {
	source := &tokens{current: alice}
	p := newPool(t, &server{}, 1, withAuth(source))
	get(t, p).Release()
	source.set(bob)
	c := get(t, p)
	assert.Equal(t, 1, number(c))
	assert.True(t, c.Link().(*link).token.Equal(bob))
	c.Release()
}

func TestAnotherTokenOnAnOldServerNeedsAnotherConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &tokens{current: alice}
		p := newPool(t, &server{noReauth: true}, 1, withAuth(source))
		get(t, p).Release()
		source.set(bob)
		c := get(t, p)
		assert.Equal(t, 2, number(c))
		assert.True(t, c.Link().(*link).token.Equal(bob))
		c.Release()
	})
}

// What the first waiter is given is of no use to it, and it has to queue again: it keeps its place, also while the pool drains.
func TestWhoHasToQueueAgainKeepsItsPlace(t *testing.T) {
	for _, shutdown := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			source := &tokens{current: alice}
			s := &server{noReauth: true, dialTime: time.Second}
			p := newPool(t, s, 1, withAuth(source))
			c := get(t, p)
			first := begin(t.Context(), p, db, pool.Request{})
			synctest.Wait()
			second := begin(t.Context(), p, db, pool.Request{})
			synctest.Wait()
			source.set(bob)
			ended := make(chan error, 1) // so that the goroutine ends in any case
			if shutdown {
				go func() { ended <- p.Shutdown(t.Context()) }()
				synctest.Wait()
			}
			c.Release()
			r := <-first
			require.NoError(t, r.err)
			assert.Equal(t, 1, p.Stats().Total.Waiting)
			r.conn.Release()
			r = <-second
			require.NoError(t, r.err)
			r.conn.Release()
			if shutdown {
				require.NoError(t, <-ended)
			}
		})
	}
}

func TestATokenOfTheRequest(t *testing.T) {
	s := &server{}
	p := newPool(t, s, 1, withAuth(pool.Static(alice)))
	get(t, p).Release()
	c, err := p.Get(t.Context(), db, pool.Request{Auth: pool.Static(bob)})
	require.NoError(t, err)
	assert.True(t, c.Link().(*link).token.Equal(bob))
	c.Release()
	c = get(t, p)
	assert.True(t, c.Link().(*link).token.Equal(alice), "the next one is the pool's own user again")
	c.Release()
}

// Below Bolt 5.1 a request with a user of its own is refused, whatever connections there are.
func TestATokenOfTheRequestOnAnOldServer(t *testing.T) {
	for name, user := range map[string]bolt.AuthToken{"another user": bob, "the same user": alice} {
		t.Run(name, func(t *testing.T) {
			s := &server{noReauth: true}
			p := newPool(t, s, 1, withAuth(pool.Static(alice)))
			source := &tokens{current: user}
			_, err := p.Get(t.Context(), db, pool.Request{Auth: source})
			require.ErrorIs(t, err, errors.ErrUnsupported)
			assert.Empty(t, source.rejected)
			require.NoError(t, p.Close(t.Context()))
			dials, open := s.counts()
			assert.Equal(t, []int{1, 0}, []int{dials, open}, "what was opened to find out is closed")

			p = newPool(t, s, 1, withAuth(pool.Static(alice)))
			get(t, p).Release()
			_, err = p.Get(t.Context(), db, pool.Request{Auth: source})
			require.ErrorIs(t, err, errors.ErrUnsupported)
			assert.Equal(t, 1, p.Stats().Total.Idle, "the connection is as good as before")
		})
	}
}

func TestARequestThatLogsInAnew(t *testing.T) {
	p := newPool(t, &server{}, 1, withAuth(pool.Static(alice)))
	for i, want := range []int{0, 1, 2} { // the first one is dialled
		c, err := p.Get(t.Context(), db, pool.Request{Relogin: true})
		require.NoError(t, err)
		assert.Equal(t, want, c.Link().(*link).reauths, "acquisition %d", i)
		c.Release()
	}
	c := get(t, p)
	assert.Equal(t, 2, c.Link().(*link).reauths)
	c.Release()
}

func TestARequestThatLogsInAnewOnAnOldServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{noReauth: true}, 1)
		get(t, p).Release()
		c, err := p.Get(t.Context(), db, pool.Request{Relogin: true})
		require.NoError(t, err)
		assert.Equal(t, 2, number(c), "another connection has just logged in")
		c.Release()
	})
}

func TestASourceThatFails(t *testing.T) {
	boom := errors.New("boom")
	source := &tokens{current: alice}
	p := newPool(t, &server{}, 1, withAuth(source))
	get(t, p).Release()
	source.err = boom
	_, err := p.Get(t.Context(), db, pool.Request{})
	require.ErrorIs(t, err, boom)
	require.EqualError(t, err, "pool: get an auth token for db:7687: boom")
	assert.Equal(t, 1, p.Stats().Total.Idle)

	_, err = p.Get(t.Context(), "other:7687", pool.Request{})
	require.ErrorIs(t, err, boom, "before a dial, too")
}

func TestAnErrorIsNotHiddenByTheEndOfTheContext(t *testing.T) {
	boom := errors.New("boom")
	p := newPool(t, &server{}, 1)
	get(t, p).Release()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := p.Get(ctx, db, pool.Request{Auth: source(func() (bolt.AuthToken, error) {
		cancel()
		return bolt.AuthToken{}, boom
	})})
	require.ErrorIs(t, err, boom)
}

// source is a source of whatever the function says.
type source func() (bolt.AuthToken, error)

func (s source) Token(context.Context) (bolt.AuthToken, error) { return s() }
func (source) Rejected(bolt.AuthToken, error) bool             { return false }

func TestASourceThatLeavesLosesNoConnection(t *testing.T) {
	p := newPool(t, &server{}, 1)
	get(t, p).Release()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = p.Get(context.Background(), db, pool.Request{Auth: source(func() (bolt.AuthToken, error) {
			runtime.Goexit() // as t.FailNow does
			return bolt.AuthToken{}, nil
		})})
	}()
	<-done
	assert.Equal(t, 1, p.Stats().Total.Idle)
}

func TestARefusedLogin(t *testing.T) {
	refused := securityError("Unauthorized")
	refuseAlice := func(token bolt.AuthToken) error {
		if token.Equal(alice) {
			return refused
		}
		return nil
	}
	t.Run("without a better token", func(t *testing.T) {
		p := newPool(t, &server{refuseTo: refuseAlice}, 1, withAuth(pool.Static(alice)))
		_, err := p.Get(t.Context(), db, pool.Request{})
		assert.Same(t, refused, err)
	})
	t.Run("with a better token", func(t *testing.T) {
		source := &tokens{current: alice, next: &bob}
		p := newPool(t, &server{refuseTo: refuseAlice}, 1, withAuth(source))
		_, err := p.Get(t.Context(), db, pool.Request{})
		var again *pool.TokenRejectedError
		require.ErrorAs(t, err, &again)
		assert.True(t, again.Retryable())
		assert.True(t, again.RetrySoon())
		assert.False(t, (&pool.TokenRejectedError{Err: securityError("AuthenticationRateLimit")}).RetrySoon(), "the server wants a pause")
		require.ErrorIs(t, err, refused)
		assert.Equal(t, refused.Error(), err.Error())
		get(t, p).Release()
	})
	t.Run("on an open connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			source := &tokens{current: bob}
			p := newPool(t, &server{refuseTo: refuseAlice}, 1, withAuth(source))
			get(t, p).Release()
			source.set(alice)
			c := get(t, p)
			c.Link().(*link).dead.Store(true) // by the refusal, which the next request on it ends with
			require.Same(t, refused, c.Fail(refused))
			assert.Equal(t, []bolt.AuthToken{alice}, source.rejected)
			c.Release()
			source.set(bob)
			c = get(t, p)
			assert.Equal(t, 2, number(c), "a refusal costs the connection")
			c.Release()
		})
	})
	t.Run("nobody calls the address dead", func(t *testing.T) {
		p := newPool(t, &server{refuseTo: refuseAlice}, 1, withAuth(pool.Static(alice)), func(c *pool.Config) {
			c.OnDead = func(a pool.Address, err error) { t.Error(a, err) }
		})
		_, err := p.Get(t.Context(), db, pool.Request{})
		require.Error(t, err)
	})
}

// Where connections cannot change their user, those from before an expired authorization make room for others.
func TestAnExpiredAuthorizationOnAnOldServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{noReauth: true}, 2, withAuth(pool.Static(alice)))
		failing, other := get(t, p), get(t, p)
		expired := securityError("AuthorizationExpired")
		require.Same(t, expired, failing.Fail(expired))
		assert.True(t, expired.Retryable())
		failing.Release()
		other.Release()
		synctest.Wait()
		for want := range 2 {
			c := get(t, p)
			assert.Equal(t, 3+want, number(c))
			defer c.Release()
		}
	})
}

func TestATokenThatHasExpired(t *testing.T) {
	for name, source := range map[string]*tokens{"without a better one": {current: alice}, "with a better one": {current: alice, next: &bob}} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, &server{}, 1, withAuth(source))
			c := get(t, p)
			defer c.Release()
			failure := securityError("TokenExpired")
			err := c.Fail(failure)
			require.ErrorIs(t, err, failure)
			var expired *pool.TokenExpiredError
			require.ErrorAs(t, err, &expired)
			assert.False(t, expired.Retryable())
			assert.ErrorContains(t, err, "no (a source such as neorx.ExpiringAuth renews tokens in time)")
			assert.Equal(t, name == "with a better one", errors.As(err, new(*pool.TokenRejectedError)))
		})
	}
}

func TestNothingPrintsTheSecret(t *testing.T) {
	auth := pool.Static(alice)
	cfg := pool.Defaults()
	cfg.Auth = auth
	p := newPool(t, &server{}, 1, withAuth(auth))
	c := get(t, p)
	defer c.Release()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{auth, cfg, &cfg, pool.Request{Auth: auth}, p, c, p.Stats()} {
			assert.NotContains(t, fmt.Sprintf(verb, value), alice.Credentials, "%s of %T", verb, value)
		}
	}
}
