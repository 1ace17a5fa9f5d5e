package rx_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/rx"
)

// ledger is a source that holds something for as long as it runs, as a query holds a connection,
// and keeps count.
type ledger struct {
	runs, held atomic.Int64
	demand     atomic.Int64 // of the latest run
	emitted    atomic.Int64 // items that emit accepted, over all runs
}

// stream emits 0, 1, … n-1 and then ends with err.
func (l *ledger) stream(n int, err error) rx.Stream[int] {
	return rx.New(func(ctx context.Context, d rx.Demand, emit func(int) error) error {
		l.runs.Add(1)
		l.held.Add(1)
		defer l.held.Add(-1)
		l.demand.Store(int64(d))
		for i := range n {
			if err := emit(i); err != nil {
				return err
			}
			l.emitted.Add(1)
		}
		return err
	})
}

// hang emits 0 … n-1 and then waits for the end of its context.
func (l *ledger) hang(n int) rx.Stream[int] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
		l.runs.Add(1)
		l.held.Add(1)
		defer l.held.Add(-1)
		for i := range n {
			if err := emit(i); err != nil {
				return err
			}
		}
		<-ctx.Done()
		return context.Cause(ctx)
	})
}

// balanced asserts that everything acquired was given back.
func (l *ledger) balanced(t *testing.T) {
	t.Helper()
	assert.Zero(t, l.held.Load(), "held after the run")
}
