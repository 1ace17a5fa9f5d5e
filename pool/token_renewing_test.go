package pool_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// vault is a provider: it makes up a token for every call.
type vault struct {
	takes time.Duration // how long an answer takes
	lasts time.Duration // how long a token holds from then on; 0 is for ever
	deaf  bool          // does not heed its context

	calls, running, most atomic.Int32
	err                  atomic.Pointer[error]
}

func (v *vault) fail(err error) { v.err.Store(&err) }
func (v *vault) heal()          { v.err.Store(nil) }

func (v *vault) expiring(ctx context.Context) (bolt.AuthToken, time.Time, error) {
	n := v.calls.Add(1)
	if now := v.running.Add(1); now > v.most.Load() {
		v.most.Store(now)
	}
	defer v.running.Add(-1)
	if v.deaf {
		ctx = context.WithoutCancel(ctx)
	}
	if err := wait(ctx, v.takes); err != nil {
		return bolt.AuthToken{}, time.Time{}, err
	}
	if err := v.err.Load(); err != nil {
		return bolt.AuthToken{}, time.Time{}, *err
	}
	var expires time.Time
	if v.lasts != 0 {
		expires = time.Now().Add(v.lasts)
	}
	return edition(int(n)), expires, nil
}

func (v *vault) rotating(ctx context.Context) (bolt.AuthToken, error) {
	token, _, err := v.expiring(ctx)
	return token, err
}

// edition is the token of the n-th call.
func edition(n int) bolt.AuthToken { return bolt.BasicAuth("alice", fmt.Sprintf("password-%d", n)) }

// has asserts what the source gives.
func has(t *testing.T, source pool.TokenSource, want bolt.AuthToken) {
	t.Helper()
	got, err := source.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want.Credentials, got.Credentials)
}

// renewing are the sources under test, for what they have in common.
var renewing = map[string]func(*vault) pool.TokenSource{
	"rotating": func(v *vault) pool.TokenSource { return pool.Rotating(v.rotating) },
	"expiring": func(v *vault) pool.TokenSource { return pool.Expiring(v.expiring) },
}

// eachRenewing runs a test for each kind of source, in a bubble.
func eachRenewing(t *testing.T, v func() *vault, test func(t *testing.T, v *vault, source pool.TokenSource)) {
	t.Helper()
	for name, of := range renewing {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := v()
				test(t, v, of(v))
				synctest.Wait()
				assert.LessOrEqual(t, v.most.Load(), int32(1), "calls at the same time")
			})
		})
	}
}

func TestWhatTheProviderHasGivenIsKept(t *testing.T) {
	eachRenewing(t, func() *vault { return &vault{} }, func(t *testing.T, v *vault, source pool.TokenSource) {
		assert.Zero(t, v.calls.Load(), "nobody has asked yet")
		for range 3 {
			has(t, source, edition(1))
			pass(1000 * time.Hour)
		}
	})
}

func TestWhichErrorsASourceCanCure(t *testing.T) {
	for _, tt := range []struct {
		code               string
		rotating, expiring bool // whether the source has something better
		kept               bool // then, all the same
	}{
		{"Unauthorized", true, true, false},
		{"TokenExpired", false, true, false},
		{"AuthenticationRateLimit", true, true, true},
		{"AuthorizationExpired", false, false, true},
		{"CredentialsExpired", false, false, true},
		{"Forbidden", false, false, true},
	} {
		for name, of := range renewing {
			t.Run(tt.code+", "+name, func(t *testing.T) {
				source := of(&vault{})
				has(t, source, edition(1))
				want := map[string]bool{"rotating": tt.rotating, "expiring": tt.expiring}[name]
				err := fmt.Errorf("wrapped: %w", securityError(tt.code))
				assert.Equal(t, want, source.Rejected(edition(1), err))
				next := edition(1)
				if want && !tt.kept {
					next = edition(2)
				}
				has(t, source, next)
			})
		}
	}
	for name, of := range renewing {
		assert.False(t, of(&vault{}).Rejected(edition(1), errors.New("not the server's")), name)
	}
}

// Many connections are refused with the same token: the first tells, the others must not throw away what came of it.
func TestATokenThatIsNotKeptAnyMore(t *testing.T) {
	eachRenewing(t, func() *vault { return &vault{} }, func(t *testing.T, _ *vault, source pool.TokenSource) {
		has(t, source, edition(1))
		for range 3 {
			assert.True(t, source.Rejected(edition(1), securityError("Unauthorized")), "there is a better one")
			has(t, source, edition(2))
		}
	})
}

func TestOneCallForAllWhoWait(t *testing.T) {
	eachRenewing(t, func() *vault { return &vault{takes: time.Second} }, func(t *testing.T, v *vault, source pool.TokenSource) {
		var waiting sync.WaitGroup
		for i := range 100 {
			waiting.Go(func() {
				pass(time.Duration(i) * 10 * time.Millisecond)
				has(t, source, edition(1))
			})
		}
		waiting.Wait()
		assert.EqualValues(t, 1, v.calls.Load())
	})
}

func TestWhoLeavesTakesNothingFromTheOthers(t *testing.T) {
	eachRenewing(t, func() *vault { return &vault{takes: time.Second} }, func(t *testing.T, v *vault, source pool.TokenSource) {
		first, cancel := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		waiting.Go(func() {
			_, err := source.Token(first)
			assert.ErrorIs(t, err, context.Canceled)
		})
		synctest.Wait()
		waiting.Go(func() { has(t, source, edition(1)) })
		synctest.Wait()
		cancel()
		waiting.Wait()
		assert.EqualValues(t, 1, v.calls.Load())
	})
}

func TestACallThatNobodyWaitsForIsCancelled(t *testing.T) {
	eachRenewing(t, func() *vault { return &vault{takes: time.Hour} }, func(t *testing.T, v *vault, source pool.TokenSource) {
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := source.Token(ctx)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			synctest.Wait()
			assert.Zero(t, v.running.Load())
		}
	})
}

// A provider that does not heed its context: whoever comes later must not get what it was cancelled with, nor start another call beside it.
func TestACallThatGoesOnAfterItsCancel(t *testing.T) {
	for name, err := range map[string]error{"and fails": errors.New("late"), "and succeeds": nil} {
		t.Run(name, func(t *testing.T) {
			eachRenewing(t, func() *vault { return &vault{takes: time.Minute, deaf: true} }, func(t *testing.T, v *vault, source pool.TokenSource) {
				if err != nil {
					v.fail(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, left := source.Token(ctx)
				require.ErrorIs(t, left, context.DeadlineExceeded)
				late, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, left = source.Token(late)
				require.ErrorIs(t, left, context.DeadlineExceeded)
				time.AfterFunc(58500*time.Millisecond, v.heal)
				began := time.Now()
				want, takes := edition(1), 58*time.Second
				if err != nil {
					want, takes = edition(2), 118*time.Second
				}
				has(t, source, want)
				assert.Equal(t, takes, time.Since(began))
			})
		})
	}
}

func TestWhatAProviderEndsWithIsToldToAll(t *testing.T) {
	boom := errors.New("boom")
	for name, tt := range map[string]struct {
		provider func() error
		want     string
	}{
		"an error":       {func() error { return boom }, "boom"},
		"a panic":        {func() error { panic("so what") }, "the provider has panicked: so what"},
		"runtime.Goexit": {func() error { runtime.Goexit(); return nil }, "the provider was left by runtime.Goexit"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				good := false
				source := pool.Rotating(func(context.Context) (bolt.AuthToken, error) {
					pass(time.Second)
					if good {
						return alice, nil
					}
					return bolt.AuthToken{}, tt.provider()
				})
				var waiting sync.WaitGroup
				for range 10 {
					waiting.Go(func() {
						_, err := source.Token(t.Context())
						assert.ErrorContains(t, err, tt.want)
					})
				}
				waiting.Wait()
				good = true
				has(t, source, alice)
			})
		})
	}
}

func TestTheContextOfAProvider(t *testing.T) {
	type key struct{}
	source := pool.Rotating(func(ctx context.Context) (bolt.AuthToken, error) {
		_, limited := ctx.Deadline()
		assert.False(t, limited)
		assert.Equal(t, "value", ctx.Value(key{}))
		return alice, ctx.Err()
	})
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "value"), time.Hour)
	defer cancel()
	token, err := source.Token(ctx)
	require.NoError(t, err)
	assert.Equal(t, alice, token)
}

func TestTokensAreRenewedBeforeTheyExpire(t *testing.T) {
	for name, tt := range map[string]struct {
		lasts time.Duration
		opts  []pool.ExpiringOption
		until time.Duration // how long a token is used
	}{
		"by default":                {time.Hour, nil, time.Hour - 30*time.Second},
		"by a margin":               {time.Hour, []pool.ExpiringOption{pool.RenewEarly(time.Minute)}, 59 * time.Minute},
		"by none":                   {time.Hour, []pool.ExpiringOption{pool.RenewEarly(0)}, time.Hour},
		"by less than none":         {time.Hour, []pool.ExpiringOption{pool.RenewEarly(-time.Hour)}, time.Hour},
		"short-lived, after a half": {10 * time.Second, nil, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := pool.Expiring((&vault{lasts: tt.lasts}).expiring, tt.opts...)
				for n := range 3 {
					has(t, source, edition(n+1))
					pass(tt.until - 1)
					has(t, source, edition(n+1))
					pass(1)
				}
			})
		})
	}
}

func TestATokenThatComesTooLateIsTriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := pool.Expiring((&vault{lasts: -time.Second}).expiring)
		has(t, source, edition(1))
		has(t, source, edition(2))
	})
}

// Within the margin the old token still holds: nobody but the one who asks has to wait, and a provider that fails does no harm yet.
func TestTheOldTokenServesWhileItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{lasts: time.Hour}
		source := pool.Expiring(v.expiring, pool.RenewEarly(time.Minute))
		has(t, source, edition(1))
		pass(59 * time.Minute)
		v.takes = 10 * time.Second
		v.fail(errors.New("out of order"))
		var waiting sync.WaitGroup
		waiting.Go(func() { has(t, source, edition(1)) })
		synctest.Wait()
		began := time.Now()
		has(t, source, edition(1))
		assert.Zero(t, time.Since(began), "somebody asks already")
		waiting.Wait()
		assert.EqualValues(t, 2, v.calls.Load())

		v.heal()
		has(t, source, edition(3))

		pass(59*time.Minute + 51*time.Second)
		v.fail(errors.New("out of order"))
		_, err := source.Token(t.Context())
		require.EqualError(t, err, "out of order", "it has expired meanwhile")
	})
}

func TestARefusedTokenServesNobodyEvenIfItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{lasts: time.Hour}
		source := pool.Expiring(v.expiring)
		has(t, source, edition(1))
		assert.True(t, source.Rejected(edition(1), securityError("TokenExpired")))
		v.fail(errors.New("out of order"))
		_, err := source.Token(t.Context())
		require.EqualError(t, err, "out of order")
	})
}

func TestASourceUnderStress(t *testing.T) {
	eachRenewing(t, func() *vault { return &vault{takes: 3 * time.Millisecond, lasts: 20 * time.Millisecond} },
		func(t *testing.T, _ *vault, source pool.TokenSource) {
			var work sync.WaitGroup
			for seed := range uint64(32) {
				work.Go(func() {
					random := rand.New(rand.NewPCG(seed, 1))
					for range 50 {
						ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(10))*time.Millisecond)
						token, err := source.Token(ctx)
						cancel()
						switch {
						case err != nil:
							assert.ErrorIs(t, err, context.DeadlineExceeded)
						case random.IntN(4) == 0:
							source.Rejected(token, securityError("Unauthorized"))
						}
						pass(time.Duration(random.IntN(5)) * time.Millisecond)
					}
				})
			}
			work.Wait()
		})
}

func TestNothingPrintsWhatAProviderGives(t *testing.T) {
	for name, of := range renewing {
		source := of(&vault{})
		has(t, source, edition(1))
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			for _, value := range []any{source, &source, pool.Request{Auth: source}, pool.Config{Auth: source}} {
				assert.NotContains(t, fmt.Sprintf(verb, value), "password", "%s of %s in %T", verb, name, value)
			}
		}
		assert.Equal(t, "pool."+map[string]string{"rotating": "Rotating", "expiring": "Expiring"}[name], fmt.Sprint(source))
	}
}

// A pool with such a source: the refusal of a new connection is worth a retry, which gets in.
func TestAPoolWhoseCredentialsRotate(t *testing.T) {
	v := &vault{}
	s := &server{refuseTo: func(token bolt.AuthToken) error {
		if token.Equal(edition(2)) {
			return nil
		}
		return securityError("Unauthorized")
	}}
	p := newPool(t, s, 1, withAuth(pool.Rotating(v.rotating)))
	_, err := p.Get(t.Context(), db, pool.Request{})
	require.ErrorAs(t, err, new(*pool.TokenRejectedError))
	get(t, p).Release()
	assert.EqualValues(t, 2, v.calls.Load())
}
