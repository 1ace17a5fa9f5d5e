package rx_test

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/neorx/neorx/rx"
)

// show prints a stream on one line.
func show[T any](s rx.Stream[T]) {
	items, err := s.Collect(context.Background())
	if err != nil {
		fmt.Println(items, err)
		return
	}
	fmt.Println(items)
}

func ExampleNew() {
	countdown := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		for n := 3; n > 0; n-- {
			if err := emit(n); err != nil {
				return err
			}
		}
		return nil
	})
	show(countdown)
	show(countdown) // cold: every run starts anew
	// Output:
	// [3 2 1]
	// [3 2 1]
}

func ExampleOperator() {
	twice := func(s rx.Stream[string]) rx.Stream[string] {
		return rx.Operator(func(ctx context.Context, d rx.Demand, emit func(string) error) error {
			if err := s.Run(ctx, d, emit); err != nil {
				return err
			}
			return s.Run(ctx, d, emit)
		})
	}
	show(twice(rx.Just("hip", "hooray")))
	show(twice(rx.Just("hip", "hooray")).Take(3))
	// Output:
	// [hip hooray hip hooray]
	// [hip hooray hip]
}

func ExampleDemand() {
	asks := rx.New(func(_ context.Context, d rx.Demand, emit func(string) error) error {
		return emit(fmt.Sprintf("PULL %d", d))
	})
	show(asks.Take(10))
	show(rx.Map(asks.Skip(5), func(s string) string { return s }).Take(10)) // nothing comes: the one item is skipped
	// Output:
	// [PULL 10]
	// []
}

func ExampleJust() {
	show(rx.Just("a", "b"))
	// Output: [a b]
}

func ExampleEmpty() {
	show(rx.Empty[int]())
	// Output: []
}

func ExampleFail() {
	show(rx.Fail[int](errors.New("no route")))
	// Output: [] no route
}

func ExampleCall() {
	show(rx.Call(func(context.Context) (string, error) { return "answer", nil }))
	// Output: [answer]
}

func ExampleDefer() {
	runs := 0
	s := rx.Defer(func() rx.Stream[int] {
		runs++
		return rx.Just(runs)
	})
	show(s)
	show(s)
	// Output:
	// [1]
	// [2]
}

func ExampleFromSlice() {
	show(rx.FromSlice([]int{1, 2, 3}))
	// Output: [1 2 3]
}

func ExampleFromSeq2() {
	show(rx.FromSeq2(func(context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			_ = yield(1, nil) && yield(2, nil) && yield(0, errors.New("torn page"))
		}
	}))
	// Output: [1 2] torn page
}

func ExampleFromChan() {
	ch := make(chan int, 2)
	ch <- 1
	ch <- 2
	close(ch)
	show(rx.FromChan(ch))
	// Output: [1 2]
}

func ExampleUsing() {
	s := rx.Using(
		func(context.Context) (string, error) { return "file", nil },
		func(name string) rx.Stream[string] { return rx.Just(name+":1", name+":2") },
		func(name string, end error) error {
			fmt.Println("close", name, rx.Stopped(end))
			return nil
		})
	show(s)
	show(s.Take(1))
	// Output:
	// close file false
	// [file:1 file:2]
	// close file true
	// [file:1]
}

func ExampleAfterStop() {
	commits := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		err := emit(1)
		if err == nil || rx.Stopped(err) { // the consumer is satisfied either way
			return rx.AfterStop(errors.New("commit failed"))
		}
		return err // it failed: roll back
	})
	show(commits.Take(1))
	// Output: [1] commit failed
}

func ExampleStopped() {
	s := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		err := emit(1)
		fmt.Println("stopped:", rx.Stopped(err))
		return err
	})
	show(s.Take(1))
	_ = s.ForEach(context.Background(), func(int) error { return errors.New("consumer failed") })
	// Output:
	// stopped: true
	// [1]
	// stopped: false
}
