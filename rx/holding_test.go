package rx_test

import (
	"context"
	"testing"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

type held struct{}

// heldIn lists what a context knows to be held.
func heldIn(ctx context.Context) []string {
	names, _ := ctx.Value(held{}).([]string)
	return names
}

// holder emits what is held where it runs, and then itself, n times.
func holder(name string, n int) rx.Stream[[]string] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func([]string) error) error {
		defer rx.Holding(ctx, func(ctx context.Context) context.Context {
			before := heldIn(ctx)
			return context.WithValue(ctx, held{}, append(before[:len(before):len(before)], name))
		})()
		for range n {
			if err := emit(heldIn(ctx)); err != nil {
				return err
			}
		}
		return nil
	})
}

func around(s, inner rx.Stream[[]string]) rx.Stream[[]string] {
	return rx.ConcatMap(s, func([]string) rx.Stream[[]string] { return inner })
}

func TestHolding(t *testing.T) {
	a, b, c := holder("a", 2), holder("b", 1), holder("c", 1)
	tests := map[string]struct {
		s    rx.Stream[[]string]
		want [][]string
	}{
		"alone":                       {a, [][]string{nil, nil}},
		"inside":                      {around(a, b), [][]string{{"a"}, {"a"}}},
		"twice inside":                {around(b, around(b, c)), [][]string{{"b", "b"}}},
		"inside of what is inside":    {around(around(b, a), c), [][]string{{"b", "a"}, {"b", "a"}}},
		"through operators":           {around(a.Filter(func([]string) bool { return true }).Take(1), b), [][]string{{"a"}}},
		"one behind the other":        {rx.Concat(b, c), [][]string{nil, nil}},
		"on a goroutine of its own":   {around(b.Prefetch(1), c), [][]string{nil}},
		"merged":                      {rx.MergeMap(b, 1, func([]string) rx.Stream[[]string] { return c }), [][]string{nil}},
		"a goroutine inside":          {around(b, c.Prefetch(1)), [][]string{{"b"}}},
		"given back before the next":  {rx.Concat(around(b, c), around(c, b)), [][]string{{"b"}, {"c"}}},
		"a goroutine further outside": {around(b, rx.Merge(around(c, b))), [][]string{{"b", "c"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := tt.s.Collect(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestHoldingInFunctionsOfTheFace(t *testing.T) {
	all, err := rx.Observable(holder("a", 1)).Map(func(ctx context.Context, _ any) (any, error) { return heldIn(ctx), nil }).ToSlice(0)
	require.NoError(t, err)
	assert.Equal(t, []any{[]string{"a"}}, all)
}

func TestHoldingWithoutAnybodyAround(t *testing.T) {
	rx.Holding(t.Context(), func(ctx context.Context) context.Context { return ctx })()
}

func TestHoldingAroundFlatMap(t *testing.T) {
	inner := rx.Observable(holder("b", 1))
	all, err := rx.Observable(holder("a", 1)).FlatMap(func(rxgo.Item) rxgo.Observable { return inner }).ToSlice(0)
	require.NoError(t, err)
	assert.Equal(t, []any{[]string{"a"}}, all)
}
