package rx_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/neorx/neorx/rx"
)

// A channel that nobody reads to its end is released when what it depends on is closed.
func ExampleUntil() {
	driver, closeDriver := context.WithCancelCause(context.Background())
	ones := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		for {
			if err := emit(1); err != nil {
				return err
			}
		}
	})
	items := rx.Observable(ones, rx.Until(driver)).Observe()
	fmt.Println((<-items).V)

	closeDriver(errors.New("closed"))
	var last error
	for item := range items {
		last = item.E
	}
	fmt.Println(last)
	// Output:
	// 1
	// context canceled: closed
}
