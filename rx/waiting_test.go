package rx_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
			for i := range 5 {
				select {
				case <-time.After(time.Duration(i) * time.Second):
				case <-ctx.Done():
					return ctx.Err()
				}
				if err := emit(i); err != nil {
					return err
				}
			}
			return nil
		})
		var got []int
		begin := time.Now()
		err := slow.Timeout(2500*time.Millisecond).ForEach(t.Context(), func(n int) error {
			got = append(got, n)
			<-time.After(time.Minute) // the consumer's time does not count
			return nil
		})
		var late *rx.TimeoutError
		require.ErrorAs(t, err, &late)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.True(t, late.Timeout())
		assert.Equal(t, []int{0, 1, 2}, got)
		assert.Equal(t, 3*time.Minute+5500*time.Millisecond, time.Since(begin))

		n, err := slow.Timeout(5 * time.Second).Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 5, n)
	})
}

func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		flaky := rx.Defer(func() rx.Stream[int] {
			if runs++; runs < 4 {
				return rx.Fail[int](errBoom)
			}
			return rx.Just(runs)
		})
		var attempts []int
		begin := time.Now()
		got, err := flaky.Retry(func(err error, attempt int) (time.Duration, bool) {
			assert.Equal(t, errBoom, err)
			attempts = append(attempts, attempt)
			return time.Second, true
		}).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{4}, got)
		assert.Equal(t, []int{1, 2, 3}, attempts)
		assert.Equal(t, 3*time.Second, time.Since(begin))

		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		_, err = rx.Fail[int](errBoom).Retry(func(error, int) (time.Duration, bool) { return time.Minute, true }).Collect(ctx)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, errBoom)

		n := 0
		_, err = rx.Fail[int](errBoom).Retry(func(error, int) (time.Duration, bool) { n++; return 0, n < 3 }).Collect(t.Context())
		assert.Equal(t, errBoom, err)
		assert.Equal(t, 3, n)

		err = rx.Just(1).Retry(func(error, int) (time.Duration, bool) { t.Error("asked"); return 0, true }).
			ForEach(t.Context(), func(int) error { return errBoom })
		assert.Equal(t, errBoom, err)
	})
}

func TestBufferTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paced := rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
			for i, pause := range []int{0, 0, 0, 10, 1, 10, 0} {
				<-time.After(time.Duration(pause) * time.Second)
				if err := emit(i); err != nil {
					return err
				}
			}
			return errBoom
		})
		got, err := rx.BufferTime(paced, 2, 5*time.Second).Collect(t.Context())
		assert.Equal(t, errBoom, err)
		assert.Equal(t, [][]int{{0, 1}, {2}, {3, 4}, {5, 6}}, got)
	})
}
