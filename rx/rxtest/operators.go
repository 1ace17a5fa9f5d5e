package rxtest

import (
	"context"
	"iter"
	"time"

	"github.com/neorx/neorx/rx"
)

// use takes a stream, does something with it to the end, and notes what it is told.
type use func(ctx context.Context, s rx.Stream[int], r *report)

// operators is every typed operator, by name. Each passes on more than it drops, so that early ends
// come from elsewhere.
var operators = map[string]func(s rx.Stream[int]) rx.Stream[int]{
	"Buffer":     func(s rx.Stream[int]) rx.Stream[int] { return flat(rx.Buffer(s, 2)) },
	"BufferTime": func(s rx.Stream[int]) rx.Stream[int] { return flat(rx.BufferTime(s, 2, time.Second)) },
	"Concat":     func(s rx.Stream[int]) rx.Stream[int] { return rx.Concat(s, rx.Just(1)) },
	"ConcatMap": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.ConcatMap(rx.Just(1, 2), func(int) rx.Stream[int] { return s })
	},
	"Defer":  func(s rx.Stream[int]) rx.Stream[int] { return rx.Defer(func() rx.Stream[int] { return s }) },
	"Filter": func(s rx.Stream[int]) rx.Stream[int] { return s.Filter(func(int) bool { return true }) },
	"FromSeq2": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.FromSeq2(func(ctx context.Context) iter.Seq2[int, error] { return s.All(ctx) })
	},
	"FromObservable": func(s rx.Stream[int]) rx.Stream[int] { return rx.FromObservable[int](rx.Observable(s)) },
	"Map":            func(s rx.Stream[int]) rx.Stream[int] { return rx.Map(s, func(n int) int { return n }) },
	"Merge":          func(s rx.Stream[int]) rx.Stream[int] { return rx.Merge(s, s, rx.Just(1)) },
	"MergeMap": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.MergeMap(s, 3, func(n int) rx.Stream[int] { return rx.Just(n, n) })
	},
	"New": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error { return s.ForEach(ctx, emit) })
	},
	"OnErrorResume": func(s rx.Stream[int]) rx.Stream[int] { return s.OnErrorResume(rx.Fail[int]) },
	"Operator": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.Operator(func(ctx context.Context, d rx.Demand, emit func(int) error) error { return s.Run(ctx, d, emit) })
	},
	"ParallelMap": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.ParallelMap(s, 3, func(_ context.Context, n int) (int, error) { return n, nil })
	},
	"Prefetch": func(s rx.Stream[int]) rx.Stream[int] { return s.Prefetch(2) },
	"Retry": func(s rx.Stream[int]) rx.Stream[int] {
		return s.Retry(func(_ error, attempt int) (time.Duration, bool) { return time.Second, attempt < 3 })
	},
	"Scan":      func(s rx.Stream[int]) rx.Stream[int] { return rx.Scan(s, 0, func(a, n int) int { return a + n }) },
	"Share":     func(s rx.Stream[int]) rx.Stream[int] { return s.Share(rx.ShareBuffer(2)) },
	"Skip":      func(s rx.Stream[int]) rx.Stream[int] { return s.Skip(1) },
	"Take":      func(s rx.Stream[int]) rx.Stream[int] { return s.Take(400) },
	"TakeWhile": func(s rx.Stream[int]) rx.Stream[int] { return s.TakeWhile(func(n int) bool { return n < 400 }) },
	"Tap":       func(s rx.Stream[int]) rx.Stream[int] { return s.Tap(func(int) {}) },
	"Timeout":   func(s rx.Stream[int]) rx.Stream[int] { return s.Timeout(time.Hour) },
	"TryMap": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.TryMap(s, func(_ context.Context, n int) (int, error) { return n, nil })
	},
	"Using": func(s rx.Stream[int]) rx.Stream[int] {
		return rx.Using(func(context.Context) (int, error) { return 0, nil },
			func(int) rx.Stream[int] { return s }, func(int, error) error { return nil })
	},
}

// terminals is every way to run a typed stream, by name.
var terminals = map[string]use{
	"All": func(ctx context.Context, s rx.Stream[int], r *report) {
		for n, err := range s.All(ctx) {
			if err != nil {
				r.end(err)
				return
			}
			r.item(n)
		}
		r.end(nil)
	},
	"Collect": func(ctx context.Context, s rx.Stream[int], r *report) {
		items, err := s.Collect(ctx)
		for _, n := range items {
			r.item(n)
		}
		r.end(err)
	},
	"Count": func(ctx context.Context, s rx.Stream[int], r *report) {
		n, err := s.Count(ctx)
		r.value(n, err)
	},
	"First": func(ctx context.Context, s rx.Stream[int], r *report) {
		n, err := s.First(ctx)
		r.value(n, err)
	},
	"ForEach": each,
	"Reduce": func(ctx context.Context, s rx.Stream[int], r *report) {
		n, err := rx.Reduce(ctx, s, 0, func(a, n int) int { return a + n })
		r.value(n, err)
	},
	"Run": func(ctx context.Context, s rx.Stream[int], r *report) {
		r.end(s.Run(ctx, 5, func(n int) error {
			r.item(n)
			return nil
		}))
	},
	"SendTo": func(ctx context.Context, s rx.Stream[int], r *report) {
		ch, done := make(chan int), make(chan struct{})
		go func() { // owner: this call; exit: ch is closed; join: done
			defer close(done)
			for n := range ch {
				if n != lastSent {
					r.item(n)
				}
			}
		}()
		defer func() {
			close(ch)
			<-done
		}()
		err := s.SendTo(ctx, ch)
		ch <- lastSent // what was sent before has been received
		r.end(err)
	},
}

// lastSent is no item.
const lastSent = -1

func each(ctx context.Context, s rx.Stream[int], r *report) {
	r.end(s.ForEach(ctx, func(n int) error {
		r.item(n)
		return nil
	}))
}

func flat(s rx.Stream[[]int]) rx.Stream[int] { return rx.ConcatMap(s, rx.FromSlice[int]) }

// typedUses is operators and terminals together. With early the consumer takes two items, behind
// the operator; with merged it takes those of two runs side by side.
func typedUses(early, merged bool) map[string]use {
	limit := func(s rx.Stream[int]) rx.Stream[int] {
		if early {
			return s.Take(2)
		}
		return s
	}
	uses := map[string]use{}
	for name, op := range operators {
		uses[name] = func(ctx context.Context, s rx.Stream[int], r *report) {
			out := op(s)
			if merged {
				out = rx.Merge(out, op(s))
			}
			each(ctx, limit(out), r)
		}
	}
	for name, end := range terminals {
		uses[name] = func(ctx context.Context, s rx.Stream[int], r *report) { end(ctx, limit(s), r) }
	}
	return uses
}
