package retry_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// busy is an error that may have gone when the work is done again.
type busy struct{}

func (busy) Error() string   { return "the database is busy" }
func (busy) Retryable() bool { return true }

func ExampleTransient() {
	runs := 0
	numbers := rx.Defer(func() rx.Stream[int] {
		if runs++; runs < 3 {
			return rx.Fail[int](busy{})
		}
		return rx.Just(1, 2, 3)
	})

	policy := retry.Default()
	policy.Initial = time.Millisecond
	policy.Jitter = 0
	policy.OnRetry = func(attempt int, err error, delay time.Duration) {
		fmt.Printf("attempt %d: %v; again in %v\n", attempt, err, delay)
	}

	squares := rx.Map(retry.Transient(policy, numbers), func(n int) int { return n * n })
	err := squares.ForEach(context.Background(), func(n int) error {
		fmt.Println(n)
		return nil
	})
	fmt.Println(err)
	// Output:
	// attempt 1: the database is busy; again in 1ms
	// attempt 2: the database is busy; again in 2ms
	// 1
	// 4
	// 9
	// <nil>
}

func ExampleDo() {
	policy := retry.Default()
	policy.MaxTime = 5 * time.Millisecond
	policy.Initial = time.Millisecond
	err := retry.Do(context.Background(), policy, func(context.Context) error { return busy{} })

	var e *retry.Error
	fmt.Println(errors.As(err, &e) && len(e.Attempts) > 1)
	fmt.Println(errors.Is(err, busy{}))
	// Output:
	// true
	// true
}

func ExampleRetryable() {
	fmt.Println(retry.Retryable(fmt.Errorf("read the accounts: %w", busy{})))
	fmt.Println(retry.Retryable(errors.New("no such account")))
	// Output:
	// true
	// false
}

// locked is an error whose reason has passed when it is seen.
type locked struct{ busy }

func (locked) RetrySoon() bool { return true }

func ExampleSoon() {
	fmt.Println(retry.Soon(fmt.Errorf("read the accounts: %w", locked{})))
	fmt.Println(retry.Soon(busy{}))
	// Output:
	// true
	// false
}

func ExampleDefault() {
	p := retry.Default()
	fmt.Println(p.MaxTime, p.Initial, p.Multiplier, p.MaxDelay, p.Soon, p.Jitter)
	// Output: 30s 1s 2 10s 50ms 0.2
}

func ExamplePolicy_Validate() {
	fmt.Println(retry.Policy{MaxTime: time.Minute, Initial: time.Second, Multiplier: 2, MaxDelay: time.Minute, Jitter: 1.5}.Validate())
	// Output: retry: Policy.Jitter is 1.5: it must be in [0, 1)
}
