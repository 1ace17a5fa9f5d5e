package main

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// What is allocated for a record, a query or a row is the same on every machine, so these are limits and not impressions. Whoever makes the driver
// allocate less lowers them; whoever raises one says why. Times are nobody's business here.
//
// The server is a process of its own: what it allocates does not count.

// TestAllocationsPerRecord reads long results, so that what a query costs by itself disappears.
func TestAllocationsPerRecord(t *testing.T) {
	const rows = 200_000
	for _, c := range []struct {
		shape, face string
		condition   plan.Condition
		limit       float64
	}{
		{"int", subject.Stream, plan.Plain, 0.073},
		{"int", subject.Stream, plan.Timeout, 0.073},
		{"int", subject.Stream, plan.Deadline, 0.073},
		{"mixed", subject.Stream, plan.Plain, 0.094},
		{"mixed", subject.Records, plan.Timeout, 0.095},
		{"mixed", subject.Batches, plan.Timeout, 0.097},
		{"mixed", subject.Structs, plan.Timeout, 1.01},
		{"node", subject.Stream, plan.Timeout, 0.16},
		{"string256", subject.Stream, plan.Plain, 0.15},
		{"wide50", subject.Stream, plan.Plain, 0.24},
	} {
		t.Run(c.shape+"/"+c.face+"/"+string(c.condition), func(t *testing.T) {
			reader := open(t, blaster.Config{Shape: c.shape, RecvTimeout: c.condition == plan.Timeout}, c.face)
			ctx := t.Context()
			if c.condition == plan.Deadline {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, time.Hour)
				defer cancel()
			}
			read(t, ctx, reader, 3000)
			cost, _ := usage.Of(func() error { read(t, ctx, reader, rows); return nil })
			within(t, float64(cost.Allocs)/rows, c.limit, "a record")
		})
	}
}

// TestAllocationsPerQuery asks for one record, again and again.
func TestAllocationsPerQuery(t *testing.T) {
	for _, c := range []struct {
		name  string
		write bool
		limit float64
	}{
		{"read", false, 84},
		{"write", true, 98},
	} {
		t.Run(c.name, func(t *testing.T) {
			asker := openAsker(t)
			allocs := testing.AllocsPerRun(500, func() {
				if n, err := asker.Ask(t.Context(), "1", nil, c.write); err != nil || n != 1 {
					t.Fatalf("%d records: %v", n, err)
				}
			})
			within(t, allocs, c.limit, "a query")
		})
	}
}

// TestAllocationsPerRow sends batches of rows in a parameter.
func TestAllocationsPerRow(t *testing.T) {
	const count = 10_000
	for kind, limit := range map[string]float64{subject.OfMaps: 0.02, subject.OfStructs: 0.02} {
		t.Run(kind, func(t *testing.T) {
			asker := openAsker(t)
			rows, err := subject.Rows(kind, count)
			if err != nil {
				t.Fatal(err)
			}
			allocs := testing.AllocsPerRun(20, func() {
				if err := asker.Load(t.Context(), "0", rows); err != nil {
					t.Fatal(err)
				}
			})
			within(t, allocs/count, limit, "a row")
		})
	}
}

func within(t *testing.T, allocations, limit float64, of string) {
	t.Helper()
	if allocations > limit {
		t.Errorf("%.3f allocations %s, and the limit is %.3f", allocations, of, limit)
		return
	}
	t.Logf("%.3f allocations %s; the limit is %.3f", allocations, of, limit)
}

func serve(t *testing.T, cfg blaster.Config) subject.Target {
	t.Helper()
	server, err := child.StartServer(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return subject.Target{URI: server.URI}
}

func open(t *testing.T, cfg blaster.Config, name string) subject.Reader {
	t.Helper()
	target := serve(t, cfg)
	target.Fetch = 1000 // pinned: how many requests a result takes must not depend on who waits for whom
	reader, err := subject.Open(t.Context(), name, target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reader.Close)
	return reader
}

func openAsker(t *testing.T) subject.Asker {
	t.Helper()
	asker, err := subject.OpenAsker(subject.Neorx, serve(t, blaster.Config{Shape: "int", RecvTimeout: true}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(asker.Close)
	return asker
}

func read(t *testing.T, ctx context.Context, reader subject.Reader, rows int64) {
	t.Helper()
	n, err := reader.Read(ctx, strconv.FormatInt(rows, 10))
	if err != nil || n != rows {
		t.Fatalf("%d records instead of %d: %v", n, rows, err)
	}
}
