package integration_test

import (
	"context"
	"testing"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
)

const tenNumbers = "UNWIND range(1, 10) AS x RETURN x"

// TestAnObservableIsCold: nothing happens until it is observed, and each observation executes the
// query.
func TestAnObservableIsCold(t *testing.T) {
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Cold") })
	count := driver.Query("MATCH (n:Cold) RETURN count(n) AS n", nil)
	create := driver.Query("CREATE (n:Cold) RETURN n", nil)
	created := create.Records(rxgo.WithContext(limited(t)))
	assert.Equal(t, int64(0), at(t, row(t, count), "n"))
	for range 3 {
		for item := range created.Observe() {
			require.NoError(t, item.E)
		}
	}
	assert.Equal(t, int64(3), at(t, row(t, count), "n"))
}

func TestOperatorsOnRecords(t *testing.T) {
	driver := open(t)
	even := func(item any) bool { return item.(int64)%2 == 0 }
	number := func(_ context.Context, item any) (any, error) {
		x, _ := item.(*neorx.Record).At(0).AsInt()
		return x, nil
	}
	numbers := driver.Query(tenNumbers, nil, neorx.ReadOnly()).Records(rxgo.WithContext(limited(t))).Map(number)
	cases := map[string]struct {
		observable rxgo.Observable
		want       []any
	}{
		"Map":       {numbers, []any{int64(1), int64(2), int64(3), int64(4), int64(5), int64(6), int64(7), int64(8), int64(9), int64(10)}},
		"Filter":    {numbers.Filter(even), []any{int64(2), int64(4), int64(6), int64(8), int64(10)}},
		"Take":      {numbers.Take(2), []any{int64(1), int64(2)}},
		"Skip":      {numbers.Skip(8), []any{int64(9), int64(10)}},
		"TakeWhile": {numbers.TakeWhile(func(item any) bool { return item.(int64) < 3 }), []any{int64(1), int64(2)}},
		"chain":     {numbers.Filter(even).Skip(1).Take(2), []any{int64(4), int64(6)}},
		"WithPool": {
			numbers.Map(func(_ context.Context, item any) (any, error) { return item.(int64) * 10, nil }, rxgo.WithPool(1)).Take(2),
			[]any{int64(10), int64(20)},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := test.observable.ToSlice(10)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
	total, err := numbers.Count().Get()
	require.NoError(t, err)
	assert.Equal(t, int64(10), total.V)
	first, err := numbers.First().Get()
	require.NoError(t, err)
	assert.Equal(t, int64(1), first.V)
}

// TestErrorsReachTheObserver: as an item after the records before it, and as the last word.
func TestErrorsReachTheObserver(t *testing.T) {
	driver := open(t)
	var items []rxgo.Item
	for item := range driver.Query("UNWIND [1, 0] AS x RETURN 1/x", nil, neorx.FetchSize(1), neorx.ReadOnly()).
		Records(rxgo.WithContext(limited(t))).Observe() {
		items = append(items, item)
	}
	require.Len(t, items, 2)
	assert.NoError(t, items[0].E)
	var failure *neorx.ServerError
	assert.ErrorAs(t, items[1].E, &failure)
}

// TestACancelledObservableEndsWithTheError, never as if it were complete, and stops the server.
func TestACancelledObservableEndsWithTheError(t *testing.T) {
	driver, observer := open(t, neorx.WithMaxConnectionPoolSize(1)), newObserver(t)
	mark := t.Name()
	ctx, cancel := context.WithCancel(limited(t))
	defer cancel()
	var seen int
	var last error
	for item := range driver.Query(marked(endlessRecords, mark), nil, neorx.ReadOnly()).Records(rxgo.WithContext(ctx)).Observe() {
		if item.E != nil {
			last = item.E
			continue
		}
		if seen++; seen == 2500 {
			cancel()
		}
	}
	assert.ErrorIs(t, last, context.Canceled)
	observer.awaitGone(mark)
	assert.Equal(t, int64(1), at(t, row(t, driver.Query("RETURN 1 AS x", nil)), "x"))
}

func TestBatches(t *testing.T) {
	driver := open(t)
	total := 0
	for item := range driver.Query(tenNumbers, nil, neorx.ReadOnly()).Batches(4, rxgo.WithContext(limited(t))).Observe() {
		require.NoError(t, item.E)
		batch := item.V.([]*neorx.Record)
		assert.NotEmpty(t, batch)
		assert.LessOrEqual(t, len(batch), 4)
		total += len(batch)
	}
	assert.Equal(t, 10, total)
}

func TestAResultIsOneExecution(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		result, err := driver.Query("UNWIND range(1, 3) AS x RETURN x, x * x AS square", nil, neorx.ReadOnly()).Open(limited(t))
		require.NoError(t, err)
		defer func() { assert.NoError(t, result.Close(context.Background())) }()
		assert.Equal(t, []string{"x", "square"}, result.Keys())
		all, err := result.Stream().Collect(limited(t))
		require.NoError(t, err)
		require.Len(t, all, 3)
		assert.Equal(t, int64(9), at(t, all[2], "square"))
		summary, err := result.Summary(limited(t))
		require.NoError(t, err)
		assert.Equal(t, "neo4j", summary.Database)
		_, err = result.Stream().Collect(limited(t))
		var usage *neorx.UsageError
		assert.ErrorAs(t, err, &usage)
	})
}
