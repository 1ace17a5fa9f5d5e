package rx_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

// ahead are operators that let their source come to its end before the consumer has taken an item.
var ahead = map[string]func(s rx.Stream[int]) rx.Stream[int]{
	"Prefetch":        func(s rx.Stream[int]) rx.Stream[int] { return s.Prefetch(9) },
	"two of them":     func(s rx.Stream[int]) rx.Stream[int] { return s.Prefetch(9).Prefetch(9) },
	"Prefetch, Merge": func(s rx.Stream[int]) rx.Stream[int] { return rx.Merge(s.Prefetch(9)) },
	"Share":           func(s rx.Stream[int]) rx.Stream[int] { return s.Share() },
	"ParallelMap": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.ParallelMap(s, 9, func(_ context.Context, n int) (int, error) { return n, nil })
	},
	"Map with a pool": func(s rx.Stream[int]) rx.Stream[int] {
		id := func(_ context.Context, v any) (any, error) { return v, nil }
		return rx.FromObservable[int](rx.Observable(s).Map(id, rxgo.WithPool(9)))
	},
	"Zip, second": func(s rx.Stream[int]) rx.Stream[int] {
		first := func(_ context.Context, a, _ any) (any, error) { return a, nil }
		right := rx.Observable(s.Prefetch(9))
		return rx.FromObservable[int](rx.Observable(rx.Just(0, 1, 2)).ZipFromIterable(right, first))
	},
}

// failing emits three items and fails with err.
func failing(err error) rx.Stream[int] { return rx.Concat(rx.Just(0, 1, 2), rx.Fail[int](err)) }

// A consumer that was satisfied after its source had failed hears of the failure if the source says
// that it has to, and of no other.
func TestFailureAheadOfAStop(t *testing.T) {
	for name, op := range ahead {
		for kind, c := range map[string]struct{ failure, want error }{
			"owed":    {rx.AfterStop(errBoom), errBoom},
			"wrapped": {rx.AfterStop(fmt.Errorf("closing: %w", errBoom)), errBoom},
			"plain":   {errBoom, nil},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					slow := rx.TryMap(op(failing(c.failure)), func(_ context.Context, n int) (int, error) {
						<-time.After(time.Second) // the source has ended by then
						return n, nil
					})
					got, err := slow.Take(3).Collect(t.Context())
					assert.Equal(t, []int{0, 1, 2}, got)
					require.ErrorIs(t, err, c.want)
					_, marked := rx.Unmark(err)
					assert.False(t, marked)
				})
			})
		}
	}
}

// Where nobody stops, an error that is marked is like any other: behind the items, and bare.
func TestMarkedErrorOfARunThatIsNotStopped(t *testing.T) {
	operators := map[string]func(s rx.Stream[int]) rx.Stream[int]{
		"none": func(s rx.Stream[int]) rx.Stream[int] { return s },
		"Sample": func(s rx.Stream[int]) rx.Stream[int] {
			spaced := rx.TryMap(s, func(_ context.Context, n int) (int, error) {
				<-time.After(time.Second)
				return n, nil
			})
			later := rx.Concat(rx.TryMap(rx.Just(0), func(context.Context, int) (int, error) {
				<-time.After(1500 * time.Millisecond)
				return 0, nil
			}), ticking(9))
			return rx.FromObservable[int](rx.Observable(spaced).Sample(rx.Observable(later)))
		},
		"GroupByDynamic": func(s rx.Stream[int]) rx.Stream[int] {
			groups := rx.Observable(s).GroupByDynamic(func(rxgo.Item) string { return "one" })
			within := func(g rxgo.GroupedObservable) rx.Stream[int] { return rx.FromObservable[int](g) }
			return rx.MergeMap(rx.FromObservable[rxgo.GroupedObservable](groups), 1, within)
		},
		"Retry": func(s rx.Stream[int]) rx.Stream[int] {
			return s.Retry(func(error, int) (time.Duration, bool) { return 0, false })
		},
		"Buffer": func(s rx.Stream[int]) rx.Stream[int] { return rx.ConcatMap(rx.Buffer(s, 2), rx.FromSlice[int]) },
	}
	for name, op := range ahead {
		operators[name] = op
	}
	for name, op := range operators {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := op(failing(rx.AfterStop(errBoom))).Collect(t.Context())
				assert.Equal(t, errBoom, err)
				if name != "Sample" && name != "GroupByDynamic" { // the end of the groups does not wait for the groups
					assert.Equal(t, []int{0, 1, 2}, got)
				}
			})
		})
	}
}

// A function that deals with errors gets them without the mark.
func TestFunctionsGetErrorsUnmarked(t *testing.T) {
	failed := rx.Fail[int](rx.AfterStop(errBoom))
	handlers := map[string]func(note func(error)) error{
		"OnErrorResume": func(note func(error)) error {
			return failed.OnErrorResume(func(err error) rx.Stream[int] {
				note(err)
				return rx.Empty[int]()
			}).ForEach(t.Context(), func(int) error { return nil })
		},
		"OnErrorReturn": func(note func(error)) error {
			return rx.Observable(failed).OnErrorReturn(func(err error) any { note(err); return 0 }).Error()
		},
		"Using": func(note func(error)) error {
			acquire := func(context.Context) (int, error) { return 0, nil }
			use := func(int) rx.Stream[int] { return failed }
			release := func(_ int, end error) error { note(end); return nil }
			_, err := rx.Using(acquire, use, release).Count(t.Context())
			assert.Equal(t, errBoom, err)
			return nil
		},
		"Retry": func(note func(error)) error {
			attempts := 0
			_, err := rx.Defer(func() rx.Stream[int] {
				if attempts++; attempts == 1 {
					return failed
				}
				return rx.Just(1)
			}).Retry(func(err error, _ int) (time.Duration, bool) { note(err); return 0, true }).Collect(t.Context())
			return err
		},
	}
	for name, run := range handlers {
		t.Run(name, func(t *testing.T) {
			var got error
			require.NoError(t, run(func(err error) { got = err }))
			assert.Equal(t, errBoom, got)
		})
	}
}

// A write that has failed and waits to be tried again is not made where its consumer has enough
// meanwhile, and that is reported. A read that waits is given up.
func TestAStopDuringTheDelayOfARetry(t *testing.T) {
	for kind, c := range map[string]struct{ failure, want error }{
		"owed": {rx.AfterStop(errBoom), errBoom}, "plain": {errBoom, nil},
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				later := func(error, int) (time.Duration, bool) { return time.Hour, true }
				got, err := rx.Merge(rx.Fail[int](c.failure).Retry(later), ticking(9)).Take(2).Collect(t.Context())
				assert.Equal(t, []int{0, 1}, got)
				assert.Equal(t, c.want, err)
			})
		})
	}
}

// What wraps a marked error is part of it.
func TestAWrappedMarkKeepsWhatWrapsIt(t *testing.T) {
	wrapping := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		_ = emit(1)
		return fmt.Errorf("closing: %w", rx.AfterStop(errBoom))
	})
	for name, s := range map[string]rx.Stream[int]{"alone": wrapping, "in a crew": wrapping.Prefetch(1)} {
		_, err := s.First(t.Context())
		assert.EqualError(t, err, "closing: "+errBoom.Error(), name)
	}
}

func ExampleUnmark() {
	failed := rx.AfterStop(context.DeadlineExceeded)
	bare, marked := rx.Unmark(failed)
	fmt.Println(bare == context.DeadlineExceeded, marked)
	_, marked = rx.Unmark(bare)
	fmt.Println(marked)
	// Output:
	// true true
	// false
}
