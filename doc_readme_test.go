package neorx_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"testing"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/internal/doctest"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// TestSnippetsOfTheReadmeAreThisCode compares README.md with the functions below: every snippet is
// compiled, and run, as it is printed.
func TestSnippetsOfTheReadmeAreThisCode(t *testing.T) {
	doctest.Snippets(t, "README.md", "doc_readme_test.go")
}

const longFlights = "MATCH (a:Airport)-[r:ROUTE]->(b:Airport) WHERE r.flights > $n RETURN a.iata AS origin, b.iata AS destination, r.flights AS flights"

// airports knows the answers to the README's queries.
var airports = bolttest.Queries{
	longFlights: bolttest.Rows([]string{"origin", "destination", "flights"},
		[]any{"ABE", "ATL", 853}, []any{"ATL", "LGA", 10506}),
	"CREATE (o:Order {id: $id})": bolttest.Changed(records.Counters{NodesCreated: 1}),
	"MATCH (o:Order {id: $id}) MATCH (c:Customer {id: $customer}) CREATE (c)-[:PLACED]->(o)": bolttest.Changed(records.Counters{NodesCreated: 1}),
}

func TestReadme(t *testing.T) {
	server := bolttest.New(t, airports.Handle)
	require.NoError(t, readmeLoop(t.Context(), server.URI()))
	driver, err := neorx.Open(server.URI(), neorx.NoAuth())
	require.NoError(t, err)
	defer driver.Close(t.Context())
	routes := driver.Query(longFlights, map[string]any{"n": 500}, neorx.ReadOnly())
	require.NoError(t, readmeStructs(t.Context(), routes))
	readmeObservable(t.Context(), routes)
	require.NoError(t, readmeTransaction(t.Context(), driver))
	require.NotNil(t, readmeHandler(routes))
	server.AwaitIdle(t)
}

func readmeLoop(ctx context.Context, uri string) error {
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		return err
	}
	defer driver.Close(ctx)

	routes := driver.Query(`MATCH (a:Airport)-[r:ROUTE]->(b:Airport) WHERE r.flights > $n RETURN a.iata AS origin, b.iata AS destination, r.flights AS flights`,
		map[string]any{"n": 500}, neorx.ReadOnly())

	for route, err := range routes.Stream().All(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(route) // {origin: "ABE", destination: "ATL", flights: 853}
	}
	return nil
}

type Route struct {
	Origin      string `neo4j:"origin"`
	Destination string `neo4j:"destination"`
	Flights     int    `neo4j:"flights"`
}

func readmeStructs(ctx context.Context, routes neorx.Query) error {
	err := neorx.As[Route](routes).
		Filter(func(r Route) bool { return r.Origin != r.Destination }).
		Take(10). // asks the server for no more than it has to, and ends the query there
		ForEach(ctx, func(r Route) error {
			_, err := fmt.Println(r.Origin, r.Destination, r.Flights)
			return err
		})
	return err
}

func readmeObservable(ctx context.Context, routes neorx.Query) {
	<-routes.Records(rxgo.WithContext(ctx)).
		Map(func(_ context.Context, item any) (any, error) {
			return neorx.Get[string](item.(*neorx.Record), "destination")
		}).
		Distinct(func(_ context.Context, item any) (any, error) { return item, nil }).
		ForEach(
			func(item any) { fmt.Println(item) },
			func(err error) { log.Println(err) },
			func() { fmt.Println("done") })
}

func readmeTransaction(ctx context.Context, driver *neorx.Driver) error {
	placed, err := neorx.WriteTx(ctx, driver.Session(), func(ctx context.Context, tx *neorx.Transaction) (bool, error) {
		if _, err := tx.Query("CREATE (o:Order {id: $id})", map[string]any{"id": 7}).Exec(ctx); err != nil {
			return false, err // rolls back
		}
		_, err := tx.Query("MATCH (o:Order {id: $id}) MATCH (c:Customer {id: $customer}) CREATE (c)-[:PLACED]->(o)",
			map[string]any{"id": 7, "customer": 3}).Exec(ctx)
		return err == nil, err
	})
	fmt.Println(placed)
	return err
}

func readmeHandler(routes neorx.Query) http.HandlerFunc {
	handler := func(w http.ResponseWriter, r *http.Request) {
		var line []byte
		err := routes.Stream().ForEach(r.Context(), func(record *neorx.Record) error {
			line = append(record.AppendJSON(line[:0]), '\n')
			_, err := w.Write(line) // a slow client slows the query down, one that leaves stops it
			return err
		})
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}
	return handler
}

func TestRoutes(t *testing.T) {
	server := bolttest.New(t, bolttest.Queries{
		longFlights: bolttest.Rows([]string{"origin", "destination", "flights"}, []any{"ABE", "ATL", 853}),
	}.Handle)
	driver, err := neorx.Open(server.URI(), neorx.NoAuth())
	require.NoError(t, err)
	defer driver.Close(t.Context())

	routes, err := neorx.List[Route](t.Context(), driver.Query(longFlights, map[string]any{"n": 500}))

	require.NoError(t, err)
	assert.Equal(t, []Route{{"ABE", "ATL", 853}}, routes)
	server.AwaitIdle(t) // nothing was left open
}
