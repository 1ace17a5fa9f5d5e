package pool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/cause"
)

// Rotating returns a source for credentials that change from time to time, such as a password that is rotated. It asks provider once and keeps the
// answer. When a server refuses it (Neo.ClientError.Security.Unauthorized), provider is asked again, and the error says that it is worth a retry:
// managed work is done again with the new credentials, other work ends with a *[TokenRejectedError]. So is it when the server has locked the user out for a
// while, as it does after too many attempts with the old ones (AuthenticationRateLimit).
//
// Calls of provider never overlap, and what it returns goes to everybody who waits. Its context has the values of the first who has asked, and ends when
// nobody waits any more; whoever waits leaves when their own ends. An error of provider, a panic and runtime.Goexit are an error for all who wait,
// and the next who comes asks again. provider must not use the pool that it is for.
func Rotating(provider func(ctx context.Context) (bolt.AuthToken, error)) TokenSource {
	return &renewing{
		name:    "pool.Rotating",
		refused: []string{unauthorized},
		provider: func(ctx context.Context) (bolt.AuthToken, time.Time, error) {
			token, err := provider(ctx)
			return token, time.Time{}, err
		},
	}
}

// Expiring returns a source for credentials that hold for a while, such as the tokens of an identity provider. It asks provider for the next ones
// a moment before they expire ([RenewEarly]), and when a server refuses them earlier, as expired or unauthorized; the rest is as with [Rotating]. Where
// provider returns the zero time they hold until they are refused. Those at hand serve everybody else while one asks for the next, and go on to serve where
// provider fails, until they expire.
func Expiring(provider func(ctx context.Context) (token bolt.AuthToken, expires time.Time, err error), opts ...ExpiringOption) TokenSource {
	s := &renewing{name: "pool.Expiring", provider: provider, refused: []string{unauthorized, tokenExpired}, early: defaultEarly}
	for _, o := range opts {
		o(s)
	}
	return s
}

// ExpiringOption configures a source that [Expiring] makes.
type ExpiringOption func(*renewing)

const defaultEarly = 30 * time.Second

// RenewEarly says how long before they expire credentials are renewed: time enough for the provider to answer, for a login to reach the server, and for
// the difference of the clocks. It is never more than half of what was left when they came, and a negative value counts as 0. Default: 30 s.
func RenewEarly(d time.Duration) ExpiringOption {
	return func(s *renewing) { s.early = max(0, d) }
}

// renewing keeps what a provider has given until it has to be renewed.
type renewing struct {
	name     string
	provider func(context.Context) (bolt.AuthToken, time.Time, error)
	early    time.Duration
	refused  []string // the errors after which the provider has something better

	mu   sync.Mutex // guards what follows
	kept *credentials
	call *providerCall // under way
}

// credentials are a token and how long it holds.
type credentials struct {
	token   bolt.AuthToken
	renew   time.Time // from then on there should be others; zero is never
	expires time.Time // likewise, there must be
}

func (c *credentials) fresh() bool  { return c != nil && before(c.renew) }
func (c *credentials) usable() bool { return c != nil && before(c.expires) }

func before(limit time.Time) bool { return limit.IsZero() || time.Now().Before(limit) }

// providerCall is one call of the provider.
type providerCall struct {
	cancel context.CancelFunc
	done   chan struct{} // closed at its end

	waiters int  // guarded by renewing.mu
	left    bool // likewise: nobody has waited any more, so it was cancelled

	// Set before done is closed.
	result *credentials
	err    error
}

// errProviderLeft is the outcome of a call that was left by runtime.Goexit.
var errProviderLeft = errors.New("the provider was left by runtime.Goexit")

// Token returns what is kept, or waits for the provider.
func (s *renewing) Token(ctx context.Context) (bolt.AuthToken, error) {
	for {
		kept, call, own := s.join(ctx)
		if kept != nil {
			return kept.token, nil
		}
		select {
		case <-call.done:
		case <-ctx.Done():
			s.leave(call)
			return bolt.AuthToken{}, fmt.Errorf("wait for the provider of auth tokens: %w", cause.Of(ctx))
		}
		switch {
		case !own: // a call that was cancelled, and had to end before the next
		case call.err != nil:
			return bolt.AuthToken{}, call.err
		default:
			return call.result.token, nil
		}
	}
}

// join returns what is kept if that is fresh, or good enough while somebody else waits for better, and otherwise the call to wait for. It is not the waiter's
// own if it was given up by all who had waited for it: then what it ends with is not for others, but there must not be another beside it.
func (s *renewing) join(ctx context.Context) (kept *credentials, call *providerCall, own bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept.fresh() || s.call != nil && s.kept.usable() {
		return s.kept, nil, true
	}
	if s.call == nil {
		s.start(ctx)
	}
	s.call.waiters++
	return nil, s.call, !s.call.left
}

// start calls the provider on a goroutine of its own, so that nobody who waits depends on the context of another. It ends when the provider returns, which
// it is told to when nobody waits for it any more; whoever waits joins it. s.mu is held.
func (s *renewing) start(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	call := &providerCall{cancel: cancel, done: make(chan struct{})}
	s.call = call
	go func() {
		defer cancel()
		s.ask(ctx, call)
	}()
}

// ask runs code of the user's. Whatever that does, those who wait are told.
func (s *renewing) ask(ctx context.Context, call *providerCall) {
	var got *credentials
	err := errProviderLeft
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the provider has panicked: %v\n%s", r, debug.Stack())
		}
		s.end(call, got, err)
	}()
	token, expires, failed := s.provider(ctx)
	if err = failed; err == nil {
		got = s.credentials(token, expires)
	}
}

func (s *renewing) credentials(token bolt.AuthToken, expires time.Time) *credentials {
	c := &credentials{token: token, renew: expires, expires: expires}
	if !expires.IsZero() {
		left := max(0, time.Until(expires))
		c.renew = expires.Add(-min(s.early, left/2))
	}
	return c
}

// end keeps what the call has brought. An error matters only where nothing else is left.
func (s *renewing) end(call *providerCall, got *credentials, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.kept = got
	} else if s.kept.usable() {
		got, err = s.kept, nil
	}
	s.call = nil
	call.result, call.err = got, err
	close(call.done)
}

// leave is for who does not wait any more.
func (s *renewing) leave(call *providerCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if call.waiters--; call.waiters == 0 && !call.left {
		call.left = true
		call.cancel()
	}
}

// Rejected drops the token if it is the one that is kept. Servers lock users out for some seconds after too many wrong passwords, which many connections with
// the one of before are: that says nothing about the token, and passes.
func (s *renewing) Rejected(token bolt.AuthToken, err error) bool {
	var server *bolt.ServerError
	switch {
	case !errors.As(err, &server):
		return false
	case server.HasCode(locked):
		return true
	case !server.HasCode(s.refused...):
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept != nil && s.kept.token.Equal(token) {
		s.kept = nil
	}
	return true
}

// Format writes what kind of source it is, and no secret.
func (s *renewing) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.name) }
