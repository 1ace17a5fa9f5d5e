package rx_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx/rx"
)

// A source that waits for something of its own ends with its context, and says so.
func ExampleContextError() {
	ticks := rx.New(func(ctx context.Context, _ rx.Demand, emit func(time.Time) error) error {
		ticker := time.NewTicker(time.Hour)
		defer ticker.Stop()
		for {
			select {
			case tick := <-ticker.C:
				if err := emit(tick); err != nil {
					return err
				}
			case <-ctx.Done():
				return rx.ContextError(ctx)
			}
		}
	})
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(time.Millisecond, func() { cancel(errors.New("the user has left")) })
	_, err := ticks.Count(ctx)
	fmt.Println(errors.Is(err, context.Canceled), err)
	// Output: true context canceled: the user has left
}
