package bench

import (
	"context"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v6/neo4j"
	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// shape is a kind of row.
type shape struct {
	name   string
	fields []string
	row    []any
}

var shapes = []shape{
	{"int", []string{"x"}, []any{int64(123456)}},
	{"mixed", []string{"id", "name", "score", "active", "tag"}, []any{int64(123456), "Grace Hopper", 0.75, true, "admiral"}},
	{"node", []string{"n"}, []any{records.Node{
		ID: 42, ElementID: "4:f3e7:42", Labels: []string{"Person", "Author"},
		Props: map[string]any{"name": "Grace Hopper", "born": int64(1906), "score": 0.75, "active": true, "tag": "admiral"},
	}}},
}

// mixed is the row of the shape of that name.
type mixed struct {
	ID     int64   `neo4j:"id"`
	Name   string  `neo4j:"name"`
	Score  float64 `neo4j:"score"`
	Active bool    `neo4j:"active"`
	Tag    string  `neo4j:"tag"`
}

// condition is what a program meets: every real server has sent a receive timeout since 4.3, and most contexts in services have a deadline.
type condition struct {
	name     string
	hints    bolt.Hints
	deadline bool
}

var conditions = []condition{
	{"plain", bolt.Hints{}, false},
	{"receive-timeout", bolt.Hints{RecvTimeout: 120 * time.Second}, false},
	{"deadline", bolt.Hints{}, true},
}

// subject reads one result to its end and returns how many records it had.
type subject struct {
	name string
	read func(ctx context.Context, uri string) (int, error)
}

// subjectsOf lists who can read a shape.
func subjectsOf(s shape) []subject {
	all := []subject{{"official", official}, {"neorx", stream}, {"neorx-observe", observe}, {"neorx-batches", batches}}
	if s.name == "mixed" {
		all = append(all, subject{"neorx-structs", structs})
	}
	return all
}

func TestSubjectsReadEverything(t *testing.T) {
	const rows = 2500
	for _, s := range shapes {
		for _, who := range subjectsOf(s) {
			t.Run(s.name+"/"+who.name, func(t *testing.T) {
				n, err := who.read(t.Context(), newBlaster(t, rows, bolt.Hints{}, s).uri())
				if err != nil || n != rows {
					t.Fatalf("%d records instead of %d: %v", n, rows, err)
				}
			})
		}
	}
}

// BenchmarkStream reads one result of b.N records.
func BenchmarkStream(b *testing.B) {
	for _, s := range shapes {
		for _, c := range conditions {
			for _, who := range subjectsOf(s) {
				b.Run(s.name+"/"+c.name+"/"+who.name, func(b *testing.B) { measure(b, s, c, who) })
			}
		}
	}
}

func measure(b *testing.B, s shape, c condition, who subject) {
	server := newBlaster(b, int64(b.N), c.hints, s)
	ctx := b.Context()
	if c.deadline {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Hour)
		defer cancel()
	}
	b.ReportAllocs()
	b.ResetTimer()
	n, err := who.read(ctx, server.uri())
	if err != nil || n != b.N {
		b.Fatalf("%d records instead of %d: %v", n, b.N, err)
	}
}

func official(ctx context.Context, uri string) (n int, err error) {
	driver, err := neo4j.NewDriver(uri, neo4j.NoAuth())
	if err != nil {
		return 0, err
	}
	defer driver.Close(context.Background())
	session := driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead})
	defer session.Close(context.Background())
	result, err := session.Run(ctx, "MATCH", nil)
	if err != nil {
		return 0, err
	}
	for result.Next(ctx) {
		_ = result.Record()
		n++
	}
	return n, result.Err()
}

func open(uri string, read func(q neorx.Query) error) error {
	driver, err := neorx.Open(uri, neorx.NoAuth())
	if err != nil {
		return err
	}
	defer driver.Close(context.Background())
	return read(driver.Query("MATCH", nil, neorx.ReadOnly()))
}

func stream(ctx context.Context, uri string) (n int, err error) {
	err = open(uri, func(q neorx.Query) error {
		return q.Stream().ForEach(ctx, func(*neorx.Record) error { n++; return nil })
	})
	return n, err
}

func observe(ctx context.Context, uri string) (n int, err error) {
	err = open(uri, func(q neorx.Query) error {
		for item := range q.Records(rxgo.WithContext(ctx)).Observe() {
			if item.Error() {
				return item.E
			}
			n++
		}
		return nil
	})
	return n, err
}

func batches(ctx context.Context, uri string) (n int, err error) {
	err = open(uri, func(q neorx.Query) error {
		for item := range q.Batches(1000, rxgo.WithContext(ctx)).Observe() {
			if item.Error() {
				return item.E
			}
			n += len(item.V.([]*neorx.Record))
		}
		return nil
	})
	return n, err
}

func structs(ctx context.Context, uri string) (n int, err error) {
	err = open(uri, func(q neorx.Query) error {
		return neorx.As[mixed](q).ForEach(ctx, func(mixed) error { n++; return nil })
	})
	return n, err
}
