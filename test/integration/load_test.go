package integration_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/etl/load"
	"github.com/neorx/neorx/rx"
)

// ware is a row; a negative stock makes the statement divide by zero.
type ware struct {
	ID    int64 `neo4j:"id"`
	Stock int64 `neo4j:"stock"`
}

type wireRow struct {
	From int64 `neo4j:"from"`
	To   int64 `neo4j:"to"`
}

const createWares = `UNWIND $rows AS row CREATE (:Ware {id: row.id, stock: 10 / (row.stock + 1)})`

func wares(n int) []ware {
	all := make([]ware, n)
	for i := range all {
		all[i] = ware{ID: int64(i), Stock: 1}
	}
	return all
}

func countOf(t *testing.T, d *neorx.Driver, cypher string) int64 {
	t.Helper()
	n, err := neorx.One[int64](limited(t), d.Query(cypher, nil))
	require.NoError(t, err)
	return n
}

// forget removes what a test of load leaves behind.
func forget(t *testing.T, d *neorx.Driver, job string, labels ...string) {
	t.Helper()
	t.Cleanup(func() {
		require.NoError(t, load.Forget(context.Background(), d, job))
		for _, label := range labels {
			wipe(t, d, label)
		}
	})
}

func TestLoadFindsPoisonRows(t *testing.T) {
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Ware") })
	cases := map[string][]int{
		"none": nil, "first": {0}, "middle": {4321}, "last": {9999}, "several": {0, 17, 18, 5000, 9999},
	}
	for name, bad := range cases {
		t.Run(name, func(t *testing.T) {
			t.Cleanup(func() { wipe(t, driver, "Ware") })
			rows := wares(10_000)
			for _, i := range bad {
				rows[i].Stock = -1
			}
			var rejected []int
			job := load.New[ware](driver, createWares, load.Key(func(w ware) int64 { return w.ID }),
				load.DeadLetters(func(_ context.Context, r load.Rejected[ware]) error {
					rejected = append(rejected, int(r.Number))
					return nil
				}))
			report, err := job.Run(limited(t), rx.FromSlice(rows))
			require.NoError(t, err)
			assert.ElementsMatch(t, bad, rejected)
			assert.EqualValues(t, len(rows)-len(bad), report.Written)
			assert.EqualValues(t, len(rows)-len(bad), countOf(t, driver, "MATCH (w:Ware) RETURN count(w)"))
			assert.EqualValues(t, len(rows)-len(bad), countOf(t, driver, "MATCH (w:Ware) RETURN count(DISTINCT w.id)"))
		})
	}
}

// Writers of relationships between few nodes would wait for each other's locks without lanes.
func TestLoadWritesRelationshipsInLanes(t *testing.T) {
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Ware") })
	exec(t, driver.Query("CREATE CONSTRAINT ware_id IF NOT EXISTS FOR (w:Ware) REQUIRE w.id IS UNIQUE", nil,
		neorx.AutoCommit()))
	exec(t, driver.Query("UNWIND range(0, 499) AS id CREATE (:Ware {id: id})", nil))
	random := rand.New(rand.NewPCG(1, 2))
	distinct := map[wireRow]bool{}
	var rows []wireRow
	for range 20_000 {
		w := wireRow{From: random.Int64N(500), To: random.Int64N(500)}
		rows, distinct[w] = append(rows, w), true
	}
	const merge = `UNWIND $rows AS row MATCH (a:Ware {id: row.from}) MATCH (b:Ware {id: row.to}) MERGE (a)-[:WIRE]->(b)`
	job := load.New[wireRow](driver, merge,
		load.Keys(func(w wireRow) (int64, int64) { return w.From, w.To }), load.Writers(4), load.BatchRows(500))
	report, err := job.Run(limited(t), rx.FromSlice(rows))
	require.NoError(t, err)
	t.Log(report)
	assert.EqualValues(t, len(rows), report.Written)
	assert.EqualValues(t, len(distinct), countOf(t, driver, "MATCH (:Ware)-[r:WIRE]->(:Ware) RETURN count(r)"))
}

// A job that is cancelled again and again goes on where it was, also with CREATE.
func TestLoadGoesOnExactlyOnce(t *testing.T) {
	driver := open(t)
	forget(t, driver, "wares", "Ware")
	rows := wares(6_000)
	job := load.New[ware](driver, createWares, load.Key(func(w ware) int64 { return w.ID }),
		load.BatchRows(100), load.Writers(3), load.ExactlyOnce("wares"))
	runs := 0
	for done := false; !done; runs++ {
		require.Less(t, runs, 100)
		ctx, cancel := context.WithCancelCause(limited(t))
		acks, most := 0, 1+runs%7
		err := job.Stream(rx.FromSlice(rows)).ForEach(ctx, func(load.Ack) error {
			if acks++; acks == most && runs < 12 {
				cancel(fmt.Errorf("cut"))
			}
			return nil
		})
		done = err == nil
		cancel(nil)
	}
	assert.EqualValues(t, 6_000, countOf(t, driver, "MATCH (w:Ware) RETURN count(w)"))
	assert.EqualValues(t, 6_000, countOf(t, driver, "MATCH (w:Ware) RETURN count(DISTINCT w.id)"))
	progress, found, err := load.ReadProgress(limited(t), driver, "wares")
	require.NoError(t, err)
	require.True(t, found)
	assert.EqualValues(t, 6_000, progress.Low)
	assert.EqualValues(t, 5_999, progress.Last)
	report, err := job.Run(limited(t), rx.FromSlice(rows))
	require.NoError(t, err)
	assert.EqualValues(t, 6_000, report.Skipped, "nothing is written again")
}

func TestLoadFencesTheOlderRun(t *testing.T) {
	driver := open(t)
	forget(t, driver, "fenced", "Ware")
	job := load.New[ware](driver, createWares, load.BatchRows(100), load.Writers(1), load.ExactlyOnce("fenced"))
	newer := false
	_, err := job.Run(limited(t), rx.Map(rx.FromSlice(wares(2_000)), func(w ware) ware {
		if w.ID == 1_500 {
			_, err := job.Run(limited(t), rx.FromSlice(wares(2_000)))
			require.NoError(t, err)
			newer = true
		}
		return w
	}))
	require.True(t, newer)
	var fenced *load.FencedError
	require.ErrorAs(t, err, &fenced)
	assert.EqualValues(t, 2_000, countOf(t, driver, "MATCH (w:Ware) RETURN count(w)"))
}

func TestLoadRefusesAnotherShapeOfTheJob(t *testing.T) {
	driver := open(t)
	forget(t, driver, "shape", "Ware")
	run := func(cypher string, opts ...load.Option) error {
		opts = append(opts, load.ExactlyOnce("shape"))
		_, err := load.New[ware](driver, cypher, opts...).Run(limited(t), rx.FromSlice(wares(10)))
		return err
	}
	require.NoError(t, run(createWares))
	var usage *neorx.UsageError
	require.ErrorAs(t, run(createWares, load.Groups(8)), &usage)
	require.ErrorAs(t, run(createWares+" "), &usage)
	require.NoError(t, run(createWares))
	assert.EqualValues(t, 10, countOf(t, driver, "MATCH (w:Ware) RETURN count(w)"))
}
