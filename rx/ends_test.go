package rx_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

func TestUsing(t *testing.T) {
	type end struct{ err error }
	run := func(t *testing.T, s rx.Stream[int], failure error, consume func(rx.Stream[int]) error) (end, error) {
		t.Helper()
		var ends []end
		u := rx.Using(func(context.Context) (string, error) { return "r", nil },
			func(string) rx.Stream[int] { return s },
			func(r string, err error) error {
				assert.Equal(t, "r", r)
				ends = append(ends, end{err})
				return failure
			})
		err := consume(u)
		require.Len(t, ends, 1)
		return ends[0], err
	}
	all := func(s rx.Stream[int]) error { _, err := s.Count(t.Context()); return err }
	first := func(s rx.Stream[int]) error { _, err := s.First(t.Context()); return err }
	errRelease := errors.New("release")

	e, err := run(t, numbers(3), nil, all)
	assert.NoError(t, e.err)
	assert.NoError(t, err)
	e, err = run(t, numbers(3), nil, first)
	assert.True(t, rx.Stopped(e.err))
	assert.NoError(t, err)
	e, err = run(t, rx.Fail[int](errBoom), nil, all)
	assert.Equal(t, errBoom, e.err)
	assert.Equal(t, errBoom, err)
	_, err = run(t, numbers(3), errRelease, all)
	assert.Equal(t, errRelease, err)
	_, err = run(t, numbers(3), errRelease, first)
	assert.Equal(t, errRelease, err)
	_, err = run(t, rx.Fail[int](errBoom), errRelease, all)
	assert.ErrorIs(t, err, errBoom)
	assert.ErrorIs(t, err, errRelease)
	e, _ = run(t, numbers(3), nil, func(s rx.Stream[int]) error {
		assert.PanicsWithValue(t, "mine", func() { _ = s.ForEach(t.Context(), func(int) error { panic("mine") }) })
		return nil
	})
	assert.Equal(t, rx.ErrAborted, e.err)

	failed := rx.Using(func(context.Context) (int, error) { return 0, errBoom },
		func(int) rx.Stream[int] { t.Error("used"); return rx.Empty[int]() },
		func(int, error) error { t.Error("released"); return nil })
	assert.Equal(t, errBoom, all(failed))
}

func TestAll(t *testing.T) {
	var l ledger
	sum := 0
	for v, err := range l.stream(10, nil).All(t.Context()) {
		require.NoError(t, err)
		if sum += v; v == 4 {
			break
		}
	}
	assert.Equal(t, 10, sum)
	l.balanced(t)

	var items []int
	var last error
	for v, err := range l.stream(2, errBoom).All(t.Context()) {
		if last = err; err == nil {
			items = append(items, v)
		}
	}
	assert.Equal(t, []int{0, 1}, items)
	assert.Equal(t, errBoom, last)

	next, halt := iter.Pull2(l.stream(9, nil).All(t.Context()))
	_, err, ok := next()
	assert.True(t, ok)
	require.NoError(t, err)
	halt()
	l.balanced(t)
}

func TestFromSeq2(t *testing.T) {
	s := rx.FromSeq2(func(ctx context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range 5 {
				if ctx.Err() != nil || !yield(i, nil) {
					return // as iterators do
				}
			}
			yield(0, errBoom)
		}
	})
	got, err := s.Collect(t.Context())
	assert.Equal(t, errBoom, err)
	assert.Equal(t, []int{0, 1, 2, 3, 4}, got)

	ctx, cancel := context.WithCancel(t.Context())
	err = s.ForEach(ctx, func(int) error { cancel(); return nil })
	assert.ErrorIs(t, err, context.Canceled)
}

func TestChannelsBothWays(t *testing.T) {
	ch := make(chan int)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(ch)
		assert.NoError(t, numbers(5).SendTo(t.Context(), ch))
	})
	got, err := rx.FromChan(ch).Collect(t.Context())
	wg.Wait()
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1, 2, 3, 4}, got)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, numbers(5).SendTo(ctx, make(chan int)), context.Canceled)
}

func TestContextEnd(t *testing.T) {
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(t.Context())
	var l ledger
	err := l.stream(10, nil).ForEach(ctx, func(n int) error {
		if n == 3 {
			cancel(cause)
		}
		return nil
	})
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, cause)
	assert.EqualValues(t, 4, l.emitted.Load())
	l.balanced(t)

	for name, s := range map[string]rx.Stream[int]{
		"empty": rx.Empty[int](), "just": rx.Just(1), "none": rx.FromSlice([]int{}), "fail": rx.Fail[int](errBoom), "new": l.stream(1, nil),
		"defer": rx.Defer(func() rx.Stream[int] { t.Error("called"); return rx.Just(1) }), "take nothing": rx.Just(1).Take(0),
	} {
		_, err := s.Collect(ctx)
		assert.ErrorIs(t, err, cause, name)
	}
	assert.EqualValues(t, 1, l.runs.Load(), "a source is not called on a dead context")
}

// A source may complete although its context has ended meanwhile; an operator that then keeps what
// it holds must not complete.
func TestABatchThatIsNotEmittedAnyMoreIsMissed(t *testing.T) {
	for name, run := range map[string]func(ctx context.Context, s rx.Stream[int]) (int, error){
		"Buffer": func(ctx context.Context, s rx.Stream[int]) (int, error) {
			got, err := rx.Buffer(s, 2).Collect(ctx)
			return len(got), err
		},
		"BufferWithCount": func(ctx context.Context, s rx.Stream[int]) (int, error) {
			got, err := rx.Observable(s).BufferWithCount(2).ToSlice(0, rxgo.WithContext(ctx))
			return len(got), err
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		n, err := run(ctx, numbers(3).Tap(func(n int) {
			if n == 2 {
				cancel()
			}
		}))
		cancel()
		assert.Equal(t, 1, n, name)
		assert.ErrorIs(t, err, context.Canceled, name)
	}
}

func TestASourceMaySayMoreAboutTheEndOfTheContext(t *testing.T) {
	errUnknown := errors.New("commit unknown")
	s := rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
		for n := 0; ; n++ {
			if err := emit(n); errors.Is(err, context.Canceled) {
				return fmt.Errorf("%w: %w", errUnknown, err)
			} else if err != nil {
				return errUnknown
			}
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	err := s.ForEach(ctx, func(int) error { cancel(); return nil })
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, errUnknown)

	assert.NoError(t, s.Take(1).ForEach(t.Context(), func(int) error { return nil }), "a stop is no such end")
}
