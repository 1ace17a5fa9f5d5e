package rx_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

// paced emits 0, 1, … each after its pause.
func paced(pauses ...time.Duration) rx.Stream[int] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
		for i, p := range pauses {
			select {
			case <-time.After(p):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			if err := emit(i); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestObservableEndsWithTheContextsError(t *testing.T) {
	cause := errors.New("shutting down")
	for name, use := range map[string]func(o rxgo.Observable, opts ...rxgo.Option) error{
		"Observe": func(o rxgo.Observable, opts ...rxgo.Option) (last error) {
			for it := range o.Observe(opts...) {
				require.NoError(t, last, "the error is the last item")
				last = it.E
			}
			return last
		},
		"ForEach": func(o rxgo.Observable, opts ...rxgo.Option) (last error) {
			<-o.ForEach(func(any) {}, func(err error) { last = err }, func() { t.Error("completed") }, opts...)
			return last
		},
		"Error":   func(o rxgo.Observable, opts ...rxgo.Option) error { return o.Error(opts...) },
		"Errors":  func(o rxgo.Observable, opts ...rxgo.Option) error { return errors.Join(o.Errors(opts...)...) },
		"ToSlice": func(o rxgo.Observable, opts ...rxgo.Option) error { _, err := o.ToSlice(0, opts...); return err },
		"Count":   func(o rxgo.Observable, opts ...rxgo.Option) error { _, err := o.Count().Get(opts...); return err },
		"Last":    func(o rxgo.Observable, opts ...rxgo.Option) error { _, err := o.Last().Get(opts...); return err },
		"Map": func(o rxgo.Observable, opts ...rxgo.Option) error {
			return o.Map(echo, opts...).Error()
		},
		"DoOnError": func(o rxgo.Observable, opts ...rxgo.Option) (last error) {
			<-o.DoOnError(func(err error) { last = err }, opts...)
			return last
		},
		"Send": func(o rxgo.Observable, opts ...rxgo.Option) (last error) {
			output := make(chan rxgo.Item)
			o.Send(output, opts...)
			for it := range output {
				last = it.E
			}
			return last
		},
		"SequenceEqual": func(o rxgo.Observable, opts ...rxgo.Option) error {
			_, err := o.SequenceEqual(o).Get(opts...)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger
			ctx, cancel := context.WithCancelCause(t.Context())
			s := l.hang(200).Tap(func(n int) {
				if n == 150 {
					cancel(cause)
				}
			})
			err := use(rx.Observable(s), rxgo.WithContext(ctx))
			assert.ErrorIs(t, err, context.Canceled)
			assert.ErrorIs(t, err, cause)
			l.balanced(t)

			err = use(rx.Observable(l.hang(3)), rxgo.WithContext(ctx))
			assert.ErrorIs(t, err, cause, "on a context that has ended before")
		})
	}
}

func TestAnAbandonedChannelEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		ctx, cancel := context.WithCancel(t.Context())
		items := rx.Observable(l.stream(1000, nil), rxgo.WithContext(ctx)).Map(echo).Observe()
		synctest.Wait()
		assert.EqualValues(t, 1, l.held.Load())
		cancel()
		synctest.Wait()
		l.balanced(t)
		var last rxgo.Item
		n := 0
		for last = range items {
			if last.E == nil {
				assert.Equal(t, n, last.V, "without a hole")
				n++
			}
		}
		assert.ErrorIs(t, last.E, context.Canceled, "a late reader learns that something is missing")
		assert.LessOrEqual(t, n, 129, "what was buffered, and the error")
	})
}

func TestEveryContextGivenEndsAnObservation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		source, cancelSource := context.WithCancel(t.Context())
		operator, cancelOperator := context.WithCancel(context.WithValue(t.Context(), key{}, "operator"))
		defer cancelOperator()
		var seen any
		o := rx.Observable(numbers(10), rxgo.WithContext(source)).Map(func(ctx context.Context, v any) (any, error) {
			seen = ctx.Value(key{})
			if v == 3 {
				cancelSource()
				synctest.Wait()
			}
			return v, nil
		}, rxgo.WithContext(operator))
		items, err := o.ToSlice(0)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, []any{0, 1, 2, 3}, items)
		assert.Equal(t, "operator", seen)
	})
}

func TestPanicsBecomeErrorItems(t *testing.T) {
	explode := func(context.Context, any) (any, error) { panic(errBoom) }
	for name, o := range map[string]rxgo.Observable{
		"fused": rx.Observable(numbers(3)).Map(explode),
		"pool":  rx.Observable(numbers(3)).Map(explode, rxgo.WithPool(2)),
		"timed": rx.Observable(numbers(3)).Map(explode).BufferWithTime(anHour),
	} {
		t.Run(name, func(t *testing.T) {
			items, err := o.ToSlice(0)
			var p *rx.PanicError
			require.ErrorAs(t, err, &p)
			assert.ErrorIs(t, err, errBoom)
			assert.Contains(t, string(p.Stack), "observable_test.go")
			assert.Empty(t, items)
			last := rxgo.Item{}
			for last = range o.Observe() {
			}
			assert.ErrorAs(t, last.E, &p)
			_, err = o.Count().Get()
			assert.ErrorAs(t, err, &p)
		})
	}
	var last error
	<-rx.Observable(numbers(3)).ForEach(func(any) { panic(errBoom) }, func(err error) { last = err }, func() { t.Error("completed") })
	assert.ErrorIs(t, last, errBoom)
}

func TestGoexitIsAnErrorForOthersAndGoesOnForItself(t *testing.T) {
	exit := rx.Observable(numbers(3)).Map(func(context.Context, any) (any, error) { runtime.Goexit(); return nil, nil })
	var last rxgo.Item
	for last = range exit.Observe() {
	}
	assert.ErrorIs(t, last.E, rx.ErrAborted)

	var failure error
	<-exit.ForEach(func(any) {}, func(err error) { failure = err }, func() { t.Error("completed") })
	assert.ErrorIs(t, failure, rx.ErrAborted)

	returned := false
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = exit.ToSlice(0)
		returned = true
	})
	wg.Wait()
	assert.False(t, returned)
}

func TestFaceDemandReachesTheSource(t *testing.T) {
	for name, tc := range map[string]struct {
		use  func(o rxgo.Observable) error
		want rx.Demand
	}{
		"Take":      {func(o rxgo.Observable) error { return o.Map(echo).Take(10).Error() }, 10},
		"First":     {func(o rxgo.Observable) error { _, err := o.First().Get(); return err }, 1},
		"ElementAt": {func(o rxgo.Observable) error { _, err := o.ElementAt(4).Get(); return err }, 5},
		"Skip":      {func(o rxgo.Observable) error { return o.Skip(5).Take(10).Error() }, 15},
		"Buffer":    {func(o rxgo.Observable) error { return o.BufferWithCount(5).Take(3).Error() }, 15},
		"Filter":    {func(o rxgo.Observable) error { return o.Filter(func(any) bool { return true }).Take(3).Error() }, rx.Unbounded},
		"Take most": {func(o rxgo.Observable) error { return o.Take(^uint(0)).Error() }, rx.Unbounded},
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger
			require.NoError(t, tc.use(rx.Observable(l.stream(100, nil))))
			assert.Equal(t, tc.want, rx.Demand(l.demand.Load()))
			l.balanced(t)
		})
	}
}

func TestTakeOnTheFaceEndsWithItsLastItem(t *testing.T) {
	var l ledger
	items, err := rx.Observable(l.hang(2)).Take(2).ToSlice(0)
	require.NoError(t, err)
	assert.Equal(t, []any{0, 1}, items)
	l.balanced(t)
}

func TestSinglesCanBeGotAgain(t *testing.T) {
	var l ledger
	count := rx.Observable(l.stream(5, nil)).Count()
	for range 3 {
		it, err := count.Get()
		require.NoError(t, err)
		assert.Equal(t, int64(5), it.V)
	}
	assert.EqualValues(t, 3, l.runs.Load())

	half := count.Map(func(_ context.Context, v any) (any, error) { return v.(int64) / 2, nil })
	assert.Equal(t, outcome{"int64 2"}, got(half.Get()))
	assert.Equal(t, outcome{"int64 2"}, read(half))
	<-half.Run()

	none := half.Filter(func(any) bool { return false })
	it, err := none.Get()
	require.NoError(t, err)
	assert.Equal(t, rxgo.OptionalSingleEmpty, it)
	assert.Empty(t, read(none.Map(echo)))
	<-none.Run()

	failed := rx.Observable(l.stream(2, errBoom)).Count()
	it, err = failed.Get()
	assert.Equal(t, errBoom, err)
	assert.Equal(t, errBoom, it.E)
}

func TestTimedOperators(t *testing.T) {
	second := time.Second
	for name, tc := range map[string]struct {
		use  func() rxgo.Observable
		want outcome
	}{
		"BufferWithTime": {func() rxgo.Observable {
			return rx.Observable(paced(0, second, 3*second, 0, 9*second)).BufferWithTime(rxgo.WithDuration(2500 * time.Millisecond))
		}, outcome{"[]interface {} [0 1]", "[]interface {} [2 3]", "[]interface {} [4]"}},
		"BufferWithTimeOrCount": {func() rxgo.Observable {
			return rx.Observable(paced(0, 0, 0, 5*second, 0, 0)).BufferWithTimeOrCount(rxgo.WithDuration(2*second), 2)
		}, outcome{"[]interface {} [0 1]", "[]interface {} [2]", "[]interface {} [3 4]", "[]interface {} [5]"}},
		"Debounce": {func() rxgo.Observable {
			return rx.Observable(paced(0, 1*second, 5*second, 1*second, 1*second)).Debounce(rxgo.WithDuration(2 * second))
		}, outcome{"int 1", "int 4"}},
		"Sample": {func() rxgo.Observable {
			sampler := rx.Observable(paced(1500*time.Millisecond, 2*second, 2*second, 2*second))
			return rx.Observable(paced(0, second, second, 9*second)).Sample(sampler)
		}, outcome{"int 1", "int 2"}},
		"TimeInterval": {
			func() rxgo.Observable { return rx.Observable(paced(second, 2*second)).TimeInterval() },
			outcome{"time.Duration 1s", "time.Duration 2s"},
		},
		"Repeat": {
			func() rxgo.Observable { return rx.Observable(paced(second)).Repeat(2, rxgo.WithDuration(time.Minute)) },
			outcome{"int 0", "int 0", "int 0"},
		},
		"WindowWithTime": {func() rxgo.Observable {
			return rx.Observable(paced(0, 0, 5*second)).WindowWithTime(rxgo.WithDuration(2 * second)).
				FlatMap(func(it rxgo.Item) rxgo.Observable { return it.V.(rxgo.Observable).BufferWithCount(9) })
		}, outcome{"[]interface {} [0 1]", "[]interface {} [2]"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := tc.use()
				for range 2 {
					assert.Equal(t, tc.want, read(o))
				}
			})
		})
	}
}

func TestSampleEndsWithTheFailureOfEither(t *testing.T) {
	failing := rx.Observable(rx.Fail[int](errBoom))
	waiting := rx.Observable(rx.FromChan(make(chan int)))
	assert.Equal(t, errBoom, failing.Sample(waiting).Error())
	assert.Equal(t, errBoom, waiting.Sample(failing).Error())
}

func TestArgumentsThatMakeNoSenseFailTheObservation(t *testing.T) {
	o := rx.Observable(numbers(3))
	forward := func(rxgo.Item) int { return 0 }
	for name, o := range map[string]rxgo.Observable{
		"BufferWithCount":       o.BufferWithCount(0),
		"BufferWithTime":        o.BufferWithTime(nil),
		"BufferWithTimeOrCount": o.BufferWithTimeOrCount(anHour, 0),
		"Debounce":              o.Debounce(rxgo.WithDuration(-1)),
		"GroupBy":               o.GroupBy(0, forward),
		"Join":                  o.Join(add, o, at, nil),
		"Repeat":                o.Repeat(-2, nil),
		"WindowWithCount":       o.WindowWithCount(0),
		"Unmarshal":             o.Unmarshal(nil, nil),
		"Serialize":             rx.Observable(rx.Just(2, 3)).Serialize(0, func(v any) int { return v.(int) }),
	} {
		t.Run(name, func(t *testing.T) {
			err := o.Error()
			assert.ErrorContains(t, err, "rx: "+name+": ")
			if name != "Serialize" {
				assert.ErrorAs(t, err, &rxgo.IllegalInputError{})
			}
		})
	}
	var outOfBounds rxgo.IndexOutOfBoundError
	groups, err := o.GroupBy(1, func(rxgo.Item) int { return 1 }).ToSlice(0)
	require.NoError(t, err)
	assert.ErrorAs(t, groups[0].(rxgo.Observable).Error(), &outOfBounds)
}

func TestRetryOnTheFace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		attempts := 0
		flaky := rx.Defer(func() rx.Stream[int] {
			if attempts++; attempts%3 != 0 {
				return l.stream(0, errBoom)
			}
			return l.stream(2, nil)
		})
		o := rx.Observable(flaky)
		always := func(error) bool { return true }
		for range 2 { // it can be observed again
			assert.Equal(t, outcome{"int 0", "int 1"}, read(o.Retry(2, always)))
			assert.Equal(t, outcome{"int 0", "int 1"}, read(o.BackOffRetry(backoff.NewConstantBackOff(time.Second))))
		}
		assert.Equal(t, errBoom, o.Retry(1, always).Error())
		attempts = 0
		assert.Equal(t, errBoom, o.Retry(9, func(error) bool { return false }).Error())

		hopeless := rx.Observable(l.stream(0, errBoom)).BackOffRetry(backoff.NewConstantBackOff(time.Minute))
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
		defer cancel()
		err := hopeless.Error(rxgo.WithContext(ctx))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, errBoom)

		permanent := rx.Observable(l.stream(0, backoff.Permanent(errBoom))).BackOffRetry(&backoff.ZeroBackOff{})
		assert.Equal(t, errBoom, permanent.Error())
		l.balanced(t)
	})
}

func TestOptionsThatChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		o := rx.Observable(l.stream(5, nil)).Map(echo, rxgo.WithObservationStrategy(rxgo.Eager))
		synctest.Wait()
		assert.Zero(t, l.runs.Load(), "nothing runs unasked")
		assert.Len(t, read(o, rxgo.WithBackPressureStrategy(rxgo.Drop), rxgo.WithBufferedChannel(0)), 5)

		serialized := rx.Observable(l.stream(5, nil)).Map(echo, rxgo.WithPool(3), rxgo.Serialize(func(v any) int { return v.(int) }))
		assert.Equal(t, outcome{"int 0", "int 1", "int 2", "int 3", "int 4"}, read(serialized))
		assert.Empty(t, read(rx.Observable(l.stream(0, nil)).Map(echo, rxgo.WithPool(3), rxgo.Serialize(func(any) int { return 0 }))))
		l.balanced(t)
	})
}

func TestRepeatOfAPublishedSourceWaitsForTheNextConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := rx.Observable(numbers(2), rxgo.WithPublishStrategy())
		items := o.Repeat(1, nil).Observe()
		_, dispose := o.Connect(t.Context())
		synctest.Wait()
		assert.Len(t, items, 2)
		dispose()
		_, dispose = o.Connect(t.Context())
		defer dispose()
		assert.Equal(t, outcome{"int 0", "int 1", "int 0", "int 1"}, texts(all(items)))
	})
}

func TestConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		o := rx.Observable(l.stream(5, nil), rxgo.WithPublishStrategy())
		double := o.Map(func(_ context.Context, v any) (any, error) { return 2 * v.(int), nil })
		for range 2 {
			first, second := o.Observe(), double.Observe()
			synctest.Wait()
			assert.EqualValues(t, 0, l.held.Load(), "nothing runs before Connect")
			_, dispose := o.Connect(t.Context())
			assert.Equal(t, outcome{"int 0", "int 1", "int 2", "int 3", "int 4"}, texts(all(first)))
			assert.Equal(t, outcome{"int 0", "int 2", "int 4", "int 6", "int 8"}, texts(all(second)))
			dispose()
			synctest.Wait()
			l.balanced(t)
		}
		assert.EqualValues(t, 2, l.runs.Load())

		items := rx.Observable(l.hang(1), rxgo.WithPublishStrategy())
		waiting := items.Observe()
		_, dispose := items.Connect(t.Context())
		<-waiting
		dispose()
		assert.ErrorIs(t, (<-waiting).E, context.Canceled)
		_, open := <-waiting
		assert.False(t, open)
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func all(items <-chan rxgo.Item) (list []rxgo.Item) {
	for it := range items {
		list = append(list, it)
	}
	return list
}

func TestGroupByDynamicWithDepartedObservers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		key := func(it rxgo.Item) string { return fmt.Sprint(it.V.(int) % 2) }
		var wg sync.WaitGroup
		n := 0
		for it := range rx.Observable(l.stream(1000, nil)).GroupByDynamic(key).Observe() {
			g := it.V.(rxgo.GroupedObservable)
			wg.Go(func() {
				if g.Key == "0" {
					_, err := g.First().Get() // leaves; the items of its group are dropped from now on
					assert.NoError(t, err)
					assert.Error(t, g.Error(), "a group can be observed once")
					return
				}
				c, err := g.Count().Get()
				assert.NoError(t, err)
				assert.Equal(t, int64(500), c.V)
			})
			n++
		}
		wg.Wait()
		assert.Equal(t, 2, n)
		l.balanced(t)

		first, err := rx.Observable(l.stream(1000, nil)).GroupByDynamic(key).First().Get()
		require.NoError(t, err)
		assert.ErrorContains(t, first.V.(rxgo.GroupedObservable).Skip(1).Error(), "has left")
		l.balanced(t)
	})
}

func TestFromObservable(t *testing.T) {
	t.Run("of ours it is the stream itself", func(t *testing.T) {
		var l ledger
		got, err := rx.FromObservable[int](rx.Observable(l.stream(100, nil)).Filter(small)).Take(2).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{0, 1}, got)
		assert.Equal(t, rx.Unbounded, rx.Demand(l.demand.Load()))
		l.balanced(t)
	})
	t.Run("of RxGo's", func(t *testing.T) {
		s := rx.FromObservable[int](rxgo.Range(1, 1000).Map(echo))
		for range 2 {
			got, err := s.Take(3).Collect(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []int{1, 2, 3}, got)
		}
		_, err := rx.FromObservable[int](rxgo.Just(1, errBoom, 2)()).Collect(t.Context())
		assert.Equal(t, errBoom, err)
	})
	t.Run("of another type", func(t *testing.T) {
		_, err := rx.FromObservable[int](rxgo.Just(1, "two")()).Collect(t.Context())
		assert.EqualError(t, err, "rx: item 1 of the observable is of type string, not int")
	})
	t.Run("nil is a value", func(t *testing.T) {
		items, err := rx.FromObservable[any](mixed(1, nil, "x")).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []any{1, nil, "x"}, items)
		_, err = rx.FromObservable[int](mixed(nil)).Collect(t.Context())
		assert.EqualError(t, err, "rx: item 0 of the observable is of type <nil>, not int")
	})
	t.Run("of groups", func(t *testing.T) {
		key := func(it rxgo.Item) string { return fmt.Sprint(it.V.(int) % 3) }
		o := rx.Observable(numbers(9)).GroupByDynamic(key).
			FlatMap(func(it rxgo.Item) rxgo.Observable { return it.V.(rxgo.GroupedObservable) })
		assert.Equal(t, []any{0, 3, 6, 1, 4, 7, 2, 5, 8}, must(o.ToSlice(0)), "one group after the other, while they fit their buffers")
	})
	t.Run("a cancelled one is not complete", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := rx.FromObservable[int](rxgo.Range(1, 1000)).ForEach(ctx, func(n int) error {
			if n == 3 {
				cancel()
			}
			return nil
		})
		assert.ErrorIs(t, err, context.Canceled)
	})
	t.Run("goroutines that ignore their context are freed", func(t *testing.T) {
		stubborn := rxgo.Defer([]rxgo.Producer{func(_ context.Context, next chan<- rxgo.Item) {
			for i := range 50 {
				next <- rxgo.Of(i)
			}
		}})
		n, err := rx.FromObservable[int](stubborn).Take(1).Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 1, n) // goleak has the rest
	})
}

func TestObservablesAreReusableSideBySide(t *testing.T) {
	var l ledger
	o := rx.Observable(l.stream(100, nil)).Map(echo).Scan(add).Distinct(echo).BufferWithCount(7).Skip(1)
	want := read(o)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { assert.Equal(t, want, read(o)) })
	}
	wg.Wait()
	l.balanced(t)
}
