package rx_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"
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
			if rx.Stopped(context.Cause(ctx)) {
				return rx.AfterStop(errBoom)
			}
			return ctx.Err()
		})
		_, err := s.Prefetch(3).First(t.Context())
		assert.Equal(t, errBoom, err)
	})
}

func TestUsing(t *testing.T) {
	type end struct{ err error }
	run := func(t *testing.T, s rx.Stream[int], failure error, consume func(rx.Stream[int]) error) (end, error) {
		t.Helper()
		var ends []end
		u := rx.Using(func(context.Context) (string, error) { return "r", nil },
			func(string) rx.Stream[int] { return s },
			func(r string, err error) error {
				assert.Equal(t, "r", r)
				ends = append(ends, end{err})
				return failure
			})
		err := consume(u)
		require.Len(t, ends, 1)
		return ends[0], err
	}
	all := func(s rx.Stream[int]) error { _, err := s.Count(t.Context()); return err }
	first := func(s rx.Stream[int]) error { _, err := s.First(t.Context()); return err }
	errRelease := errors.New("release")

	e, err := run(t, numbers(3), nil, all)
	assert.NoError(t, e.err)
	assert.NoError(t, err)
	e, err = run(t, numbers(3), nil, first)
	assert.True(t, rx.Stopped(e.err))
	assert.NoError(t, err)
	e, err = run(t, rx.Fail[int](errBoom), nil, all)
	assert.Equal(t, errBoom, e.err)
	assert.Equal(t, errBoom, err)
	_, err = run(t, numbers(3), errRelease, all)
	assert.Equal(t, errRelease, err)
	_, err = run(t, numbers(3), errRelease, first)
	assert.Equal(t, errRelease, err)
	_, err = run(t, rx.Fail[int](errBoom), errRelease, all)
	assert.ErrorIs(t, err, errBoom)
	assert.ErrorIs(t, err, errRelease)
	e, _ = run(t, numbers(3), nil, func(s rx.Stream[int]) error {
		assert.PanicsWithValue(t, "mine", func() { _ = s.ForEach(t.Context(), func(int) error { panic("mine") }) })
		return nil
	})
	assert.Equal(t, rx.ErrAborted, e.err)

	failed := rx.Using(func(context.Context) (int, error) { return 0, errBoom },
		func(int) rx.Stream[int] { t.Error("used"); return rx.Empty[int]() },
		func(int, error) error { t.Error("released"); return nil })
	assert.Equal(t, errBoom, all(failed))
}

func TestAll(t *testing.T) {
	var l ledger
	sum := 0
	for v, err := range l.stream(10, nil).All(t.Context()) {
		require.NoError(t, err)
		if sum += v; v == 4 {
			break
		}
	}
	assert.Equal(t, 10, sum)
	l.balanced(t)

	var items []int
	var last error
	for v, err := range l.stream(2, errBoom).All(t.Context()) {
		if last = err; err == nil {
			items = append(items, v)
		}
	}
	assert.Equal(t, []int{0, 1}, items)
	assert.Equal(t, errBoom, last)

	next, halt := iter.Pull2(l.stream(9, nil).All(t.Context()))
	_, err, ok := next()
	assert.True(t, ok)
	require.NoError(t, err)
	halt()
	l.balanced(t)
}

func TestFromSeq2(t *testing.T) {
	s := rx.FromSeq2(func(ctx context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range 5 {
				if ctx.Err() != nil || !yield(i, nil) {
					return // as iterators do
				}
			}
			yield(0, errBoom)
		}
	})
	got, err := s.Collect(t.Context())
	assert.Equal(t, errBoom, err)
	assert.Equal(t, []int{0, 1, 2, 3, 4}, got)

	ctx, cancel := context.WithCancel(t.Context())
	err = s.ForEach(ctx, func(int) error { cancel(); return nil })
	assert.ErrorIs(t, err, context.Canceled)
}

func TestChannelsBothWays(t *testing.T) {
	ch := make(chan int)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(ch)
		assert.NoError(t, numbers(5).SendTo(t.Context(), ch))
	})
	got, err := rx.FromChan(ch).Collect(t.Context())
	wg.Wait()
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1, 2, 3, 4}, got)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, numbers(5).SendTo(ctx, make(chan int)), context.Canceled)
}

func TestContextEnd(t *testing.T) {
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(t.Context())
	var l ledger
	err := l.stream(10, nil).ForEach(ctx, func(n int) error {
		if n == 3 {
			cancel(cause)
		}
		return nil
	})
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, cause)
	assert.EqualValues(t, 4, l.emitted.Load())
	l.balanced(t)

	for name, s := range map[string]rx.Stream[int]{
		"empty": rx.Empty[int](), "just": rx.Just(1), "none": rx.FromSlice([]int{}), "fail": rx.Fail[int](errBoom), "new": l.stream(1, nil),
		"defer": rx.Defer(func() rx.Stream[int] { t.Error("called"); return rx.Just(1) }), "take nothing": rx.Just(1).Take(0),
	} {
		_, err := s.Collect(ctx)
		assert.ErrorIs(t, err, cause, name)
	}
	assert.EqualValues(t, 1, l.runs.Load(), "a source is not called on a dead context")
}

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
			time.Sleep(time.Minute) // the consumer's time does not count
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
				time.Sleep(time.Duration(pause) * time.Second)
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

func TestMergeRunsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := func(seconds, v int) rx.Stream[int] {
			return rx.Call(func(context.Context) (int, error) { time.Sleep(time.Duration(seconds) * time.Second); return v, nil })
		}
		got, err := rx.Merge(at(3, 30), at(1, 10), at(2, 20)).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{10, 20, 30}, got)

		begin := time.Now()
		running, most := 0, 0
		var mu sync.Mutex
		got, err = rx.MergeMap(numbers(10), 3, func(n int) rx.Stream[int] {
			return rx.Call(func(context.Context) (int, error) {
				mu.Lock()
				running++
				most = max(most, running)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				running--
				mu.Unlock()
				return n, nil
			})
		}).Collect(t.Context())
		require.NoError(t, err)
		assert.ElementsMatch(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, got)
		assert.Equal(t, 3, most)
		assert.Equal(t, 4*time.Second, time.Since(begin))
	})
}

func TestMergeStopsTheOthersAtTheFirstError(t *testing.T) {
	var l ledger
	err := rx.Merge(l.hang(1), l.hang(2), rx.Fail[int](errBoom)).ForEach(t.Context(), func(int) error { return nil })
	assert.Equal(t, errBoom, err)
	l.balanced(t)
}

func TestParallelMapRunsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		got, err := rx.ParallelMap(numbers(8), 4, func(_ context.Context, n int) (int, error) {
			time.Sleep(time.Duration(8-n) * time.Second) // the later, the faster
			return n, nil
		}).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7}, got)
		assert.Less(t, time.Since(begin), 16*time.Second)
	})
}

func TestShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		shared := l.stream(100, nil).Share(rx.ShareBuffer(4), rx.ShareWhen(3))
		var wg sync.WaitGroup
		begin := time.Now()
		for i := range 3 {
			wg.Go(func() {
				var got []int
				err := shared.ForEach(t.Context(), func(n int) error {
					if i == 1 {
						time.Sleep(time.Second) // the slowest governs the speed
					}
					got = append(got, n)
					return nil
				})
				assert.NoError(t, err)
				assert.Len(t, got, 100)
				if i != 1 {
					assert.GreaterOrEqual(t, time.Since(begin), 90*time.Second)
				}
			})
		}
		wg.Wait()
		assert.EqualValues(t, 1, l.runs.Load())
		l.balanced(t)
	})
}

func TestShareDrops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := numbers(100).Share(rx.ShareBuffer(4), rx.ShareWhen(2), rx.ShareDrop())
		var wg sync.WaitGroup
		wg.Go(func() {
			n, err := shared.Tap(func(int) { time.Sleep(time.Second) }).Count(t.Context())
			assert.NoError(t, err)
			assert.Less(t, n, int64(100))
		})
		wg.Go(func() {
			_, err := shared.Count(t.Context())
			assert.NoError(t, err)
		})
		wg.Wait()
	})
}

func TestShareStopsItsSourceWithTheLastObserver(t *testing.T) {
	var l ledger
	shared := l.hang(5).Share()
	for range 3 { // each begins anew, since nobody is left in between
		got, err := shared.Take(2).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{0, 1}, got)
		l.balanced(t)
	}
	assert.EqualValues(t, 3, l.runs.Load())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.stream(3, nil).Share(rx.ShareWhen(2)).Count(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestPanicsReachTheConsumer(t *testing.T) {
	explode := func(context.Context, int) (int, error) { panic(errBoom) }
	for name, s := range map[string]rx.Stream[int]{
		"prefetch":    rx.TryMap(numbers(3), explode).Prefetch(1),
		"mergemap":    rx.MergeMap(numbers(3), 2, func(int) rx.Stream[int] { return rx.TryMap(rx.Just(1), explode) }),
		"parallelmap": rx.ParallelMap(numbers(30), 2, explode),
		"share":       rx.TryMap(numbers(3), explode).Share(),
		"twice":       rx.TryMap(numbers(3), explode).Prefetch(1).Prefetch(1),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				p, ok := recover().(*rx.PanicError)
				require.True(t, ok)
				assert.ErrorIs(t, p, errBoom)
				assert.Contains(t, string(p.Stack), "stream_test.go")
			}()
			_, _ = s.Count(t.Context())
			t.Error("returned")
		})
	}
}

func TestGoexitReachesTheConsumer(t *testing.T) {
	exit := func(context.Context, int) (int, error) { runtime.Goexit(); return 0, nil }
	for name, s := range map[string]rx.Stream[int]{
		"directly":    rx.TryMap(numbers(3), exit),
		"prefetch":    rx.TryMap(numbers(3), exit).Prefetch(1),
		"parallelmap": rx.ParallelMap(numbers(3), 2, exit),
		"share":       rx.TryMap(numbers(3), exit).Share(),
	} {
		t.Run(name, func(t *testing.T) {
			returned := false
			var wg sync.WaitGroup
			wg.Go(func() {
				_, _ = s.Count(t.Context())
				returned = true
			})
			wg.Wait()
			assert.False(t, returned)
		})
	}
}
