package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/retry"
)

// opinion is an error that says whether it may be retried.
type opinion struct {
	retryable bool
	n         int
	err       error
}

func (e *opinion) Error() string   { return fmt.Sprintf("failure %d", e.n) }
func (e *opinion) Retryable() bool { return e.retryable }
func (e *opinion) Unwrap() error   { return e.err }

// exact is the default policy without jitter.
func exact() retry.Policy {
	p := retry.Default()
	p.Jitter = 0
	return p
}

// failing is work that always fails and notes when it was done.
func failing(at *[]time.Duration) func(context.Context) error {
	began := time.Now()
	return func(context.Context) error {
		*at = append(*at, time.Since(began))
		return &opinion{retryable: true, n: len(*at)}
	}
}

func seconds(all ...float64) []time.Duration {
	var d []time.Duration
	for _, s := range all {
		d = append(d, time.Duration(s*float64(time.Second)))
	}
	return d
}

func TestDelaysAreExactWithoutJitter(t *testing.T) {
	cases := map[string]struct {
		change func(*retry.Policy)
		at     []time.Duration
	}{
		"default":          {func(*retry.Policy) {}, seconds(0, 1, 3, 7, 15, 25, 30)},
		"no retry":         {func(p *retry.Policy) { *p = retry.Policy{} }, seconds(0)},
		"constant":         {func(p *retry.Policy) { p.Multiplier, p.MaxTime = 1, 4*time.Second }, seconds(0, 1, 2, 3, 4)},
		"shorter than one": {func(p *retry.Policy) { p.MaxTime = time.Second / 2 }, seconds(0, 0.5)},
		"capped":           {func(p *retry.Policy) { p.MaxDelay, p.MaxTime = 2*time.Second, 6*time.Second }, seconds(0, 1, 3, 5, 6)},
		"quicker": {func(p *retry.Policy) {
			p.Initial, p.Multiplier, p.MaxTime = 100*time.Millisecond, 3, 2*time.Second
		}, seconds(0, 0.1, 0.4, 1.3, 2)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := exact()
				c.change(&p)
				var at []time.Duration
				require.Error(t, retry.Do(t.Context(), p, failing(&at)))
				assert.Equal(t, c.at, at)
			})
		})
	}
}

// passing is an error whose reason has passed.
type passing struct{ opinion }

func (*passing) RetrySoon() bool { return true }

// The two kinds of failures have delays of their own, which do not lengthen each other.
func TestFailuresThatPassAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := exact()
		p.Rand = func() float64 { return 0.5 }
		p.MaxTime = 4 * time.Second
		var delays []time.Duration
		p.OnRetry = func(_ int, _ error, d time.Duration) { delays = append(delays, d) }
		n := 0
		err := retry.Do(t.Context(), p, func(context.Context) error {
			if n++; n == 3 {
				return &opinion{retryable: true}
			}
			return fmt.Errorf("wrapped: %w", &passing{opinion{retryable: true}})
		})
		require.Error(t, err)
		assert.Equal(t, seconds(0.0025, 0.05, 1, 0.1, 0.2, 0.4, 0.8, 1.4475), delays, "the last is cut short")
	})
}

func TestSoonCanBeSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := exact()
		p.Soon, p.MaxTime = 0, 2*time.Second
		var delays []time.Duration
		p.OnRetry = func(_ int, _ error, d time.Duration) { delays = append(delays, d) }
		require.Error(t, retry.Do(t.Context(), p, func(context.Context) error { return &passing{opinion{retryable: true}} }))
		assert.Equal(t, seconds(1, 1), delays)
	})
}

func TestSoonDelaysAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := exact()
		p.MaxDelay, p.Initial, p.MaxTime = 200*time.Millisecond, 100*time.Millisecond, time.Second
		var delays []time.Duration
		p.OnRetry = func(_ int, _ error, d time.Duration) { delays = append(delays, d) }
		require.Error(t, retry.Do(t.Context(), p, func(context.Context) error { return &passing{opinion{retryable: true}} }))
		assert.Less(t, delays[0], 5*time.Millisecond)
		assert.Equal(t, seconds(0.05, 0.1, 0.2, 0.2, 0.2), delays[1:6])
	})
}

func TestSoonIsNoRetryable(t *testing.T) {
	assert.False(t, retry.Soon(nil))
	assert.False(t, retry.Soon(errors.New("x")))
	assert.False(t, retry.Soon(&opinion{retryable: true}))
	refusing := &passing{opinion{retryable: false}}
	assert.True(t, retry.Soon(refusing))
	assert.False(t, retry.Retryable(refusing))
}

func TestDelaysStayWithinTheJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		different := map[time.Duration]bool{}
		for range 200 {
			p := retry.Default()
			p.MaxTime = 10 * time.Second
			var delays []time.Duration
			p.OnRetry = func(_ int, _ error, d time.Duration) { delays = append(delays, d) }
			began := time.Now()
			var at []time.Duration
			require.Error(t, retry.Do(t.Context(), p, failing(&at)))
			assert.LessOrEqual(t, time.Since(began), p.MaxTime)
			for i, interval := range seconds(1, 2, 4) {
				assert.GreaterOrEqual(t, delays[i], interval*8/10)
				assert.LessOrEqual(t, delays[i], interval*12/10)
			}
			different[delays[0]] = true
		}
		assert.Greater(t, len(different), 100)
	})
}

func TestTheRandomSourceIsInjectable(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 800 * time.Millisecond, 0.5: time.Second, 0.75: 1100 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			p := retry.Default()
			p.MaxTime = 2 * time.Second
			p.Rand = func() float64 { return random }
			var at []time.Duration
			require.Error(t, retry.Do(t.Context(), p, failing(&at)))
			assert.Equal(t, want, at[1])
		})
	}
}

func TestTheTimeOfAttemptsCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		began := time.Now()
		err := retry.Do(t.Context(), exact(), func(context.Context) error {
			attempts++
			<-time.After(20 * time.Second)
			return &opinion{retryable: true}
		})
		require.Error(t, err)
		assert.Equal(t, 2, attempts, "the second begins within the time, and ends beyond it")
		assert.Equal(t, 41*time.Second, time.Since(began))
	})
}

func TestWhatSucceedsInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		p := exact()
		p.OnRetry = func(attempt int, err error, delay time.Duration) {
			told = append(told, fmt.Sprintf("%d, %v, %v", attempt, err, delay))
		}
		attempts := 0
		require.NoError(t, retry.Do(t.Context(), p, func(context.Context) error {
			if attempts++; attempts < 3 {
				return &opinion{retryable: true, n: attempts}
			}
			return nil
		}))
		assert.Equal(t, []string{"1, failure 1, 1s", "2, failure 2, 2s"}, told)
	})
}

func TestTheErrorCarriesEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := []error{&opinion{true, 1, nil}, &opinion{true, 2, nil}, &opinion{false, 3, nil}}
		n := 0
		err := retry.Do(t.Context(), exact(), func(context.Context) error {
			n++
			return all[n-1]
		})
		var e *retry.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, all, e.Attempts)
		assert.Equal(t, 3*time.Second, e.Elapsed)
		assert.NoError(t, e.Interrupted)
		for _, one := range all {
			require.ErrorIs(t, err, one)
		}
		var first *opinion
		require.ErrorAs(t, err, &first)
		assert.Same(t, all[2], first, "the last attempt comes first")
		assert.False(t, retry.Retryable(err))
		assert.EqualError(t, err, "failure 3 (attempt 3, after 3s)")
	})
}

func TestOneAttemptLeavesTheErrorAsItIs(t *testing.T) {
	boom := errors.New("boom")
	assert.Same(t, boom, retry.Do(context.Background(), exact(), func(context.Context) error { return boom }))
}

func TestTheContextEndsDuringADelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("the client has left")
		ctx, cancel := context.WithCancelCause(t.Context())
		p := exact()
		p.OnRetry = func(attempt int, _ error, _ time.Duration) {
			if attempt == 2 {
				time.AfterFunc(time.Second/2, func() { cancel(why) })
			}
		}
		var at []time.Duration
		began := time.Now()
		err := retry.Do(ctx, p, failing(&at))
		assert.Equal(t, 1500*time.Millisecond, time.Since(began))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, why)
		var e *retry.Error
		require.ErrorAs(t, err, &e)
		assert.Len(t, e.Attempts, 2)
		require.EqualError(t, err, "context canceled: the client has left (while waiting to retry after attempt 2: failure 2)")
	})
}

func TestTheContextEndsDuringTheFirstDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		var at []time.Duration
		err := retry.Do(ctx, exact(), failing(&at))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var e *retry.Error
		require.ErrorAs(t, err, &e)
		assert.Len(t, e.Attempts, 1)
	})
}

func TestNoRetryOnceTheContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		attempts := 0
		failure := &opinion{retryable: true, err: context.Canceled}
		err := retry.Do(ctx, exact(), func(context.Context) error {
			attempts++
			cancel()
			return failure
		})
		assert.Same(t, failure, err)
		assert.Equal(t, 1, attempts)
	})
}

func TestPolicyTellsEveryProblem(t *testing.T) {
	bad := retry.Policy{MaxTime: -1, Initial: -1, Multiplier: 0.5, MaxDelay: -2, Soon: -3, Jitter: 1}
	err := retry.Do(context.Background(), bad, func(context.Context) error {
		t.Error("must not be called")
		return nil
	})
	for _, field := range []string{"MaxTime is -1ns", "Initial is -1ns", "Multiplier is 0.5", "MaxDelay is -2ns", "Soon is -3ns", "Jitter is 1"} {
		assert.ErrorContains(t, err, field)
	}
	require.NoError(t, retry.Default().Validate())
	require.NoError(t, retry.Policy{}.Validate())
}
