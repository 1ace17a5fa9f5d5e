package load_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/etl/load"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

const create = "UNWIND $rows AS row CREATE (:Row {id: row.id})"

// item is a row of the tests.
type item struct {
	ID int64 `neo4j:"id"`
}

func items(n int) []item {
	all := make([]item, n)
	for i := range all {
		all[i].ID = int64(i)
	}
	return all
}

// graph is a database that remembers the ids of the rows that were committed, with a server that
// fails as a test wants it.
type graph struct {
	*bolttest.Server
	driver *neorx.Driver

	// onRows is called for the rows of each transaction, on the goroutine of its connection.
	onRows func(ctx context.Context, ids []int64) error
	// onCommit is called for each COMMIT; applied says whether what it returns comes after the
	// effect.
	onCommit func(ids []int64) (applied bool, err error)

	mu      sync.Mutex
	written []int64
	batches [][]int64
	running map[*bolttest.Tx][]int64
	locks   map[int64]*bolttest.Tx // of the lanes, and of the job's node
	changed chan struct{}          // closed when locks are given back
	job     map[string]any         // the node of the job
	places  map[int64]lanePlace
}

type lanePlace struct{ place, epoch int64 }

// pending is what a transaction has done.
type pending struct {
	ids    []int64
	job    map[string]any
	places map[int64]lanePlace
}

// inBubble runs a test on a graph in memory; afterwards no connection is lent.
func inBubble(t *testing.T, g *graph, test func(t *testing.T, g *graph)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g.running, g.places = map[*bolttest.Tx][]int64{}, map[int64]lanePlace{}
		g.locks, g.changed = map[int64]*bolttest.Tx{}, make(chan struct{})
		g.Server = bolttest.New(t, g.answer,
			bolttest.InMemory(), bolttest.OnBegin(g.begin), bolttest.OnCommit(g.commit),
			bolttest.OnRollback(func(_ context.Context, tx *bolttest.Tx) error { g.forget(tx); return nil }))
		var err error
		g.driver, err = neorx.Open(g.URI(), neorx.NoAuth(), neorx.WithDialer(g.Dial))
		require.NoError(t, err)
		test(t, g)
		synctest.Wait()
		assert.Zero(t, g.driver.PoolStats().Total.InUse, "every connection is given back")
		require.NoError(t, g.driver.Close(context.Background()))
	})
}

func (g *graph) begin(_ context.Context, tx *bolttest.Tx) error {
	tx.Value = &pending{places: map[int64]lanePlace{}}
	return nil
}

func (g *graph) forget(tx *bolttest.Tx) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.running, tx)
	maps.DeleteFunc(g.locks, func(_ int64, holder *bolttest.Tx) bool { return holder == tx })
	close(g.changed)
	g.changed = make(chan struct{})
}

// jobNode is the lock of the node of the job.
const jobNode = -1

// lock takes the locks that a statement needs, as the database does: until the end of the
// transaction. It returns with mu held.
func (g *graph) lock(ctx context.Context, q *bolttest.Query) error {
	for {
		g.mu.Lock()
		needs := g.needs(q)
		taken := slices.ContainsFunc(needs, func(key int64) bool { return g.locks[key] != nil && g.locks[key] != q.Tx })
		if !taken {
			for _, key := range needs {
				g.locks[key] = q.Tx
			}
			return nil
		}
		changed := g.changed
		g.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *graph) needs(q *bolttest.Query) []int64 {
	switch q.Text {
	case load.OpenJob:
		return []int64{jobNode}
	case load.OpenLanes:
		return slices.Collect(maps.Keys(g.places))
	case load.ForgetJob:
		return append(slices.Collect(maps.Keys(g.places)), jobNode)
	case load.ClaimLanes:
		var lanes []int64
		for _, l := range q.Params["lanes"].([]any) {
			lanes = append(lanes, l.(map[string]any)["lane"].(int64))
		}
		return lanes
	}
	return nil
}

func (g *graph) commit(_ context.Context, tx *bolttest.Tx) (string, error) {
	defer g.forget(tx)
	p := tx.Value.(*pending)
	applied, err := true, error(nil)
	if g.onCommit != nil && p.ids != nil {
		applied, err = g.onCommit(p.ids)
	}
	if err != nil && !applied {
		return "", err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.ids != nil {
		g.written = append(g.written, p.ids...)
		g.batches = append(g.batches, p.ids)
	}
	if p.job != nil {
		g.job = p.job
	}
	for lane, place := range p.places {
		g.places[lane] = place
	}
	return "", err
}

func (g *graph) answer(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	if q.Text == create {
		return g.create(ctx, q)
	}
	answers := map[string]func(*pending, map[string]any) *bolttest.Result{
		load.OpenJob: g.openJob, load.OpenLanes: g.openLanes, load.ClaimLanes: g.claimLanes, load.MarkLow: g.markLow,
		load.ReadJob: g.readJob, load.ForgetJob: g.forgetJob,
	}
	if q.Text == load.MakeConstraint {
		return &bolttest.Result{}, nil
	}
	answer, known := answers[q.Text]
	if !known {
		return nil, bolttest.Failure(bolt.CodeSyntaxError, "no answer for "+q.Text)
	}
	if err := g.lock(ctx, q); err != nil {
		return nil, err
	}
	defer g.mu.Unlock()
	p, _ := q.Tx.Value.(*pending)
	return answer(p, q.Params), nil
}

func (g *graph) create(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	ids := []int64{}
	for _, row := range q.Params["rows"].([]any) {
		ids = append(ids, row.(map[string]any)["id"].(int64))
	}
	g.mu.Lock()
	g.running[q.Tx] = ids
	g.mu.Unlock()
	if g.onRows != nil {
		if err := g.onRows(ctx, ids); err != nil {
			return nil, err
		}
	}
	q.Tx.Value.(*pending).ids = ids
	return bolttest.Changed(records.Counters{NodesCreated: len(ids)}), nil
}

func (g *graph) openJob(p *pending, params map[string]any) *bolttest.Result {
	p.job = map[string]any{
		"epoch": int64(1), "low": int64(0), "groups": params["groups"], "statement": params["statement"],
	}
	if g.job != nil {
		p.job = map[string]any{
			"epoch": g.job["epoch"].(int64) + 1, "low": g.job["low"],
			"groups": g.job["groups"], "statement": g.job["statement"],
		}
	}
	return bolttest.Rows([]string{"epoch", "low", "groups", "statement"},
		[]any{p.job["epoch"], p.job["low"], p.job["groups"], p.job["statement"]})
}

func (g *graph) openLanes(p *pending, params map[string]any) *bolttest.Result {
	var rows [][]any
	for lane, at := range g.places {
		p.places[lane] = lanePlace{at.place, params["epoch"].(int64)}
		rows = append(rows, []any{lane, at.place, params["epoch"]})
	}
	return bolttest.Rows([]string{"lane", "place", "epoch"}, rows...)
}

func (g *graph) claimLanes(p *pending, params map[string]any) *bolttest.Result {
	keys := []string{"lane", "place", "epoch"}
	if g.job == nil {
		return bolttest.Rows(keys)
	}
	epoch := params["epoch"].(int64)
	var rows [][]any
	for _, l := range params["lanes"].([]any) {
		lane, place := l.(map[string]any)["lane"].(int64), l.(map[string]any)["place"].(int64)
		was, found := g.places[lane]
		if !found {
			was = lanePlace{-1, epoch}
		}
		p.places[lane] = lanePlace{max(place, was.place), epoch}
		rows = append(rows, []any{lane, was.place, max(was.epoch, g.job["epoch"].(int64))})
	}
	return bolttest.Rows(keys, rows...)
}

func (g *graph) markLow(_ *pending, params map[string]any) *bolttest.Result {
	if g.job != nil && g.job["epoch"] == params["epoch"] {
		g.job["low"] = max(g.job["low"].(int64), params["low"].(int64))
	}
	return &bolttest.Result{}
}

func (g *graph) readJob(*pending, map[string]any) *bolttest.Result {
	keys := []string{"low", "groups", "statement", "runs", "lanes", "last"}
	if g.job == nil {
		return bolttest.Rows(keys)
	}
	last := int64(-1)
	for _, at := range g.places {
		last = max(last, at.place)
	}
	return bolttest.Rows(keys, []any{
		g.job["low"], g.job["groups"], g.job["statement"], g.job["epoch"], int64(len(g.places)), last,
	})
}

func (g *graph) forgetJob(*pending, map[string]any) *bolttest.Result {
	g.job, g.places = nil, map[int64]lanePlace{}
	return &bolttest.Result{}
}

// ids returns what is in the graph.
func (g *graph) ids() []int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]int64(nil), g.written...)
}

// has checks that the graph has these items, each once.
func (g *graph) has(t *testing.T, want []item) {
	t.Helper()
	ids := make([]int64, len(want))
	for i, one := range want {
		ids[i] = one.ID
	}
	assert.ElementsMatch(t, ids, g.ids())
}

func byID(i item) int64 { return i.ID }

func fail(code string) error { return bolttest.Failure(code, fmt.Sprintf("the test wants %s", code)) }
