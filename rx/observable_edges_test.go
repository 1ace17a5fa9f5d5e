package rx_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

// goesOn are the uses that report an error and go on: they read the items, and are no operators.
var goesOn = map[string]bool{"Errors": true, "ForEach": true, "Observe": true}

func TestAnErrorItemEndsEveryMethodAsAFailureDoes(t *testing.T) {
	for name, rows := range conformance {
		if goesOn[name] {
			continue
		}
		for _, row := range rows {
			t.Run(name+" "+row.name, func(t *testing.T) {
				for _, beginning := range [][]any{{}, {1, 2}} {
					failing := append(beginning[:len(beginning):len(beginning)], errBoom)
					items := append(failing[:len(failing):len(failing)], 4)
					want := within(t, func() outcome { return row.use(ours(failing)) })
					assert.Equal(t, want, within(t, func() outcome { return row.use(withErrors(items...)) }))
				}
			})
		}
	}
}

func TestAPoolGetsNothingBehindAnErrorItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var behind atomic.Int32
		err := withErrors(1, errBoom, 2, 3, 4).Map(func(_ context.Context, v any) (any, error) {
			if v.(int) > 1 {
				behind.Add(1)
			}
			<-time.After(time.Second)
			return v, nil
		}, rxgo.WithPool(3)).Error()
		require.ErrorIs(t, err, errBoom)
		assert.Zero(t, behind.Load())
	})
}

// TestWithinItself observes shared sources of every kind in their own callbacks.
func TestWithinItself(t *testing.T) {
	many := rx.FromSlice(make([]int, 500))
	nest := func(o rxgo.Observable) <-chan rxgo.Item {
		return o.FlatMap(func(rxgo.Item) rxgo.Observable { return o }).Observe()
	}
	for name, observe := range map[string]func(t *testing.T) <-chan rxgo.Item{
		"published": func(t *testing.T) <-chan rxgo.Item {
			o := rx.Observable(many, rxgo.WithPublishStrategy())
			items := nest(o)
			o.Connect(t.Context())
			return items
		},
		"group": func(t *testing.T) <-chan rxgo.Item {
			g, err := rx.Observable(many).GroupBy(1, func(rxgo.Item) int { return 0 }).ToSlice(1)
			require.NoError(t, err)
			return nest(g[0].(rxgo.Observable))
		},
		"shared": func(*testing.T) <-chan rxgo.Item { return nest(rx.Observable(many.Share())) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for it := range observe(t) {
					require.ErrorContains(t, it.E, "inside the callback of the same shared")
				}
			})
		})
	}
}

func TestAShareThatDropsCanBeRunWithinItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := ticking(300).Share(rx.ShareDrop())
		n, err := rx.ConcatMap(shared.Take(1), func(int) rx.Stream[int] { return shared.Take(200) }).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(200), n)
	})
}

// TestFunctionsTakeNoSeatOfAnArgument has a function that observes what is also an argument: the
// argument keeps its seat, and misses nothing.
func TestFunctionsTakeNoSeatOfAnArgument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := rx.Observable(rx.Just(1, 2, 3), rxgo.WithPublishStrategy())
		beginning := rx.Observable(rx.Just(7)).FlatMap(func(rxgo.Item) rxgo.Observable { return o.Take(1) })
		pair := func(_ context.Context, a, b any) (any, error) { return a.(int)*10 + b.(int), nil }
		items := beginning.ZipFromIterable(o, pair).Observe()
		synctest.Wait()
		_, dispose := o.Connect(t.Context())
		defer dispose()
		assert.Equal(t, "11 |", transcript(items))
	})
}

func TestACancelledRunTakesNothingOfAChannel(t *testing.T) {
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		ch := make(chan rxgo.Item, 10)
		for i := range 10 {
			ch <- rxgo.Of(i)
		}
		err := rx.FromObservable[int](rxgo.FromChannel(ch)).ForEach(ctx, func(int) error {
			cancel()
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Len(t, ch, 9)
	}
}

func TestPublishedArgumentsOfSampleAndSequenceEqual(t *testing.T) {
	for name, c := range map[string]struct {
		use  func(o rxgo.Observable) rxgo.Iterable
		want string
	}{
		"Sample": {func(o rxgo.Observable) rxgo.Iterable {
			return rx.Observable(ticking(9)).Sample(o.Map(func(_ context.Context, v any) (any, error) {
				<-time.After(time.Millisecond) // the items come first
				return v, nil
			}))
		}, "0 1 2 |"},
		"SequenceEqual": {func(o rxgo.Observable) rxgo.Iterable { return o.SequenceEqual(o) }, "true |"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := rx.Observable(ticking(3), rxgo.WithPublishStrategy())
				items := c.use(o).Observe()
				synctest.Wait()
				_, dispose := o.Connect(t.Context())
				defer dispose()
				assert.Equal(t, c.want, transcript(items))
			})
		})
	}
}

func TestGroupsOfAPublishedSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := rx.Observable(rx.Just(1, 2, 3), rxgo.WithPublishStrategy())
		g, err := o.GroupBy(2, func(it rxgo.Item) int { return it.V.(int) % 2 }).ToSlice(2)
		require.NoError(t, err)
		even, odd := g[0].(rxgo.Observable).Observe(), g[1].(rxgo.Observable).Observe()
		synctest.Wait()
		_, dispose := o.Connect(t.Context())
		defer dispose()
		assert.Equal(t, "2 |", transcript(even))
		assert.Equal(t, "1 3 |", transcript(odd))
	})
}

// TestAnArgumentTooFarBehind has one place of a published source more than a buffer behind the
// other: the source waits, and the context ends that.
func TestAnArgumentTooFarBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		o := rx.Observable(numbers(500), rxgo.WithPublishStrategy())
		disposed := o.StartWith(o).ForEach(nil, func(err error) {
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}, func() { t.Error("complete without the second half") }, rxgo.WithContext(ctx))
		_, dispose := o.Connect(t.Context())
		defer dispose()
		<-disposed
	})
}
