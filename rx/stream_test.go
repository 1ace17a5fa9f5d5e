package rx_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

var errBoom = errors.New("boom")

func numbers(n int) rx.Stream[int] {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return rx.FromSlice(s)
}

func TestOperators(t *testing.T) {
	double := func(n int) int { return 2 * n }
	odd := func(n int) bool { return n%2 == 1 }
	pair := func(n int) rx.Stream[int] { return rx.Just(n, -n) }
	failing := rx.Concat(rx.Just(1, 2), rx.Fail[int](errBoom))
	for _, tc := range []struct {
		name   string
		stream rx.Stream[int]
		want   []int
		err    error
	}{
		{"zero stream", rx.Stream[int]{}, nil, nil},
		{"just", rx.Just(1, 2), []int{1, 2}, nil},
		{"empty", rx.Empty[int](), nil, nil},
		{"fail", rx.Fail[int](errBoom), nil, errBoom},
		{"call", rx.Call(func(context.Context) (int, error) { return 7, nil }), []int{7}, nil},
		{"call fails", rx.Call(func(context.Context) (int, error) { return 7, errBoom }), nil, errBoom},
		{"defer", rx.Defer(func() rx.Stream[int] { return rx.Just(3) }), []int{3}, nil},
		{"map", rx.Map(numbers(3), double), []int{0, 2, 4}, nil},
		{"trymap", rx.TryMap(numbers(9), func(_ context.Context, n int) (int, error) {
			if n == 2 {
				return 0, errBoom
			}
			return n, nil
		}), []int{0, 1}, errBoom},
		{"scan", rx.Scan(numbers(4), 10, func(a, n int) int { return a + n }), []int{10, 11, 13, 16}, nil},
		{"filter", numbers(6).Filter(odd), []int{1, 3, 5}, nil},
		{"take", numbers(6).Take(2), []int{0, 1}, nil},
		{"take more than there is", numbers(2).Take(9), []int{0, 1}, nil},
		{"take nothing", rx.Fail[int](errBoom).Take(0), nil, nil},
		{"take before the error", failing.Take(2), []int{1, 2}, nil},
		{"takes nested", numbers(9).Take(5).Take(2), []int{0, 1}, nil},
		{"takes nested the other way", numbers(9).Take(2).Take(5), []int{0, 1}, nil},
		{"takewhile", numbers(6).TakeWhile(func(n int) bool { return n < 3 }), []int{0, 1, 2}, nil},
		{"skip", numbers(4).Skip(2), []int{2, 3}, nil},
		{"skip nothing", numbers(2).Skip(0), []int{0, 1}, nil},
		{"skip everything", numbers(2).Skip(5), nil, nil},
		{"concat", rx.Concat(rx.Just(1), rx.Empty[int](), rx.Just(2)), []int{1, 2}, nil},
		{"concat continues after a take", rx.Concat(numbers(9).Take(1), rx.Just(5)), []int{0, 5}, nil},
		{"concat ends with the first error", rx.Concat(failing, rx.Just(3)), []int{1, 2}, errBoom},
		{"concatmap", rx.ConcatMap(rx.Just(1, 2), pair), []int{1, -1, 2, -2}, nil},
		{"concatmap takes inside and outside", rx.ConcatMap(numbers(9), func(int) rx.Stream[int] { return numbers(9).Take(2) }).Take(3), []int{0, 1, 0}, nil},
		{"mergemap with one at a time", rx.MergeMap(rx.Just(1, 2), 1, pair), []int{1, -1, 2, -2}, nil},
		{"merge of nothing", rx.Merge[int](), nil, nil},
		{"parallelmap keeps the order", rx.ParallelMap(numbers(50), 4, func(_ context.Context, n int) (int, error) { return n, nil }).Skip(45), []int{45, 46, 47, 48, 49}, nil},
		{"parallelmap fails in order", rx.ParallelMap(numbers(50), 4, func(_ context.Context, n int) (int, error) {
			if n >= 3 {
				return 0, errBoom
			}
			return n, nil
		}), []int{0, 1, 2}, errBoom},
		{"parallelmap of a failing source", rx.ParallelMap(failing, 3, func(_ context.Context, n int) (int, error) { return n, nil }), []int{1, 2}, errBoom},
		{"prefetch", numbers(9).Prefetch(2).Take(3), []int{0, 1, 2}, nil},
		{"prefetch gives the items before the error", failing.Prefetch(8), []int{1, 2}, errBoom},
		{"resume", failing.OnErrorResume(func(error) rx.Stream[int] { return rx.Just(3) }), []int{1, 2, 3}, nil},
		{"resume with another error", failing.OnErrorResume(func(err error) rx.Stream[int] { return rx.Fail[int](fmt.Errorf("again: %w", err)) }), []int{1, 2}, errBoom},
		{"resume does not catch the consumer's error", rx.TryMap(failing.OnErrorResume(func(error) rx.Stream[int] { return rx.Just(3) }),
			func(context.Context, int) (int, error) { return 0, errBoom }), nil, errBoom},
		{"retry not after an item", failing.Retry(func(error, int) (time.Duration, bool) { return 0, true }), []int{1, 2}, errBoom},
		{"share", numbers(3).Share(), []int{0, 1, 2}, nil},
		{"share of a failing source", failing.Share(), []int{1, 2}, errBoom},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for range 2 { // every run is the same
				got, err := tc.stream.Collect(t.Context())
				assert.Equal(t, tc.want, got)
				require.ErrorIs(t, err, tc.err)
			}
		})
	}
}

func TestBuffer(t *testing.T) {
	got, err := rx.Buffer(rx.Concat(numbers(5), rx.Fail[int](errBoom)), 2).Collect(t.Context())
	require.ErrorIs(t, err, errBoom)
	assert.Equal(t, [][]int{{0, 1}, {2, 3}, {4}}, got)

	got, err = rx.Buffer(numbers(5), 2).Take(1).Collect(t.Context())
	require.NoError(t, err)
	assert.Equal(t, [][]int{{0, 1}}, got)
}

func TestArgumentsThatMakeNoSenseFailTheRun(t *testing.T) {
	s := rx.Just(1)
	echo := func(_ context.Context, n int) (int, error) { return n, nil }
	for name, run := range map[string]func() (int64, error){
		"Buffer":      func() (int64, error) { return rx.Buffer(s, 0).Count(t.Context()) },
		"BufferTime":  func() (int64, error) { return rx.BufferTime(s, 0, time.Second).Count(t.Context()) },
		"Prefetch":    func() (int64, error) { return s.Prefetch(0).Count(t.Context()) },
		"ParallelMap": func() (int64, error) { return rx.ParallelMap(s, 0, echo).Count(t.Context()) },
		"MergeMap": func() (int64, error) {
			return rx.MergeMap(s, 0, func(int) rx.Stream[int] { return s }).Count(t.Context())
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := run()
			assert.ErrorContains(t, err, "rx: "+name+": ")
		})
	}
}

func TestDemandReachesTheSource(t *testing.T) {
	echo := func(n int) int { return n }
	for _, tc := range []struct {
		name string
		make func(rx.Stream[int]) rx.Stream[int]
		want rx.Demand
	}{
		{"nothing asked", func(s rx.Stream[int]) rx.Stream[int] { return s }, rx.Unbounded},
		{"take", func(s rx.Stream[int]) rx.Stream[int] { return s.Take(10) }, 10},
		{"the smaller take", func(s rx.Stream[int]) rx.Stream[int] { return s.Take(10).Take(20) }, 10},
		{"map and tap pass it on", func(s rx.Stream[int]) rx.Stream[int] { return rx.Map(s.Tap(func(int) {}), echo).Take(3) }, 3},
		{"skip adds", func(s rx.Stream[int]) rx.Stream[int] { return s.Skip(5).Take(3) }, 8},
		{"filter forgets", func(s rx.Stream[int]) rx.Stream[int] { return s.Filter(func(int) bool { return true }).Take(3) }, rx.Unbounded},
		{"buffer multiplies", func(s rx.Stream[int]) rx.Stream[int] {
			return rx.Map(rx.Buffer(s, 4).Take(3), func(b []int) int { return len(b) })
		}, 12},
		{"prefetch passes it on", func(s rx.Stream[int]) rx.Stream[int] { return s.Prefetch(2).Take(3) }, 3},
		{"concat subtracts", func(s rx.Stream[int]) rx.Stream[int] { return rx.Concat(rx.Just(1, 2), s).Take(5) }, 3},
		{"resume subtracts", func(s rx.Stream[int]) rx.Stream[int] {
			return rx.Concat(rx.Just(1), rx.Fail[int](errBoom)).OnErrorResume(func(error) rx.Stream[int] { return s }).Take(5)
		}, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var l ledger
			_, err := tc.make(l.stream(100, nil)).Collect(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tc.want, rx.Demand(l.demand.Load()))
			l.balanced(t)
		})
	}
	var l ledger
	_, err := l.stream(5, nil).First(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, l.demand.Load())
}

func TestTakeEndsWithItsLastItem(t *testing.T) {
	var l ledger
	got, err := l.hang(2).Take(2).Collect(t.Context()) // the source would wait for ever before a third
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1}, got)
	l.balanced(t)
}

func TestNewKeepsTheConsumersError(t *testing.T) {
	for name, source := range map[string]func(emit func(int) error) error{
		"ignores it":   func(emit func(int) error) error { _ = emit(1); return nil },
		"wraps it":     func(emit func(int) error) error { return fmt.Errorf("source: %w", emit(1)) },
		"replaces it":  func(emit func(int) error) error { _ = emit(1); return errors.New("closed pipe") },
		"goes on":      func(emit func(int) error) error { return errors.Join(emit(1), emit(2), emit(3)) },
		"uses ForEach": func(emit func(int) error) error { return numbers(5).ForEach(context.Background(), emit) },
	} {
		t.Run(name, func(t *testing.T) {
			s := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error { return source(emit) })
			calls := 0
			err := s.ForEach(t.Context(), func(int) error { calls++; return errBoom })
			assert.Equal(t, errBoom, err)
			assert.Equal(t, 1, calls)

			n, err := s.Take(1).Count(t.Context())
			require.NoError(t, err)
			assert.EqualValues(t, 1, n)

			got, err := rx.Concat(s.Take(1), rx.Just(9)).Skip(1).Collect(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []int{9}, got)
		})
	}
}

func TestEmitAfterTheEndIsRefused(t *testing.T) {
	var kept func(int) error
	s := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		kept = emit
		return emit(1)
	})
	_, err := s.Count(t.Context())
	require.NoError(t, err)
	assert.Error(t, kept(2))
}

func TestSourceThatHidesAPanicFails(t *testing.T) {
	s := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		func() {
			defer func() { _ = recover() }()
			_ = emit(1)
		}()
		return emit(2)
	})
	calls := 0
	err := s.ForEach(t.Context(), func(int) error { calls++; panic("mine") })
	require.ErrorContains(t, err, "recovered a panic")
	assert.Equal(t, 1, calls)
}

func TestAfterStop(t *testing.T) {
	s := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		if err := emit(1); rx.Stopped(err) {
			return rx.AfterStop(errBoom)
		}
		return nil
	})
	assert.Equal(t, errBoom, s.Take(1).ForEach(t.Context(), func(int) error { return nil }))
	assert.Equal(t, errBoom, rx.Concat(s.Take(1), rx.Just(1)).Prefetch(1).ForEach(t.Context(), func(int) error { return nil }))
	_, err := s.First(t.Context())
	assert.Equal(t, errBoom, err)
	own := errors.New("mine")
	assert.Equal(t, own, s.ForEach(t.Context(), func(int) error { return own }), "a consumer that failed keeps its error")
	assert.NoError(t, rx.AfterStop(nil))
	for range s.All(t.Context()) {
		break
	}
}

func TestAfterStopThroughPrefetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
			if err := emit(1); err != nil {
				return err
			}
			<-ctx.Done() // a query that waits for its next row learns by its context that this will not be wanted
			if rx.ContextStop(ctx) != nil {
				return rx.AfterStop(errBoom)
			}
			return ctx.Err()
		})
		_, err := s.Prefetch(3).First(t.Context())
		assert.Equal(t, errBoom, err)
	})
}
