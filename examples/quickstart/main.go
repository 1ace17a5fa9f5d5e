// Command quickstart stores the airports of the United States and the flight routes between them as a graph, and
// then streams the long routes out of it: the server sends records only as fast as the table takes them.
//
// It works on the Neo4j that NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD name, or else on an embedded database.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"

	"github.com/reactivex/rxgo/v2"
	"github.com/schollz/progressbar/v3"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/examples/data"
	"github.com/neorx/neorx/examples/internal/database"
)

const (
	mergeAirports = `
		UNWIND $rows AS row
		MERGE (a:Airport {iata: row.iata})
		SET a.name = row.name, a.city = row.city, a.state = row.state,
		    a.latitude = row.latitude, a.longitude = row.longitude`
	mergeRoutes = `
		UNWIND $rows AS row
		MATCH (o:Airport {iata: row.origin})
		MATCH (d:Airport {iata: row.destination})
		MERGE (o)-[r:ROUTE]->(d)
		SET r.flights = row.count`
	routesByFlights = `
		MATCH (o:Airport)-[r:ROUTE]->(d:Airport)
		RETURN o.city + ', ' + o.state AS origin, d.city + ', ' + d.state AS destination, r.flights AS flights,
		       [o.latitude, o.longitude, d.latitude, d.longitude] AS degrees
		ORDER BY flights DESC, origin, destination`
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, progress io.Writer) (err error) {
	db, err := database.Open()
	if err != nil {
		return err
	}
	defer db.Close()

	driver, err := neorx.Open(db.URI, neorx.BasicAuth(db.User, db.Password))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, driver.Close(context.WithoutCancel(ctx))) }()

	if err := db.CreateSchema(ctx, driver); err != nil {
		return err
	}
	if err := store(ctx, driver, mergeAirports, data.Airports(), newBar(progress, "airports")); err != nil {
		return err
	}
	if err := store(ctx, driver, mergeRoutes, data.Routes(), newBar(progress, "routes")); err != nil {
		return err
	}
	return printLongRoutes(ctx, driver, out)
}

// store merges rows in batches, so that storing them twice changes nothing.
func store(ctx context.Context, driver *neorx.Driver, merge string, rows []data.Row, bar *progressbar.ProgressBar) error {
	bar.ChangeMax(len(rows))
	for batch := range slices.Chunk(rows, 500) {
		if _, err := driver.Query(merge, map[string]any{"rows": batch}).Exec(ctx); err != nil {
			return err
		}
		if err := bar.Add(len(batch)); err != nil {
			return err
		}
	}
	return nil
}

// printLongRoutes observes one execution of a query: its records as they arrive, and then its summary.
func printLongRoutes(ctx context.Context, driver *neorx.Driver, out io.Writer) error {
	result, err := driver.Query(routesByFlights, nil, neorx.ReadOnly()).Open(ctx)
	if err != nil {
		return err
	}
	defer result.Close(ctx)

	table, err := newTable(out, "From", "To", "Flights", "Kilometres")
	if err != nil {
		return err
	}
	seen := 0
	<-result.Records(rxgo.WithContext(ctx)).
		Map(toRoute).
		Filter(func(item any) bool { seen++; return item.(route).kilometres() > 5000 }).
		ForEach(
			func(item any) { err = errors.Join(err, table.Append(item.(route).cells())) },
			func(failed error) { err = errors.Join(err, failed) },
			func() { err = errors.Join(err, table.Close()) },
		)
	if err != nil {
		return err
	}
	summary, err := result.Summary(ctx)
	if err != nil {
		return err
	}
	return printSummary(out, seen, summary)
}
