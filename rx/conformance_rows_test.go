package rx_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/reactivex/rxgo/v2"
)

var (
	small  = func(v any) bool { return v.(int) < 3 }
	isTwo  = func(v any) bool { return v == 2 }
	never  = func(any) bool { return false }
	anHour = rxgo.WithDuration(time.Hour)
	// roomy keeps the goroutines of RxGo's sources from waiting for ever in operators that observe
	// without a context.
	roomy = rxgo.WithBufferedChannel(8)
)

// observing is a row's use of an operator whose result is observed.
func observing[O rxgo.Iterable](f func(o rxgo.Observable, opts ...rxgo.Option) O) func(rxgo.Observable, ...rxgo.Option) outcome {
	return func(o rxgo.Observable, opts ...rxgo.Option) outcome { return read(f(o, opts...)) }
}

// getting is a row's use of an operator whose result is got.
func getting[G interface {
	Get(opts ...rxgo.Option) (rxgo.Item, error)
}](f func(o rxgo.Observable, opts ...rxgo.Option) G) func(rxgo.Observable, ...rxgo.Option) outcome {
	return func(o rxgo.Observable, opts ...rxgo.Option) outcome { return got(f(o, opts...).Get()) }
}

// as changes the type of the items before the operator under test.
func as[N int8 | int16 | int32 | int64 | float32 | float64](o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
	return o.Map(func(_ context.Context, v any) (any, error) { return N(v.(int)), nil }, opts...)
}

// flat reads an observable of observables; each inner one is read when it comes.
func flat(o rxgo.Observable, opts ...rxgo.Option) outcome {
	var (
		wg  sync.WaitGroup
		mu  sync.Mutex
		all outcome
	)
	for it := range o.Observe() {
		switch inner := it.V.(type) {
		case nil:
			mu.Lock()
			all = append(all, text(it.E))
			mu.Unlock()
		case rxgo.Iterable:
			name := ""
			if g, ok := it.V.(rxgo.GroupedObservable); ok {
				name = g.Key
			}
			wg.Go(func() {
				for _, s := range read(inner, opts...) {
					mu.Lock()
					all = append(all, name+s)
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	return sorted(all)
}

func at(v any) time.Time { return time.Unix(int64(v.(int)), 0) }

var conformance = map[string][]useRow{
	"All": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.All(small, opts...) })}},
	"AverageFloat32": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
		return as[float32](o, opts...).AverageFloat32(opts...)
	}), deviates: map[string]outcome{"empty": {"float32 0"}}}},
	"AverageFloat64": {
		{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
			return as[float64](o, opts...).AverageFloat64(opts...)
		}), deviates: map[string]outcome{"empty": {"float64 0"}}},
		{name: "of ints", use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.AverageFloat64(opts...) }), deviates: map[string]outcome{"empty": {"float64 0"}}},
	},
	"AverageInt": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.AverageInt(opts...) })}},
	"AverageInt8": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
		return as[int8](o, opts...).AverageInt8(opts...)
	}), deviates: map[string]outcome{"empty": {"int8 0"}}}},
	"AverageInt16": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
		return as[int16](o, opts...).AverageInt16(opts...)
	}), deviates: map[string]outcome{"empty": {"int16 0"}}}},
	"AverageInt32": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
		return as[int32](o, opts...).AverageInt32(opts...)
	}), deviates: map[string]outcome{"empty": {"int32 0"}}}},
	"AverageInt64": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
		return as[int64](o, opts...).AverageInt64(opts...)
	}), deviates: map[string]outcome{"empty": {"int64 0"}}}},
	"BackOffRetry": {{
		use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			return o.BackOffRetry(backoff.WithMaxRetries(&backoff.ZeroBackOff{}, 1), opts...)
		}),
		deviates: map[string]outcome{"failing": {"int 1", "int 2", "error boom"}},
	}},
	"BufferWithCount": {{
		use:      observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.BufferWithCount(3, opts...) }),
		deviates: map[string]outcome{"failing": {"[]interface {} [1 2]", "error boom"}},
	}},
	"BufferWithTime": {{
		use:      observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.BufferWithTime(anHour, opts...) }),
		deviates: map[string]outcome{"failing": {"[]interface {} [1 2]", "error boom"}},
	}},
	"BufferWithTimeOrCount": {{
		use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			return o.BufferWithTimeOrCount(anHour, 2, opts...)
		}),
		unstable: true,
		deviates: map[string]outcome{
			"empty": {}, "one": {"[]interface {} [1]"}, "several": {"[]interface {} [3 1]", "[]interface {} [1 2]", "[]interface {} [3]"},
			"failing": {"[]interface {} [1 2]", "error boom"}, "error": {"error boom"},
		},
	}},
	"Connect": {{
		name: "without WithPublishStrategy it does nothing",
		use: func(o rxgo.Observable, _ ...rxgo.Option) outcome {
			ctx, dispose := o.Connect(context.Background())
			dispose()
			return outcome{text(ctx.Err())}
		},
	}},
	"Contains": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.Contains(isTwo, opts...) })}},
	"Count": {{
		use:      getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.Count(opts...) }),
		deviates: map[string]outcome{"failing": {"error boom"}, "error": {"error boom"}},
	}},
	"Debounce": {{
		use:      observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Debounce(anHour, opts...) }),
		deviates: map[string]outcome{"one": {"int 1"}, "several": {"int 3"}, "failing": {"int 2", "error boom"}},
	}},
	"DefaultIfEmpty": {{
		use:      observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.DefaultIfEmpty(9, opts...) }),
		deviates: map[string]outcome{"error": {"error boom"}},
	}},
	"Distinct": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Distinct(echo, opts...) })}},
	"DistinctUntilChanged": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.DistinctUntilChanged(echo, opts...)
	})}},
	"DoOnCompleted": {{use: func(o rxgo.Observable, opts ...rxgo.Option) (calls outcome) {
		<-o.DoOnCompleted(func() { calls = append(calls, "completed") }, opts...)
		return calls
	}}},
	"DoOnError": {{use: func(o rxgo.Observable, opts ...rxgo.Option) (calls outcome) {
		<-o.DoOnError(func(err error) { calls = append(calls, text(err)) }, opts...)
		return calls
	}}},
	"DoOnNext": {{use: func(o rxgo.Observable, opts ...rxgo.Option) (calls outcome) {
		<-o.DoOnNext(func(v any) { calls = append(calls, text(v)) }, opts...)
		return calls
	}}},
	"ElementAt": {
		{name: "0", use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.ElementAt(0, opts...) }), deviates: map[string]outcome{
			"empty": {"error rx: ElementAt: index 0, but there are 0 items: illegal input: "},
		}},
		{name: "4", use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.ElementAt(4, opts...) }), deviates: map[string]outcome{
			"empty": {"error rx: ElementAt: index 4, but there are 0 items: illegal input: "}, "one": {"error rx: ElementAt: index 4, but there are 1 items: illegal input: "},
		}},
	},
	"Error": {{use: func(o rxgo.Observable, opts ...rxgo.Option) outcome { return outcome{text(o.Error(opts...))} }}},
	"Errors": {{use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
		return outcome{text(o.Errors(opts...))}
	}}},
	"Filter":         {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Filter(small, opts...) })}},
	"Find":           {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle { return o.Find(isTwo, opts...) })}},
	"First":          {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle { return o.First(opts...) })}},
	"FirstOrDefault": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.FirstOrDefault(9, opts...) })}},
	"FlatMap": {{
		use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			return o.FlatMap(func(it rxgo.Item) rxgo.Observable { return rxgo.Just(text(it.V), "and")(roomy) }, opts...)
		}),
		deviates: map[string]outcome{"failing": {"string int 1", "string and", "string int 2", "string and", "error boom"}, "error": {"error boom"}},
	}},
	"ForEach": {{
		use: func(o rxgo.Observable, opts ...rxgo.Option) (calls outcome) {
			<-o.ForEach(func(v any) { calls = append(calls, text(v)) }, func(err error) { calls = append(calls, text(err)) }, func() { calls = append(calls, "completed") }, opts...)
			return calls
		},
		deviates: map[string]outcome{"failing": {"int 1", "int 2", "error boom"}, "error": {"error boom"}},
	}},
	"GroupBy": {{
		use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
			return flat(o.GroupBy(2, func(it rxgo.Item) int {
				if it.E != nil {
					return 0
				}
				return it.V.(int) % 2
			}, opts...), opts...)
		},
		deviates: map[string]outcome{"failing": {"error boom", "error boom", "int 1", "int 2"}, "error": {"error boom", "error boom"}},
	}},
	"GroupByDynamic": {{
		use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
			return flat(o.GroupByDynamic(func(it rxgo.Item) string { return text(it.V) + ": " }, opts...), opts...)
		},
		deviates: map[string]outcome{
			"failing": {"error boom", "int 1: error boom", "int 1: int 1", "int 2: error boom", "int 2: int 2"}, "error": {"error boom"},
		},
	}},
	"IgnoreElements": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.IgnoreElements(opts...) })}},
	"Join": {{
		use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			pair := func(_ context.Context, a, b any) (any, error) { return []any{a, b}, nil }
			ascending := o.Scan(add, opts...)
			return ascending.Join(pair, rxgo.Just(1, 2, 5)(roomy), at, rxgo.WithDuration(time.Second), opts...)
		}),
		deviates: map[string]outcome{"several": {"[]interface {} [3 2]", "[]interface {} [4 5]", "[]interface {} [5 5]"}},
	}},
	"Last":          {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle { return o.Last(opts...) })}},
	"LastOrDefault": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.LastOrDefault(9, opts...) })}},
	"Map": {
		{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			return o.Map(func(_ context.Context, v any) (any, error) { return text(v), nil }, opts...)
		})},
		{name: "failing", use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			return o.Map(func(_ context.Context, v any) (any, error) { return nil, errors.New(text(v)) }, opts...)
		})},
	},
	"Marshal": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Marshal(json.Marshal, opts...) })}},
	"Max":     {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle { return o.Max(compare, opts...) })}},
	"Min":     {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle { return o.Min(compare, opts...) })}},
	"Observe": {{use: func(o rxgo.Observable, opts ...rxgo.Option) outcome { return read(o, opts...) }}},
	"OnErrorResumeNext": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.OnErrorResumeNext(func(error) rxgo.Observable { return rxgo.Just(8, 9)(roomy) }, opts...)
	})}, {
		name: "once",
		use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			n := 0
			return o.OnErrorResumeNext(func(error) rxgo.Observable {
				if n++; n > 2 {
					return rxgo.Just(n)(roomy)
				}
				return rxgo.Thrown(errors.New("again"))
			}, opts...)
		}),
		deviates: map[string]outcome{"failing": {"int 1", "int 2", "error again"}, "error": {"error again"}},
	}},
	"OnErrorReturn": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.OnErrorReturn(func(err error) any { return err.Error() }, opts...)
	})}},
	"OnErrorReturnItem": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.OnErrorReturnItem(9, opts...) })}},
	"Reduce":            {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle { return o.Reduce(add, opts...) })}},
	"Repeat": {{
		use:      observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Repeat(2, nil, opts...) }),
		deviates: map[string]outcome{"failing": {"int 1", "int 2", "error boom"}},
	}},
	"Retry": {{
		use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			return o.Retry(1, func(error) bool { return true }, opts...)
		}),
		deviates: map[string]outcome{"failing": {"int 1", "int 2", "error boom"}},
	}},
	"Run": {{use: func(o rxgo.Observable, opts ...rxgo.Option) outcome { <-o.Run(opts...); return outcome{} }}},
	"Sample": {{
		name: "by an empty sampler", unstable: true,
		use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
			return o.Filter(never, opts...).Sample(rxgo.Never(), opts...)
		}),
		deviates: map[string]outcome{"failing": {"error boom"}, "error": {"error boom"}, "*": {}},
	}},
	"Scan": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Scan(add, opts...) })}},
	"Send": {{use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
		output := make(chan rxgo.Item)
		o.Send(output, opts...)
		var items []rxgo.Item
		for it := range output {
			items = append(items, it)
		}
		return texts(items)
	}}},
	"SequenceEqual": {
		{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
			return o.SequenceEqual(rxgo.Just(1, 2, errBoom)(roomy), opts...)
		})},
		{name: "shorter", use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
			return o.SequenceEqual(rxgo.Just(3, 1)(roomy), opts...)
		})},
	},
	"Serialize": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.Distinct(echo, opts...).Serialize(1, func(v any) int { return v.(int) }, opts...)
	})}},
	"Skip": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Skip(2, opts...) })}},
	"SkipLast": {{
		use:      observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.SkipLast(2, opts...) }),
		deviates: map[string]outcome{"one": {}, "several": {"int 3", "int 1", "int 1"}, "failing": {"error boom"}},
	}},
	"SkipWhile": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.SkipWhile(func(v any) bool { return v == 3 || v == 1 }, opts...)
	})}},
	"StartWith": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.StartWith(rxgo.Just(8, 9)(roomy), opts...)
	})}},
	"SumFloat32": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle {
		return as[float32](o, opts...).SumFloat32(opts...)
	})}},
	"SumFloat64": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle {
		return as[int8](o, opts...).SumFloat64(opts...)
	})}},
	"SumInt64":  {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.OptionalSingle { return o.SumInt64(opts...) })}},
	"Take":      {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Take(2, opts...) }), deviates: map[string]outcome{"failing": {"int 1", "int 2"}}}},
	"TakeLast":  {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.TakeLast(2, opts...) }), deviates: map[string]outcome{"failing": {"error boom"}}}},
	"TakeUntil": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.TakeUntil(isTwo, opts...) })}},
	"TakeWhile": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.TakeWhile(small, opts...) })}},
	"TimeInterval": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.TimeInterval(opts...).Map(func(_ context.Context, v any) (any, error) { return v.(time.Duration) < time.Hour, nil }, opts...)
	})}},
	"Timestamp": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.Timestamp(opts...).Map(func(_ context.Context, v any) (any, error) { return v.(rxgo.TimestampItem).V, nil }, opts...)
	})}},
	"ToMap": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single { return o.ToMap(echo, opts...) })}},
	"ToMapWithValueSelector": {{use: getting(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Single {
		return o.ToMapWithValueSelector(echo, func(_ context.Context, v any) (any, error) { return text(v), nil }, opts...)
	})}},
	"ToSlice": {{use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
		items, err := o.ToSlice(2, opts...)
		return outcome{text(items), text(err)}
	}}},
	"Unmarshal": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.Marshal(json.Marshal, opts...).Unmarshal(json.Unmarshal, func() any { return new(int) }, opts...).
			Map(func(_ context.Context, v any) (any, error) { return *v.(*int), nil }, opts...)
	})}},
	"WindowWithCount": {{
		use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
			return flat(o.WindowWithCount(2, opts...), opts...)
		},
	}},
	"WindowWithTime": {{
		unstable: true,
		use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
			return flat(o.WindowWithTime(anHour, opts...), opts...)
		},
		deviates: map[string]outcome{"empty": nil, "one": {"int 1"}, "several": {"int 1", "int 1", "int 2", "int 3", "int 3"}, "failing": {"error boom", "int 1", "int 2"}, "error": {"error boom"}},
	}},
	"WindowWithTimeOrCount": {{
		unstable: true,
		use: func(o rxgo.Observable, opts ...rxgo.Option) outcome {
			return flat(o.WindowWithTimeOrCount(anHour, 2, opts...), opts...)
		},
		deviates: map[string]outcome{"empty": nil, "one": {"int 1"}, "several": {"int 1", "int 1", "int 2", "int 3", "int 3"}, "failing": {"error boom", "int 1", "int 2"}, "error": {"error boom"}},
	}},
	"ZipFromIterable": {{use: observing(func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
		return o.ZipFromIterable(rxgo.Just(10, 20, 30)(roomy), add, opts...)
	})}},
}
