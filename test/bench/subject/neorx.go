package subject

import (
	"context"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx"
)

// face is a way to read with neorx.
type face func(ctx context.Context, q neorx.Query) (int64, error)

var faces = map[string]face{Stream: stream, Records: observe, Batches: batches, Structs: structs}

type driver struct {
	driver *neorx.Driver
	read   face
}

func openNeorx(read face, t Target) (Reader, error) {
	d, err := NeorxDriver(t)
	return &driver{driver: d, read: read}, err
}

// NeorxDriver opens neorx.
func NeorxDriver(t Target) (*neorx.Driver, error) {
	auth := neorx.NoAuth()
	if t.User != "" {
		auth = neorx.BasicAuth(t.User, t.Password)
	}
	var opts []neorx.Option
	if t.Fetch != 0 {
		opts = append(opts, neorx.WithFetchSize(t.Fetch))
	}
	if t.Connections > 0 {
		opts = append(opts, neorx.WithMaxConnectionPoolSize(t.Connections))
	}
	return neorx.Open(t.URI, auth, opts...)
}

func (d *driver) Read(ctx context.Context, query string) (int64, error) {
	return d.read(ctx, d.driver.Query(query, nil, neorx.ReadOnly()))
}

func (d *driver) Close() { _ = d.driver.Close(context.Background()) }

func stream(ctx context.Context, q neorx.Query) (rows int64, err error) {
	err = q.Stream().ForEach(ctx, func(*neorx.Record) error { rows++; return nil })
	return rows, err
}

func observe(ctx context.Context, q neorx.Query) (rows int64, err error) {
	for item := range q.Records(rxgo.WithContext(ctx)).Observe() {
		if item.Error() {
			return rows, item.E
		}
		rows++
	}
	return rows, nil
}

func batches(ctx context.Context, q neorx.Query) (rows int64, err error) {
	for item := range q.Batches(1000, rxgo.WithContext(ctx)).Observe() {
		if item.Error() {
			return rows, item.E
		}
		rows += int64(len(item.V.([]*neorx.Record)))
	}
	return rows, nil
}

// mixed is the row of the shape of that name.
type mixed struct {
	ID     int64   `neo4j:"id"`
	Name   string  `neo4j:"name"`
	Score  float64 `neo4j:"score"`
	Active bool    `neo4j:"active"`
	Tag    string  `neo4j:"tag"`
}

func structs(ctx context.Context, q neorx.Query) (rows int64, err error) {
	err = neorx.As[mixed](q).ForEach(ctx, func(mixed) error { rows++; return nil })
	return rows, err
}
