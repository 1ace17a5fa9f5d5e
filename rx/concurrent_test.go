package rx_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

func TestMergeRunsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := func(seconds, v int) rx.Stream[int] {
			return rx.Call(func(context.Context) (int, error) { <-time.After(time.Duration(seconds) * time.Second); return v, nil })
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
				<-time.After(time.Second)
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
			<-time.After(time.Duration(8-n) * time.Second) // the later, the faster
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
						<-time.After(time.Second) // the slowest governs the speed
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
			n, err := shared.Tap(func(int) { <-time.After(time.Second) }).Count(t.Context())
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
				assert.Contains(t, string(p.Stack), "concurrent_test.go")
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

func TestAnObserverThatPanicsLeavesTheOthersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		shared := l.stream(10, nil).Share(rx.ShareWhen(2), rx.ShareBuffer(1))
		var wg sync.WaitGroup
		wg.Go(func() {
			n, err := shared.Count(t.Context())
			assert.NoError(t, err)
			assert.EqualValues(t, 10, n)
		})
		wg.Go(func() {
			assert.PanicsWithValue(t, "mine", func() {
				_ = shared.ForEach(t.Context(), func(int) error { panic("mine") })
			})
		})
		wg.Wait()
		assert.PanicsWithValue(t, "alone", func() {
			_ = l.hang(3).Share().ForEach(t.Context(), func(int) error { panic("alone") })
		})
		l.balanced(t)
	})
}

func TestOneRunAllocatesNothingPerItem(t *testing.T) {
	chain := func(n int) float64 {
		s := rx.Map(rx.Map(numbers(n), func(n int) int { return n + 1 }).Filter(func(n int) bool { return n > 1 }), func(n int) int { return n * 2 })
		total := 0
		return testing.AllocsPerRun(10, func() {
			_ = s.ForEach(t.Context(), func(n int) error { total += n; return nil })
		})
	}
	assert.Equal(t, chain(10), chain(10_000))
}
