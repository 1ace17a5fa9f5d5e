package rx_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

// ticking emits 0, 1, … n-1, one a second.
func ticking(n int) rx.Stream[int] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
		for i := range n {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return rx.ContextError(ctx)
			}
			if err := emit(i); err != nil {
				return err
			}
		}
		return nil
	})
}

// terminals run a stream of a hundred items under ctx and tell whether it was reported as complete.
var terminals = map[string]func(ctx context.Context, s rx.Stream[int]) error{
	"ForEach": func(ctx context.Context, s rx.Stream[int]) error {
		return s.ForEach(ctx, func(int) error { return nil })
	},
	"Collect": func(ctx context.Context, s rx.Stream[int]) error { _, err := s.Collect(ctx); return err },
	"Count":   func(ctx context.Context, s rx.Stream[int]) error { _, err := s.Count(ctx); return err },
	"Reduce": func(ctx context.Context, s rx.Stream[int]) error {
		_, err := rx.Reduce(ctx, s, 0, func(a, n int) int { return a + n })
		return err
	},
	"First of the last": func(ctx context.Context, s rx.Stream[int]) error {
		_, err := s.Skip(99).First(ctx)
		return err
	},
	"SendTo": func(ctx context.Context, s rx.Stream[int]) error { return s.SendTo(ctx, make(chan int, 100)) },
	"All": func(ctx context.Context, s rx.Stream[int]) (last error) {
		for _, err := range s.All(ctx) {
			last = err
		}
		return last
	},
	"ToSlice": func(ctx context.Context, s rx.Stream[int]) error {
		_, err := rx.Observable(s).ToSlice(0, rxgo.WithContext(ctx))
		return err
	},
	"Error": func(ctx context.Context, s rx.Stream[int]) error {
		return rx.Observable(s).Error(rxgo.WithContext(ctx))
	},
	"Last": func(ctx context.Context, s rx.Stream[int]) error {
		_, err := rx.Observable(s).Last().Get(rxgo.WithContext(ctx))
		return err
	},
	"Observe": func(ctx context.Context, s rx.Stream[int]) (last error) {
		for it := range rx.Observable(s).Observe(rxgo.WithContext(ctx)) {
			last = it.E
		}
		return last
	},
	"FromObservable": func(ctx context.Context, s rx.Stream[int]) error {
		_, err := rx.FromObservable[int](rx.Observable(s, rxgo.WithContext(ctx))).Collect(context.Background())
		return err
	},
}

// crews run f on goroutines of theirs, under a context that ends when their consumer has enough.
var crews = map[string]func(f func(context.Context, int) (int, error)) rx.Stream[int]{
	"ParallelMap": func(f func(context.Context, int) (int, error)) rx.Stream[int] {
		return rx.ParallelMap(rx.Just(1, 2), 2, f)
	},
	"Prefetch": func(f func(context.Context, int) (int, error)) rx.Stream[int] {
		return rx.TryMap(rx.Just(1, 2), f).Prefetch(1)
	},
	"MergeMap": func(f func(context.Context, int) (int, error)) rx.Stream[int] {
		return rx.MergeMap(rx.Just(1, 2), 2, func(n int) rx.Stream[int] {
			return rx.Call(func(ctx context.Context) (int, error) { return f(ctx, n) })
		})
	},
	"Merge within Prefetch": func(f func(context.Context, int) (int, error)) rx.Stream[int] {
		call := func(n int) rx.Stream[int] {
			return rx.Call(func(ctx context.Context) (int, error) { return f(ctx, n) })
		}
		return rx.Merge(call(1), call(2)).Prefetch(3)
	},
	"BufferTime": func(f func(context.Context, int) (int, error)) rx.Stream[int] {
		return rx.Map(rx.BufferTime(rx.TryMap(rx.Just(1, 2), f), 1, time.Hour), func(b []int) int { return b[0] })
	},
	"Share": func(f func(context.Context, int) (int, error)) rx.Stream[int] {
		return rx.TryMap(rx.Just(1, 2), f).Share()
	},
	"Map with a pool": func(f func(context.Context, int) (int, error)) rx.Stream[int] {
		return rx.FromObservable[int](rx.Observable(rx.Just(1, 2)).Map(func(ctx context.Context, v any) (any, error) {
			return f(ctx, v.(int))
		}, rxgo.WithPool(2)))
	},
}

// A run in a function of somebody else's pipeline is cancelled when that one's consumer has had
// enough: it has no end of its own then, and is never complete.
func TestForeignStopIsNoCompletion(t *testing.T) {
	for crew, pipeline := range crews {
		for terminal, run := range terminals {
			t.Run(crew+"/"+terminal, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var inner error
					f := func(ctx context.Context, n int) (int, error) {
						if n == 1 {
							<-time.After(5500 * time.Millisecond)
							return n, nil
						}
						inner = run(ctx, ticking(100))
						return n, inner
					}
					got, err := pipeline(f).Take(1).Collect(t.Context())
					require.NoError(t, err)
					assert.Equal(t, []int{1}, got)
					if crew != "ParallelMap" || inner != nil { // whether the second call began depends on the crew
						require.ErrorIs(t, inner, context.Canceled)
						assert.ErrorContains(t, inner, "consumer of the pipeline around it has had enough")
						assert.False(t, rx.Stopped(inner))
					}
				})
			})
		}
	}
}

// The error of a source that happens to wrap the stop of an earlier run is a failure.
func TestOldStopIsAFailure(t *testing.T) {
	var old error
	_, err := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		old = emit(1)
		return old
	}).Take(1).Collect(t.Context())
	require.NoError(t, err)
	require.True(t, rx.Stopped(old))
	for name, run := range terminals {
		for how, end := range map[string]error{"as it is": old, "wrapped": fmt.Errorf("gone: %w", old)} {
			require.ErrorIs(t, run(t.Context(), rx.Fail[int](end)), old, "%s, %s", name, how)
		}
	}
}

// owing is a source that fails with errBoom at what it still has to do behind a stop.
func owing() rx.Stream[int] {
	return rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		for i := 0; ; i++ {
			if err := emit(i); err != nil {
				return rx.AfterStop(errBoom)
			}
		}
	})
}

// waiting is a source that is not in emit when its consumer has had enough.
func waiting() rx.Stream[int] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
		if err := emit(0); err != nil {
			return rx.AfterStop(errBoom)
		}
		<-ctx.Done()
		if rx.ContextStop(ctx) != nil {
			return rx.AfterStop(errBoom)
		}
		return rx.ContextError(ctx)
	})
}

func TestFailureBehindAStopIsReported(t *testing.T) {
	id := func(_ context.Context, v any) (any, error) { return v, nil }
	first := func(_ context.Context, a, _ any) (any, error) { return a, nil }
	earlier := func(o rxgo.Observable) rxgo.Observable { return o.ZipFromIterable(rx.Observable(rx.Just(1)), first) }
	operators := map[string]func(s rx.Stream[int]) rx.Stream[int]{
		"none":        func(s rx.Stream[int]) rx.Stream[int] { return s },
		"Prefetch":    func(s rx.Stream[int]) rx.Stream[int] { return s.Prefetch(1) },
		"two of them": func(s rx.Stream[int]) rx.Stream[int] { return s.Prefetch(1).Prefetch(1) },
		"Share":       func(s rx.Stream[int]) rx.Stream[int] { return s.Share() },
		"MergeMap": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.MergeMap(rx.Just(1), 1, func(int) rx.Stream[int] { return s })
		},
		"ParallelMap": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.ParallelMap(s, 2, func(_ context.Context, n int) (int, error) { return n, nil })
		},
		"BufferTime": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.Map(rx.BufferTime(s, 1, time.Hour), func(b []int) int { return b[0] })
		},
		"ForEach within New": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error { return s.ForEach(ctx, emit) })
		},
		"Using": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.Using(func(context.Context) (int, error) { return 0, nil },
				func(int) rx.Stream[int] { return s }, func(int, error) error { return nil })
		},
		"Map with a pool": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.FromObservable[int](rx.Observable(s).Map(id, rxgo.WithPool(2)))
		},
		"Zip, first": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.FromObservable[int](rx.Observable(s).ZipFromIterable(rx.Observable(rx.Just(1, 2)), first))
		},
		"Zip, second": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.FromObservable[int](rx.Observable(rx.Just(1, 2)).ZipFromIterable(rx.Observable(s), first))
		},
		"Zip, the other is shorter": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.FromObservable[int](earlier(rx.Observable(s)))
		},
		"Join": func(s rx.Stream[int]) rx.Stream[int] {
			at := func(v any) time.Time { return time.Unix(int64(v.(int)), 0) }
			return rx.FromObservable[int](rx.Observable(rx.Just(0, 1)).
				Join(first, rx.Observable(s), at, rxgo.WithDuration(time.Second)))
		},
		"Sample": func(s rx.Stream[int]) rx.Stream[int] {
			return rx.FromObservable[int](rx.Observable(s).Sample(rx.Observable(ticking(5))))
		},
	}
	for name, op := range operators {
		for kind, source := range map[string]rx.Stream[int]{"in emit": owing(), "waiting": waiting()} {
			crewless := name == "none" || name == "Using" || name == "ForEach within New" || name == "Join" || name[0] == 'Z'
			if kind == "waiting" && crewless {
				continue // it would be in emit
			}
			if kind == "in emit" && name == "Sample" {
				continue // it never waits, so that the bubble's clock would stand still
			}
			t.Run(name+"/"+kind, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					_, err := op(source).Take(1).Collect(t.Context())
					assert.Equal(t, errBoom, err, "and not marked any more")
					_, err = op(source).First(t.Context())
					assert.Equal(t, errBoom, err)
				})
			})
		}
	}
}

// Of two sources that fail behind the same stop both are reported.
func TestSeveralFailuresBehindAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := errors.New("other")
		second := rx.New(func(ctx context.Context, _ rx.Demand, _ func(int) error) error {
			<-ctx.Done()
			return rx.AfterStop(other)
		})
		later := rx.Defer(func() rx.Stream[int] {
			<-time.After(time.Second) // the second source waits by then
			return waiting()
		})
		_, err := rx.Merge(later, second).Take(1).Collect(t.Context())
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, other)
	})
}

// A source that runs on a goroutine of a crew gets the very stop of its consumer, in emit and by
// its context, through any number of crews.
func TestStopReachesTheSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var byContext, inEmit error
		source := rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
			_ = emit(1)
			<-ctx.Done()
			byContext = rx.ContextStop(ctx)
			inEmit = emit(2)
			return inEmit
		})
		_, err := source.Prefetch(1).Prefetch(1).Take(1).Collect(t.Context())
		require.NoError(t, err)
		assert.True(t, rx.Stopped(byContext))
		assert.Same(t, byContext, inEmit)
	})
}

func TestContextStopIsOfTheOwnRunOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var within error
		f := func(ctx context.Context, n int) (int, error) {
			if n == 1 {
				return 1, nil
			}
			return 0, rx.New(func(ctx context.Context, _ rx.Demand, _ func(int) error) error {
				<-ctx.Done()
				within = rx.ContextStop(ctx)
				return rx.ContextError(ctx)
			}).ForEach(ctx, func(int) error { return nil })
		}
		_, err := rx.TryMap(rx.Just(1, 2), f).Prefetch(1).Take(1).Collect(t.Context())
		require.NoError(t, err)
		assert.NoError(t, within)
		assert.NoError(t, rx.ContextStop(t.Context()))
	})
}

func TestUnstopped(t *testing.T) {
	type key struct{}
	// finishing is a source that owes five seconds of work, and says how that ended.
	finishing := func(outcome *error) rx.Stream[int] {
		return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
			_ = emit(1)
			<-ctx.Done()
			rest, release := rx.Unstopped(ctx)
			defer release()
			if rest.Value(key{}) != "value" {
				return errBoom
			}
			select {
			case <-time.After(5 * time.Second):
				*outcome = nil
			case <-rest.Done():
				*outcome = rx.ContextError(rest)
			}
			return rx.AfterStop(*outcome)
		})
	}
	consumers := map[string]struct {
		consume func(ctx context.Context, s rx.Stream[int]) error
		want    error
	}{
		"a stop": {func(ctx context.Context, s rx.Stream[int]) error {
			_, err := s.Prefetch(1).Prefetch(1).Take(1).Collect(ctx)
			return err
		}, nil},
		"the end of the context behind it": {func(ctx context.Context, s rx.Stream[int]) error {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_, err := s.Prefetch(1).Prefetch(1).Take(1).Collect(ctx)
			return err
		}, context.DeadlineExceeded},
		"a stop that two observers share": {func(ctx context.Context, s rx.Stream[int]) error {
			shared := s.Share()
			_, err := rx.Merge(shared, shared).Take(1).Collect(ctx)
			return err
		}, nil},
		"a deadline between the source and the crew": {func(ctx context.Context, s rx.Stream[int]) error {
			limited := rx.Operator(func(ctx context.Context, d rx.Demand, emit func(int) error) error {
				ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
				defer cancel()
				return s.Run(ctx, d, emit)
			})
			_, err := limited.Prefetch(1).Take(1).Collect(ctx)
			return err
		}, context.DeadlineExceeded},
		"a failure of the consumer": {func(ctx context.Context, s rx.Stream[int]) error {
			err := s.Prefetch(1).ForEach(ctx, func(int) error { return errBoom })
			assert.Equal(t, errBoom, err)
			return errBoom
		}, errBoom},
		"a stop far away": {func(ctx context.Context, s rx.Stream[int]) error {
			return rx.TryMap(rx.Just(1, 2), func(ctx context.Context, n int) (int, error) {
				if n == 1 {
					return n, nil
				}
				return 0, s.Prefetch(1).ForEach(ctx, func(int) error { return nil })
			}).Prefetch(1).Take(1).ForEach(ctx, func(int) error { <-time.After(time.Second); return nil })
		}, context.Canceled},
	}
	for name, c := range consumers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outcome := errors.New("not run")
				err := c.consume(context.WithValue(t.Context(), key{}, "value"), finishing(&outcome))
				require.ErrorIs(t, outcome, c.want)
				if name != "a stop far away" { // whose consumer is satisfied
					require.ErrorIs(t, err, c.want)
				}
			})
		})
	}
	rest, release := rx.Unstopped(t.Context())
	defer release()
	assert.Equal(t, t.Context(), rest, "without a crew there is nothing to add")
}

func ExampleContextStop() {
	source := rx.New(func(ctx context.Context, _ rx.Demand, emit func(string) error) error {
		if err := emit("a row"); err != nil {
			return err
		}
		<-ctx.Done() // the next row does not come
		fmt.Println("stopped:", rx.ContextStop(ctx) != nil)
		return rx.ContextError(ctx)
	})
	first, err := source.Prefetch(1).First(context.Background())
	fmt.Println(first, err)
	// Output:
	// stopped: true
	// a row <nil>
}

func ExampleUnstopped() {
	transaction := rx.New(func(ctx context.Context, _ rx.Demand, emit func(string) error) error {
		err := emit("a row")
		if rest, release := rx.Unstopped(ctx); err == nil || rx.Stopped(err) {
			defer release()
			fmt.Println("commit:", rest.Err())
		}
		return err
	})
	first, err := transaction.Prefetch(1).First(context.Background())
	fmt.Println(first, err)
	// Output:
	// commit: <nil>
	// a row <nil>
}

// The failure behind a stop that an operator within has made is the failure of the groups, too.
func TestGroupsGetTheFailureBehindAStop(t *testing.T) {
	sources := map[string]rx.Stream[int]{
		"in order":     owing().Take(2),
		"on two ends":  owing().Prefetch(1).Take(2),
		"from a share": owing().Share().Take(2),
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			key := func(it rxgo.Item) string { return fmt.Sprint(it.V) }
			groups := rx.Observable(source).GroupByDynamic(key)
			_, err := groups.FlatMap(func(it rxgo.Item) rxgo.Observable { return it.V.(rxgo.GroupedObservable) }).ToSlice(0)
			assert.ErrorIs(t, err, errBoom)
		})
	}
}

// A source that marks all its failures, as one that writes does, adds nothing to the failure of
// another that has cancelled it.
func TestACancelledNeighborIsNoCause(t *testing.T) {
	for name, merge := range map[string]func(a, b rx.Stream[int]) rx.Stream[int]{
		"Merge":             func(a, b rx.Stream[int]) rx.Stream[int] { return rx.Merge(a, b) },
		"Merge of Prefetch": func(a, b rx.Stream[int]) rx.Stream[int] { return rx.Merge(a.Prefetch(1), b.Prefetch(1)) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failing := rx.New(func(context.Context, rx.Demand, func(int) error) error {
					<-time.After(time.Second)
					return rx.AfterStop(errBoom)
				})
				cancelled := rx.New(func(ctx context.Context, _ rx.Demand, _ func(int) error) error {
					<-ctx.Done()
					return rx.AfterStop(rx.ContextError(ctx))
				})
				_, err := merge(failing, cancelled).Collect(t.Context())
				require.ErrorIs(t, err, errBoom)
				assert.NotErrorIs(t, err, context.Canceled)
			})
		})
	}
}
