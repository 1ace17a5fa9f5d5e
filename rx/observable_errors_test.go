package rx_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

// raise makes an error of each item that is one.
func raise(_ context.Context, v any) (any, error) {
	if err, ok := v.(error); ok {
		return nil, err
	}
	return v, nil
}

var goOn = rxgo.WithErrorStrategy(rxgo.ContinueOnError)

// withErrors is an observable that goes on after the errors among its items.
func withErrors(items ...any) rxgo.Observable {
	return rx.Observable(rx.FromSlice(items)).Map(raise, goOn)
}

// transcript is everything that comes out of a channel: items, errors as E, and | for its end.
func transcript(items <-chan rxgo.Item) string {
	var b strings.Builder
	for it := range items {
		if it.E != nil {
			b.WriteString("E ")
			continue
		}
		fmt.Fprint(&b, it.V, " ")
	}
	return b.String() + "|"
}

// An error item of ContinueOnError upstream ends every operator that does not go on itself, exactly
// as a failure of the source does: what was gathered comes first, and nothing comes behind it.
func TestErrorItemsEndWhatDoesNotGoOn(t *testing.T) {
	hour := rxgo.WithDuration(time.Hour)
	one := rx.Observable(rx.Just[any](9))
	never := rx.Observable(rx.New(func(ctx context.Context, _ rx.Demand, _ func(any) error) error {
		<-ctx.Done()
		return rx.ContextError(ctx)
	}))
	id := func(_ context.Context, v any) (any, error) { return v, nil }
	first := func(_ context.Context, a, _ any) (any, error) { return a, nil }
	number := func(v any) int { return v.(int) }
	operators := map[string]func(o rxgo.Observable) rxgo.Observable{
		"Map":               func(o rxgo.Observable) rxgo.Observable { return o.Map(id) },
		"Map with a pool":   func(o rxgo.Observable) rxgo.Observable { return o.Map(id, rxgo.WithPool(2)) },
		"Filter":            func(o rxgo.Observable) rxgo.Observable { return o.Filter(func(any) bool { return true }) },
		"StartWith":         func(o rxgo.Observable) rxgo.Observable { return o.StartWith(one) },
		"StartWith, before": func(o rxgo.Observable) rxgo.Observable { return one.StartWith(o) },
		"FlatMap, inner": func(o rxgo.Observable) rxgo.Observable {
			return one.FlatMap(func(rxgo.Item) rxgo.Observable { return o })
		},
		"FlatMap": func(o rxgo.Observable) rxgo.Observable {
			return o.FlatMap(func(it rxgo.Item) rxgo.Observable { return rx.Observable(rx.Just(it.V)) })
		},
		"Repeat": func(o rxgo.Observable) rxgo.Observable { return o.Repeat(1, nil) },
		"Retry":  func(o rxgo.Observable) rxgo.Observable { return o.Retry(1, func(error) bool { return true }) },
		"BackOffRetry": func(o rxgo.Observable) rxgo.Observable {
			return o.BackOffRetry(backoff.WithMaxRetries(&backoff.ZeroBackOff{}, 1))
		},
		"OnErrorResumeNext, substitute": func(o rxgo.Observable) rxgo.Observable {
			return rx.Observable(rx.Fail[any](errBoom)).OnErrorResumeNext(func(error) rxgo.Observable { return o })
		},
		"Zip": func(o rxgo.Observable) rxgo.Observable { return o.ZipFromIterable(rx.Observable(numbers(9)), first) },
		"Zip, second": func(o rxgo.Observable) rxgo.Observable {
			return rx.Observable(numbers(9)).ZipFromIterable(o, first)
		},
		"Sample":                func(o rxgo.Observable) rxgo.Observable { return o.Sample(never) },
		"Sample, sampler":       func(o rxgo.Observable) rxgo.Observable { return never.Sample(o) },
		"SkipLast":              func(o rxgo.Observable) rxgo.Observable { return o.SkipLast(1) },
		"TakeLast":              func(o rxgo.Observable) rxgo.Observable { return o.TakeLast(1) },
		"Serialize":             func(o rxgo.Observable) rxgo.Observable { return o.Serialize(1, number) },
		"Distinct":              func(o rxgo.Observable) rxgo.Observable { return o.Distinct(id) },
		"Scan":                  func(o rxgo.Observable) rxgo.Observable { return o.Scan(first) },
		"DefaultIfEmpty":        func(o rxgo.Observable) rxgo.Observable { return o.DefaultIfEmpty(9) },
		"IgnoreElements":        func(o rxgo.Observable) rxgo.Observable { return o.IgnoreElements() },
		"BufferWithCount":       func(o rxgo.Observable) rxgo.Observable { return o.BufferWithCount(5) },
		"BufferWithTime":        func(o rxgo.Observable) rxgo.Observable { return o.BufferWithTime(hour) },
		"BufferWithTimeOrCount": func(o rxgo.Observable) rxgo.Observable { return o.BufferWithTimeOrCount(hour, 5) },
		"Debounce":              func(o rxgo.Observable) rxgo.Observable { return o.Debounce(hour) },
		"WindowWithTime": func(o rxgo.Observable) rxgo.Observable {
			return o.WindowWithTime(hour).FlatMap(func(it rxgo.Item) rxgo.Observable { return it.V.(rxgo.Observable) })
		},
		"WindowWithCount": func(o rxgo.Observable) rxgo.Observable {
			return o.WindowWithCount(5).FlatMap(func(it rxgo.Item) rxgo.Observable { return it.V.(rxgo.Observable) })
		},
		"GroupByDynamic": func(o rxgo.Observable) rxgo.Observable {
			return o.GroupByDynamic(func(rxgo.Item) string { return "all" }).
				Map(func(_ context.Context, v any) (any, error) { return v.(rxgo.GroupedObservable).Key, nil })
		},
	}
	for name, use := range operators {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failing := rx.Observable(rx.Concat(rx.Just[any](1, 2), rx.Fail[any](errBoom)))
				want := transcript(use(failing).Observe())
				assert.Contains(t, want, "E |")
				assert.Equal(t, want, transcript(use(withErrors(1, 2, errBoom, 4)).Observe()))
			})
		})
	}
}

// Under ContinueOnError errors keep their place in the sequence, also where items are held back.
func TestErrorsKeepTheirPlace(t *testing.T) {
	number := func(v any) int { return v.(int) }
	for name, c := range map[string]struct {
		o    rxgo.Observable
		want string
	}{
		"SkipLast":               {withErrors(1, errBoom, 2, 3).SkipLast(1, goOn), "1 E 2 |"},
		"SkipLast, in the tail":  {withErrors(1, 2, errBoom, 3).SkipLast(2, goOn), "1 E |"},
		"SkipLast(0)":            {withErrors(1, errBoom, 2).SkipLast(0, goOn), "1 E 2 |"},
		"Serialize":              {withErrors(2, errBoom, 1).Serialize(1, number, goOn), "1 2 E |"},
		"Serialize, in order":    {withErrors(1, errBoom, 2).Serialize(1, number, goOn), "1 E 2 |"},
		"Serialize, two of them": {withErrors(2, errBoom, 3, errBoom, 1).Serialize(1, number, goOn), "1 2 E 3 E |"},
		"BufferWithCount":        {withErrors(1, errBoom, 2, 3).BufferWithCount(2, goOn), "[1] E [2 3] |"},
	} {
		assert.Equal(t, c.want, transcript(c.o.Observe()), name)
	}
}

// What a reader gets of an observation whose context has ended is the beginning of the sequence,
// and then the error, whatever the error is and whenever the reader comes.
func TestNoHoleBeforeAnError(t *testing.T) {
	for late, when := range map[string]time.Duration{"soon": time.Millisecond, "late": time.Minute} {
		for name, items := range map[string]func(ctx context.Context, cancel func()) <-chan rxgo.Item{
			"cancelled": func(ctx context.Context, cancel func()) <-chan rxgo.Item {
				ch := rx.Observable(numbers(8)).Observe(rxgo.WithContext(ctx), rxgo.WithBufferedChannel(3))
				time.AfterFunc(time.Millisecond, cancel)
				return ch
			},
			"failed": func(ctx context.Context, cancel func()) <-chan rxgo.Item {
				failing := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
					for i := range 3 {
						_ = emit(i)
					}
					cancel()
					return errBoom
				})
				return rx.Observable(failing).Observe(rxgo.WithContext(ctx), rxgo.WithBufferedChannel(3))
			},
			"a buffer of one": func(ctx context.Context, cancel func()) <-chan rxgo.Item {
				ch := rx.Observable(numbers(8)).Observe(rxgo.WithContext(ctx), rxgo.WithBufferedChannel(1))
				time.AfterFunc(time.Millisecond, cancel)
				return ch
			},
		} {
			t.Run(name+", "+late, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancel(t.Context())
					ch := items(ctx, cancel)
					<-time.After(when)
					synctest.Wait()
					n, errs := 0, 0
					for it := range ch {
						if it.E != nil {
							errs++
							continue
						}
						assert.Zero(t, errs)
						assert.Equal(t, n, it.V)
						n++
					}
					assert.Equal(t, 1, errs)
				})
			})
		}
	}
}

// A panic of a user's function neither ends the process nor disappears: it is an error where there
// is a function to tell, and in the log of slog.Default otherwise.
func TestPanicsOfObservers(t *testing.T) {
	good, bad := rx.Observable(rx.Just(1)), rx.Observable(rx.Fail[int](errBoom))
	boom := func() { panic("boom") }
	var told error
	hear := func(err error) { told = err }
	for name, c := range map[string]struct {
		use    func() rxgo.Disposed
		logged bool
	}{
		"ForEach, next":               {func() rxgo.Disposed { return good.ForEach(func(any) { boom() }, hear, nil) }, false},
		"ForEach, next, nobody hears": {func() rxgo.Disposed { return good.ForEach(func(any) { boom() }, nil, nil) }, true},
		"ForEach, completed":          {func() rxgo.Disposed { return good.ForEach(nil, hear, boom) }, true},
		"ForEach, error":              {func() rxgo.Disposed { return bad.ForEach(nil, func(error) { boom() }, nil) }, true},
		"DoOnNext":                    {func() rxgo.Disposed { return good.DoOnNext(func(any) { boom() }) }, true},
		"DoOnError":                   {func() rxgo.Disposed { return bad.DoOnError(func(error) { boom() }) }, true},
		"DoOnCompleted":               {func() rxgo.Disposed { return good.DoOnCompleted(boom) }, true},
		"Run": {func() rxgo.Disposed {
			return good.Map(func(context.Context, any) (any, error) { panic("boom") }).Run()
		}, true},
		"no panic": {func() rxgo.Disposed { return bad.Run() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			before := slog.Default()
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
			defer slog.SetDefault(before)
			told = nil
			<-c.use()
			if c.logged {
				assert.Contains(t, log.String(), "panic=boom")
				assert.Contains(t, log.String(), "stack=")
				return
			}
			assert.Empty(t, log.String())
			if name != "no panic" {
				var p *rx.PanicError
				require.ErrorAs(t, told, &p)
			}
		})
	}
}

// A published observable that is an argument has its observers from Observe on.
func TestPublishedArguments(t *testing.T) {
	sum := func(_ context.Context, a, b any) (any, error) { return a.(int)*100 + b.(int), nil }
	at := func(v any) time.Time { return time.Unix(int64(v.(int))*100, 0) }
	for name, c := range map[string]struct {
		use  func(o rxgo.Observable) rxgo.Observable
		want string
	}{
		"Zip with itself": {func(o rxgo.Observable) rxgo.Observable { return o.ZipFromIterable(o, sum) }, "101 202 303 |"},
		"Zip, further on": {func(o rxgo.Observable) rxgo.Observable {
			return o.Map(raise).ZipFromIterable(o.Filter(func(any) bool { return true }), sum).Map(raise)
		}, "101 202 303 |"},
		"StartWith itself": {func(o rxgo.Observable) rxgo.Observable { return o.StartWith(o) }, "1 2 3 1 2 3 |"},
		"Join with itself": {func(o rxgo.Observable) rxgo.Observable {
			return o.Join(sum, o, at, rxgo.WithDuration(time.Second))
		}, "101 202 303 |"},
		"the argument of another": {func(o rxgo.Observable) rxgo.Observable {
			return rx.Observable(rx.Just(7, 8, 9)).ZipFromIterable(o, sum)
		}, "701 802 903 |"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := rx.Observable(rx.Just(1, 2, 3), rxgo.WithPublishStrategy())
				items := c.use(o).Observe()
				synctest.Wait()
				_, dispose := o.Connect(t.Context())
				defer dispose()
				assert.Equal(t, c.want, transcript(items))
			})
		})
	}
}

// Every context that was given anywhere ends groups and their source.
func TestContextsEndGroups(t *testing.T) {
	odd := func(it rxgo.Item) int { return it.V.(int) % 2 }
	for name, groups := range map[string]func(o rxgo.Observable, opt rxgo.Option) ([]any, error){
		"of GroupBy":         func(o rxgo.Observable, opt rxgo.Option) ([]any, error) { return o.GroupBy(2, odd, opt).ToSlice(0) },
		"of the observation": func(o rxgo.Observable, opt rxgo.Option) ([]any, error) { return o.GroupBy(2, odd).ToSlice(0, opt) },
		"upstream": func(o rxgo.Observable, opt rxgo.Option) ([]any, error) {
			return o.Map(raise, opt).GroupBy(2, odd).ToSlice(0)
		},
		"downstream": func(o rxgo.Observable, opt rxgo.Option) ([]any, error) {
			return o.GroupBy(2, odd).Map(raise, opt).ToSlice(0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				var l ledger
				source := rx.Map(rx.Concat(l.stream(4, nil), ticking(100)), func(n int) any { return n })
				g, err := groups(rx.Observable(source), rxgo.WithContext(ctx))
				require.NoError(t, err)
				done := g[1].(rxgo.Observable).Run()
				items := g[0].(rxgo.Observable).Observe()
				<-time.After(5500 * time.Millisecond)
				cancel()
				synctest.Wait()
				l.balanced(t)
				var last rxgo.Item
				for last = range items {
				}
				require.ErrorIs(t, last.E, context.Canceled)
				<-done
			})
		})
	}
}

// The source of groups begins when each is observed, however often one of them is.
func TestAGroupObservedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, err := rx.Observable(numbers(4)).GroupBy(2, func(it rxgo.Item) int { return it.V.(int) % 2 }).ToSlice(0)
		require.NoError(t, err)
		even, odd := g[0].(rxgo.Observable), g[1].(rxgo.Observable)
		first, second := even.Observe(), even.Observe()
		synctest.Wait()
		third := odd.Observe()
		assert.Equal(t, "0 2 |", transcript(first))
		assert.Equal(t, "0 2 |", transcript(second))
		assert.Equal(t, "1 3 |", transcript(third))
	})
}

// The items of a user's channel are the user's: none is read after the observation has left.
func TestAChannelIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ch := make(chan rxgo.Item, 10)
		for i := range 10 {
			ch <- rxgo.Of(i)
		}
		o := rx.FromObservable[int](rxgo.FromChannel(ch))
		for want := range 3 {
			got, err := o.First(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, got)
			<-time.After(time.Second)
		}
		assert.Len(t, ch, 7)
	})
}

func TestTimeoutOfNothing(t *testing.T) {
	for _, d := range []time.Duration{0, -1} {
		ran := false
		source := rx.Defer(func() rx.Stream[int] { ran = true; return rx.Just(1) })
		items, err := source.Timeout(d).Collect(t.Context())
		var late *rx.TimeoutError
		require.ErrorAs(t, err, &late)
		assert.Empty(t, items)
		assert.False(t, ran)
	}
}

func TestEveryCapacityCanBeGiven(t *testing.T) {
	o := rx.Observable(rx.Just(1), rxgo.WithBufferedChannel(3))
	assert.Equal(t, 3, cap(o.Observe()))
	for _, n := range []int{1, 2, 127, 128, 129} {
		assert.Equal(t, n, cap(o.Observe(rxgo.WithBufferedChannel(n))))
	}
	assert.Equal(t, 1, cap(o.Observe(rxgo.WithBufferedChannel(0))))
	assert.Equal(t, 128, cap(rx.Observable(rx.Just(1)).Observe()))
}

// Functions and sources see the earliest deadline of all contexts of an observation.
func TestDeadlinesCanBeSeen(t *testing.T) {
	sooner, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	later, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
	defer cancel()
	plain, cancel := context.WithCancel(t.Context())
	defer cancel()
	want, _ := sooner.Deadline()
	for _, order := range [][]context.Context{{sooner, later, plain}, {later, plain, sooner}, {plain, sooner, later}} {
		var seen, inFunction time.Time
		source := rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
			seen, _ = ctx.Deadline()
			return emit(1)
		})
		err := rx.Observable(source, rxgo.WithContext(order[0])).Map(func(ctx context.Context, v any) (any, error) {
			inFunction, _ = ctx.Deadline()
			return v, nil
		}, rxgo.WithContext(order[1])).Error(rxgo.WithContext(order[2]))
		require.NoError(t, err)
		assert.Equal(t, want, seen)
		assert.Equal(t, want, inFunction)
	}
}

// A shared stream that is run inside its own callback would wait for itself.
func TestShareWithinItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := rx.FromSlice(make([]int, 500)).Share()
		_, err := rx.ConcatMap(shared, func(int) rx.Stream[int] { return shared }).Collect(t.Context())
		require.ErrorContains(t, err, "inside the callback of the same shared stream")
		err = rx.Observable(shared).Map(func(ctx context.Context, _ any) (any, error) {
			_, err := shared.Count(ctx)
			return nil, err
		}).Error()
		require.ErrorContains(t, err, "inside the callback of the same shared stream")
		other := rx.FromSlice(make([]int, 500)).Share()
		n, err := rx.ConcatMap(shared.Take(3), func(int) rx.Stream[int] { return other }).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1500), n)
	})
}
