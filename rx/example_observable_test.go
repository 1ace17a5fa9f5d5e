package rx_test

import (
	"context"
	"fmt"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/rx"
)

func ExampleObservable() {
	squares := rx.Observable(rx.Just(1, 2, 3)).
		Map(func(_ context.Context, v any) (any, error) { return v.(int) * v.(int), nil })
	<-squares.ForEach(
		func(v any) { fmt.Println(v) },
		func(err error) { fmt.Println("failed:", err) },
		func() { fmt.Println("completed") })
	// Output:
	// 1
	// 4
	// 9
	// completed
}

func ExampleObservable_observe() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel() // leaving the loop early then frees the source
	for item := range rx.Observable(rx.Just("a", "b")).Observe(rxgo.WithContext(ctx)) {
		fmt.Println(item.V, item.E)
	}
	// Output:
	// a <nil>
	// b <nil>
}

func ExampleFromObservable() {
	evens := rxgo.Range(1, 1000).Filter(func(v any) bool { return v.(int)%2 == 0 })
	show(rx.FromObservable[int](evens).Take(3)) // RxGo alone would leave its goroutines behind
	// Output: [2 4 6]
}

func ExampleShareWhen() {
	n, err := rx.Just(1, 2).Share(rx.ShareWhen(1)).Count(context.Background())
	fmt.Println(n, err)
	// Output: 2 <nil>
}

func ExampleShareBuffer() {
	n, err := rx.Just(1, 2).Share(rx.ShareBuffer(1)).Count(context.Background())
	fmt.Println(n, err)
	// Output: 2 <nil>
}
