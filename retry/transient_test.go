package retry_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// flaky is a stream whose n-th run is what runs[n-1] says; the last holds for all after it.
func flaky(count *int, runs ...rx.Stream[int]) rx.Stream[int] {
	return rx.Defer(func() rx.Stream[int] {
		*count++
		return runs[min(*count, len(runs))-1]
	})
}

func transient() error { return &opinion{retryable: true, n: 1} }

func TestTransientRunsAgainUntilItSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		fail := rx.Fail[int](transient())
		s := retry.Transient(exact(), flaky(&runs, fail, fail, rx.Just(1, 2, 3)))
		began := time.Now()
		got, err := s.Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{1, 2, 3}, got)
		assert.Equal(t, 3, runs)
		assert.Equal(t, 3*time.Second, time.Since(began))
	})
}

func TestTransientShowsNothingTwice(t *testing.T) {
	runs := 0
	broken := rx.Concat(rx.Just(1), rx.Fail[int](transient()))
	got, err := retry.Transient(exact(), flaky(&runs, broken)).Collect(context.Background())
	assert.Equal(t, []int{1}, got)
	assert.Equal(t, transient(), err)
	assert.Equal(t, 1, runs)
}

func TestTransientFailsAfterAnItemOfALaterAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		broken := rx.Concat(rx.Just(1), rx.Fail[int](&opinion{retryable: true, n: 2}))
		got, err := retry.Transient(exact(), flaky(&runs, rx.Fail[int](transient()), broken)).Collect(t.Context())
		assert.Equal(t, []int{1}, got)
		var e *retry.Error
		require.ErrorAs(t, err, &e)
		assert.Len(t, e.Attempts, 2)
		assert.Equal(t, 2, runs)
	})
}

func TestTransientLeavesTheConsumerAlone(t *testing.T) {
	again := rx.Fail[int](transient())
	t.Run("stopped", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			runs := 0
			got, err := retry.Transient(exact(), flaky(&runs, again, rx.Just(1, 2, 3))).Take(2).Collect(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []int{1, 2}, got)
			assert.Equal(t, 2, runs)
		})
	})
	t.Run("failed", func(t *testing.T) {
		runs := 0
		failure := transient()
		err := retry.Transient(exact(), flaky(&runs, rx.Just(1))).ForEach(context.Background(), func(int) error { return failure })
		assert.Same(t, failure, err)
		assert.Equal(t, 1, runs)
	})
	t.Run("failed in a later attempt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			runs := 0
			failure := transient()
			err := retry.Transient(exact(), flaky(&runs, again, rx.Just(1))).ForEach(t.Context(), func(int) error { return failure })
			assert.Same(t, failure, err)
			assert.Equal(t, 2, runs)
		})
	})
	t.Run("panic", func(t *testing.T) {
		runs := 0
		s := retry.Transient(exact(), flaky(&runs, rx.Just(1)))
		assert.PanicsWithValue(t, "boom", func() {
			_ = s.ForEach(context.Background(), func(int) error { panic("boom") })
		})
		assert.Equal(t, 1, runs)
	})
	t.Run("Goexit", func(t *testing.T) {
		runs := 0
		s := retry.Transient(exact(), flaky(&runs, rx.Just(1)))
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.ForEach(context.Background(), func(int) error {
				runtime.Goexit()
				return nil
			})
		}()
		<-done
		assert.Equal(t, 1, runs)
	})
}

func TestTransientReportsWhatFailsAfterAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		commit := errors.New("commit failed")
		attempts := 0
		s := retry.Transient(exact(), rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
			if attempts++; attempts == 1 {
				return transient()
			}
			_ = emit(1)
			return rx.AfterStop(commit)
		}))
		_, err := s.First(t.Context())
		assert.ErrorIs(t, err, commit)
	})
}

func TestTransientPassesTheDemandOn(t *testing.T) {
	var got rx.Demand
	s := rx.New(func(_ context.Context, d rx.Demand, emit func(int) error) error {
		got = d
		return emit(1)
	})
	_, err := retry.Transient(exact(), s).Take(7).Collect(context.Background())
	require.NoError(t, err)
	assert.EqualValues(t, 7, got)
}

func TestTransientRunsHaveTheirOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := exact()
		p.MaxTime = time.Second
		runs := 0
		s := retry.Transient(p, flaky(&runs, rx.Fail[int](transient())))
		for range 3 {
			began := time.Now()
			require.Error(t, s.ForEach(t.Context(), func(int) error { return nil }))
			assert.Equal(t, time.Second, time.Since(began))
		}
		assert.Equal(t, 6, runs)
	})
}

func TestTransientWithABadPolicy(t *testing.T) {
	runs := 0
	_, err := retry.Transient(retry.Policy{MaxTime: time.Second}, flaky(&runs, rx.Just(1))).Collect(context.Background())
	require.ErrorContains(t, err, "retry: Policy.Initial is 0s: it must be positive")
	assert.Zero(t, runs)
}
