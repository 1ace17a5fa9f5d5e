// Command csvgraph merges airports into the graph and prints what it has stored: csvgraph <data/airports.csv >stored.ndjson
package main

import (
	"context"
	"io"
	"iter"
	"os"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/examples/data"
	"github.com/neorx/neorx/examples/internal/database"
	"github.com/neorx/neorx/rx"
)

const mergeAirports = `
	UNWIND $rows AS row
	MERGE (a:Airport {iata: row.iata}) SET a.name = row.name, a.city = row.city, a.state = row.state
	RETURN a.iata AS iata, a.name AS name, a.city + ', ' + a.state AS place`

func main() {
	database.Run(func(driver *neorx.Driver) error { return load(context.Background(), driver, os.Stdin, os.Stdout) })
}

// load is one stream from end to end: it reads lines as fast as they are stored, and stores them as fast as it writes.
func load(ctx context.Context, db neorx.Querier, in io.Reader, out io.Writer) error {
	rows := rx.FromSeq2(func(context.Context) iter.Seq2[data.Row, error] { return data.ReadCSV(in) })
	stored := rx.ConcatMap(rx.Buffer(rows, 500), func(batch []data.Row) rx.Stream[*neorx.Record] {
		return db.Query(mergeAirports, map[string]any{"rows": batch}).Stream()
	})
	return stored.ForEach(ctx, func(record *neorx.Record) error {
		_, err := out.Write(append(record.AppendJSON(nil), '\n'))
		return err
	})
}
