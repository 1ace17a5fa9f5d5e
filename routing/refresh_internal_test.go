package routing

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// unasked returns a router that fails the test if it asks anybody.
func unasked(t *testing.T) *Router {
	t.Helper()
	cfg := pool.Defaults()
	cfg.Dial = func(context.Context, pool.Address, bolt.AuthToken) (pool.Link, error) {
		t.Error("dialled")
		return nil, context.Canceled
	}
	p, err := pool.New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close(context.Background()) })
	r, err := New(Config{Pool: p, Seed: "seed:7687"})
	require.NoError(t, err)
	return r
}

// A table that comes between the look at the tables and the question answers it.
func TestAnsweredInTheMeantime(t *testing.T) {
	some := []pool.Address{"a:1"}
	fresh := &table{database: "movies", routers: some, readers: some, writers: some, expires: time.Now().Add(time.Hour)}
	r := unasked(t)
	r.tables.put("movies", fresh, time.Hour)
	got, err := r.ask(t.Context(), Request{Database: "movies"}, identity{}, 0)
	require.NoError(t, err)
	assert.Same(t, fresh, got)

	r.homes.put("", "movies", r.answers.Add(1))
	got, err = r.ask(t.Context(), Request{}, identity{}, 0)
	require.NoError(t, err)
	assert.Same(t, fresh, got, "the answer came after the caller began")
}

// Where a walk's table was dropped meanwhile, the walk goes on with it: its servers may be there.
func TestCurrentWithoutTable(t *testing.T) {
	w := unasked(t).walk(Request{})
	w.table = &table{database: "movies"}
	assert.Same(t, w.table, w.current())
}
