package rx_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/internal/doctest"
	"github.com/neorx/neorx/rx"
)

// TestSnippetsOfTheDocsAreThisCode compares docs/streams.md with the functions below: every snippet
// is compiled, and run, as it is printed.
func TestSnippetsOfTheDocsAreThisCode(t *testing.T) {
	doctest.Snippets(t, "../docs/streams.md", "docs_test.go")
}

var errTooMany = errors.New("too many")

func TestDocsSnippets(t *testing.T) {
	require.NoError(t, coldAndLoop(t.Context(), t))
	require.NoError(t, demandAndStopping(t.Context(), t))
	require.NoError(t, theRest(t.Context(), t))
}

func coldAndLoop(ctx context.Context, t *testing.T) error {
	visits := rx.FromSlice([]string{"Oslo", "Rome", "Oslo"})
	upper := rx.Map(visits, strings.ToUpper)

	first, err := upper.Collect(ctx) // a run; the next Collect is the next run
	require.NoError(t, err)
	again, err := upper.Collect(ctx)
	assert.Equal(t, first, again)
	require.NoError(t, err)

	for city, err := range upper.All(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(city)
	}
	return nil
}

func demandAndStopping(ctx context.Context, t *testing.T) error {
	numbers := rx.New(func(ctx context.Context, d rx.Demand, emit func(int) error) error {
		fmt.Println("asked for", d)
		for n := 0; ; n++ {
			if err := emit(n); err != nil {
				return err
			}
		}
	})
	three, err := numbers.Skip(2).Take(3).Collect(ctx) // asked for 5
	require.NoError(t, err)
	assert.Equal(t, []int{2, 3, 4}, three)
	{
		err := numbers.ForEach(ctx, func(n int) error {
			if n > 2 {
				return errTooMany
			}
			return nil
		})
		assert.Equal(t, errTooMany, err)
	}
	return nil
}

func theRest(ctx context.Context, t *testing.T) error {
	visits := rx.FromSlice([]string{"Oslo", "Rome", "Oslo"})
	lookup := rx.Fail[string](errBoom)
	answer := lookup.
		Retry(func(err error, attempt int) (time.Duration, bool) {
			return time.Duration(attempt) * 10 * time.Millisecond, attempt < 4
		}).
		OnErrorResume(func(err error) rx.Stream[string] { return rx.Just("unknown") })
	got, err := answer.First(ctx)
	require.NoError(t, err)
	assert.Equal(t, "unknown", got)

	shared := visits.Share(rx.ShareWhen(2), rx.ShareBuffer(64))
	n, err := rx.Merge(shared, shared).Count(ctx)
	require.NoError(t, err)
	assert.EqualValues(t, 6, n)

	population := func(_ context.Context, city string) (int, error) { return len(city), nil }
	sizes := rx.ParallelMap(visits, 4, func(ctx context.Context, city string) (int, error) {
		return population(ctx, city)
	})
	all, err := sizes.Collect(ctx)
	require.NoError(t, err)
	assert.Equal(t, []int{4, 4, 4}, all)

	name := "docs_test.go"
	scan := func(f *os.File) rx.Stream[string] {
		return rx.New(func(_ context.Context, _ rx.Demand, emit func(string) error) error {
			lines := bufio.NewScanner(f)
			for lines.Scan() {
				if err := emit(lines.Text()); err != nil {
					return err
				}
			}
			return lines.Err()
		})
	}
	lines := rx.Using(
		func(ctx context.Context) (*os.File, error) { return os.Open(name) },
		func(f *os.File) rx.Stream[string] { return scan(f) },
		func(f *os.File, end error) error { return f.Close() })
	line, err := lines.First(ctx)
	require.NoError(t, err)
	assert.Equal(t, "package rx_test", line)

	observable := rx.Observable(visits).
		Filter(func(v any) bool { return v != "Rome" }).
		Map(func(_ context.Context, v any) (any, error) { return len(v.(string)), nil })
	for item := range observable.Observe(rxgo.WithContext(ctx)) {
		if item.E != nil {
			return item.E
		}
		fmt.Println(item.V)
	}
	return nil
}
