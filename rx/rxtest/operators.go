package rxtest

import (
	"context"
	"iter"
	"time"

	"github.com/neorx/neorx/rx"
)

// use takes a stream, does something with it to the end, and returns how that was.
type use func(ctx context.Context, s rx.Stream[int]) error

// operators is every typed operator, by name. Each passes on more than it drops, so that early ends come from elsewhere.
var operators = map[string]func(s rx.Stream[int]) rx.Stream[int]{
	"Buffer":     func(s rx.Stream[int]) rx.Stream[int] { return sizes(rx.Buffer(s, 2)) },
	"BufferTime": func(s rx.Stream[int]) rx.Stream[int] { return sizes(rx.BufferTime(s, 2, time.Second)) },
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
	"All": func(ctx context.Context, s rx.Stream[int]) error {
		for _, err := range s.All(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"Collect": func(ctx context.Context, s rx.Stream[int]) error { _, err := s.Collect(ctx); return err },
	"Count":   func(ctx context.Context, s rx.Stream[int]) error { _, err := s.Count(ctx); return err },
	"First":   func(ctx context.Context, s rx.Stream[int]) error { _, err := s.First(ctx); return err },
	"ForEach": each,
	"Reduce": func(ctx context.Context, s rx.Stream[int]) error {
		_, err := rx.Reduce(ctx, s, 0, func(a, n int) int { return a + n })
		return err
	},
	"Run": func(ctx context.Context, s rx.Stream[int]) error {
		return s.Run(ctx, 5, func(int) error { return nil })
	},
	"SendTo": func(ctx context.Context, s rx.Stream[int]) error {
		ch, done := make(chan int), make(chan struct{})
		go func() { // owner: this call; exit: ch is closed; join: done
			defer close(done)
			for range ch {
			}
		}()
		defer func() {
			close(ch)
			<-done
		}()
		return s.SendTo(ctx, ch)
	},
}

func each(ctx context.Context, s rx.Stream[int]) error {
	return s.ForEach(ctx, func(int) error { return nil })
}

func sizes(s rx.Stream[[]int]) rx.Stream[int] {
	return rx.Map(s, func(b []int) int { return len(b) })
}

// typedUses is operators and terminals together. With early the consumer takes two items, behind the operator.
func typedUses(early bool) map[string]use {
	limit := func(s rx.Stream[int]) rx.Stream[int] {
		if early {
			return s.Take(2)
		}
		return s
	}
	uses := map[string]use{}
	for name, op := range operators {
		uses[name] = func(ctx context.Context, s rx.Stream[int]) error { return each(ctx, limit(op(s))) }
	}
	for name, end := range terminals {
		uses[name] = func(ctx context.Context, s rx.Stream[int]) error { return end(ctx, limit(s)) }
	}
	return uses
}
