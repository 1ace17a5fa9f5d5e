package rx_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/neorx/neorx/rx"
)

func ExampleMap() {
	show(rx.Map(rx.Just(1, 2), func(n int) string { return strconv.Itoa(n * 10) }))
	// Output: [10 20]
}

func ExampleTryMap() {
	show(rx.TryMap(rx.Just("1", "x"), func(_ context.Context, s string) (int, error) { return strconv.Atoi(s) }))
	// Output: [1] strconv.Atoi: parsing "x": invalid syntax
}

func ExampleScan() {
	show(rx.Scan(rx.Just(1, 2, 3), 0, func(sum, n int) int { return sum + n }))
	// Output: [1 3 6]
}

func ExampleReduce() {
	sum, err := rx.Reduce(context.Background(), rx.Just(1, 2, 3), 0, func(sum, n int) int { return sum + n })
	fmt.Println(sum, err)
	// Output: 6 <nil>
}

func ExampleBuffer() {
	show(rx.Buffer(rx.Just(1, 2, 3), 2))
	// Output: [[1 2] [3]]
}

func ExampleBufferTime() {
	show(rx.BufferTime(rx.Just(1, 2, 3), 2, time.Hour))
	// Output: [[1 2] [3]]
}

func ExampleConcat() {
	show(rx.Concat(rx.Just(1), rx.Just(2, 3)))
	// Output: [1 2 3]
}

func ExampleConcatMap() {
	show(rx.ConcatMap(rx.Just(1, 2), func(n int) rx.Stream[int] { return rx.Just(n, -n) }))
	// Output: [1 -1 2 -2]
}

func ExampleMerge() {
	n, err := rx.Merge(rx.Just(1, 2), rx.Just(3)).Count(context.Background())
	fmt.Println(n, err)
	// Output: 3 <nil>
}

func ExampleMergeMap() {
	n, err := rx.MergeMap(rx.Just("a", "b"), 4, func(s string) rx.Stream[string] { return rx.Just(s, s) }).Count(context.Background())
	fmt.Println(n, err)
	// Output: 4 <nil>
}

func ExampleParallelMap() {
	show(rx.ParallelMap(rx.Just(1, 2, 3), 2, func(_ context.Context, n int) (int, error) { return n * n, nil }))
	// Output: [1 4 9]
}

func ExampleStream_Filter() {
	show(rx.Just(1, 2, 3).Filter(func(n int) bool { return n%2 == 1 }))
	// Output: [1 3]
}

func ExampleStream_Take() {
	show(rx.Just(1, 2, 3).Take(2))
	// Output: [1 2]
}

func ExampleStream_TakeWhile() {
	show(rx.Just(1, 2, 3, 1).TakeWhile(func(n int) bool { return n < 3 }))
	// Output: [1 2]
}

func ExampleStream_Skip() {
	show(rx.Just(1, 2, 3).Skip(2))
	// Output: [3]
}

func ExampleStream_Tap() {
	show(rx.Just(1, 2).Tap(func(n int) { fmt.Println("passing", n) }))
	// Output:
	// passing 1
	// passing 2
	// [1 2]
}

func ExampleStream_Prefetch() {
	show(rx.Just(1, 2, 3).Prefetch(2))
	// Output: [1 2 3]
}

func ExampleStream_Timeout() {
	never := rx.FromChan(make(chan int))
	_, err := never.Timeout(time.Millisecond).First(context.Background())
	fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
	// Output: rx: no item within 1ms true
}

func ExampleStream_Retry() {
	attempts := 0
	flaky := rx.Call(func(context.Context) (string, error) {
		if attempts++; attempts < 3 {
			return "", errors.New("leader has changed")
		}
		return fmt.Sprintf("attempt %d", attempts), nil
	})
	show(flaky.Retry(func(_ error, attempt int) (time.Duration, bool) { return time.Millisecond, attempt < 5 }))
	// Output: [attempt 3]
}

func ExampleStream_OnErrorResume() {
	show(rx.Fail[string](errors.New("down")).OnErrorResume(func(err error) rx.Stream[string] { return rx.Just("cached") }))
	// Output: [cached]
}

func ExampleStream_Share() {
	runs := 0
	source := rx.Defer(func() rx.Stream[int] { runs++; return rx.Just(1, 2, 3) })
	shared := source.Share(rx.ShareWhen(2))
	counts := make(chan int64, 2)
	for range 2 {
		go func() {
			n, _ := shared.Count(context.Background())
			counts <- n
		}()
	}
	fmt.Println(<-counts, <-counts, "items in", runs, "run")
	// Output: 3 3 items in 1 run
}

func ExampleShareDrop() {
	show(rx.Just(1, 2, 3).Share(rx.ShareBuffer(8), rx.ShareDrop()))
	// Output: [1 2 3]
}

func ExampleStream_ForEach() {
	err := rx.Just(1, 2, 3).ForEach(context.Background(), func(n int) error {
		if n == 2 {
			return errors.New("two is too much")
		}
		return nil
	})
	fmt.Println(err)
	// Output: two is too much
}

func ExampleStream_All() {
	for n, err := range rx.Just(1, 2, 3).All(context.Background()) {
		if err != nil {
			fmt.Println(err)
		}
		if fmt.Println(n); n == 2 {
			break // stops the source
		}
	}
	// Output:
	// 1
	// 2
}

func ExampleStream_First() {
	fmt.Println(rx.Just("a", "b").First(context.Background()))
	_, err := rx.Empty[string]().First(context.Background())
	fmt.Println(errors.Is(err, rx.ErrEmpty))
	// Output:
	// a <nil>
	// true
}

func ExampleStream_Count() {
	fmt.Println(rx.Just("a", "b").Count(context.Background()))
	// Output: 2 <nil>
}

func ExampleStream_Collect() {
	fmt.Println(rx.Just("a", "b").Collect(context.Background()))
	// Output: [a b] <nil>
}

func ExampleStream_SendTo() {
	ch := make(chan int, 3)
	fmt.Println(rx.Just(1, 2, 3).SendTo(context.Background(), ch), len(ch))
	// Output: <nil> 3
}

func ExampleStream_Run() {
	twice := func(s rx.Stream[int]) rx.Stream[int] { // an operator of one's own
		return rx.New(func(ctx context.Context, d rx.Demand, emit func(int) error) error {
			return s.Run(ctx, d, func(n int) error {
				if err := emit(n); err != nil {
					return err
				}
				return emit(n)
			})
		})
	}
	show(twice(rx.Just(1, 2)).Take(3))
	// Output: [1 1 2]
}
