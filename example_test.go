package neorx_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// movies is what the server of the examples knows.
var movies = bolttest.Queries{
	"CREATE (i:Item)":                   bolttest.Changed(records.Counters{NodesCreated: 1, LabelsAdded: 1}),
	"CREATE (p:Person {name: $name})":   bolttest.Changed(records.Counters{NodesCreated: 1, LabelsAdded: 1, PropertiesSet: 1}),
	"MATCH (p:Person) RETURN count(*)":  bolttest.Column("count(*)", 1),
	"UNWIND range(1, 10) AS n RETURN n": bolttest.Range("n", 1, 10),
	"MATCH (m:Movie) WHERE m.released > $year RETURN m.title AS title, m.released AS released": bolttest.Rows([]string{"title", "released"},
		[]any{"The Matrix Reloaded", 2003}, []any{"Cloud Atlas", 2012}),
}

// startServer starts a server in this process for an example. With a Neo4j at hand, uri is
// something like "bolt://localhost:7687".
func startServer(opts ...bolttest.Option) (uri string, stop func()) {
	server, err := bolttest.Start(movies.Handle, opts...)
	if err != nil {
		panic(err)
	}
	return server.URI(), server.Close
}

// A driver, a query, and its records as they arrive.
func Example() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()

	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	query := driver.Query("MATCH (m:Movie) WHERE m.released > $year RETURN m.title AS title, m.released AS released",
		map[string]any{"year": 2000}, neorx.ReadOnly())
	for movie, err := range query.Stream().All(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		title, err := neorx.Get[string](movie, "title")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(title)
	}
	// Output:
	// The Matrix Reloaded
	// Cloud Atlas
}

// The life of a driver: it is opened when the program starts, and closed when the program ends.
func ExampleOpen() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()

	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx) // on application exit

	if err := driver.VerifyConnectivity(ctx); err != nil {
		fmt.Println("connectivity verification failed:", err)
		return
	}
	fmt.Println("driver opened")

	session := driver.Session()
	defer session.Close()
	summary, err := session.Query("CREATE (i:Item)", nil).Exec(ctx)
	if err != nil {
		fmt.Println("unable to execute query:", err)
		return
	}
	fmt.Println(summary.Counters.NodesCreated, "node created")
	// Output:
	// driver opened
	// 1 node created
}

// Open tells everything that is wrong at once.
func ExampleOpen_problems() {
	_, err := neorx.Open("https://neo4j:password@db", neorx.NoAuth(), neorx.WithMaxConnectionPoolSize(0))
	fmt.Println(err)
	// Output:
	// neorx: cannot open a driver: the scheme https is that of the server's HTTP interface: write neo4j://host:7687
	// the URI has user information (…@): credentials are the second argument of Open, such as BasicAuth(user, password)
	// WithMaxConnectionPoolSize(0): it must be at least 1
}

func ExampleDriver_Query() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	create := driver.Query("CREATE (p:Person {name: $name})", map[string]any{"name": "Alice"})
	summary, err := create.Exec(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(summary.Counters.NodesCreated, "node,", summary.Counters.PropertiesSet, "property")

	// Take lets the server know that three are enough.
	numbers := driver.Query("UNWIND range(1, 10) AS n RETURN n", nil, neorx.ReadOnly()).Stream().Take(3)
	err = numbers.ForEach(ctx, func(r *neorx.Record) error {
		fmt.Println(r.At(0))
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 node, 1 property
	// 1
	// 2
	// 3
}

func ExampleDriver_Session() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	session := driver.Session(neorx.Database("people"))
	defer session.Close()
	if _, err := session.Query("CREATE (p:Person {name: $name})", map[string]any{"name": "Alice"}).Exec(ctx); err != nil {
		fmt.Println(err)
		return
	}
	// Whatever server answers this, it has seen Alice.
	count, err := session.Query("MATCH (p:Person) RETURN count(*)", nil).Stream().First(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(count.At(0), "person")
	// Output: 1 person
}

func ExampleDriver_GetServerInfo() {
	uri, stop := startServer(bolttest.WithAgent("Neo4j/2026.09.0"))
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	server, err := driver.GetServerInfo(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(server.Agent, "speaks Bolt", server.ProtocolVersion)
	// Output: Neo4j/2026.09.0 speaks Bolt 6.1
}

func ExampleDriver_VerifyConnectivity() {
	ctx := context.Background()
	driver, err := neorx.Open("bolt://127.0.0.1:1", neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	err = driver.VerifyConnectivity(ctx)
	var lost *neorx.ConnectivityError
	if errors.As(err, &lost) {
		fmt.Println("cannot", lost.Op, lost.Address)
	}
	// Output: cannot connect to 127.0.0.1:1
}

// Shutdown lets what runs come to its end, and Close does not.
func ExampleDriver_Shutdown() {
	uri, stop := startServer()
	defer stop()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := driver.Shutdown(ctx); err != nil {
		fmt.Println("not everything has come to its end:", err)
	}
	_, err = driver.Query("CREATE (i:Item)", nil).Exec(ctx)
	fmt.Println(errors.Is(err, neorx.ErrClosed))
	// Output: true
}

func ExampleDriver_PoolStats() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	for range 3 {
		if _, err := driver.Query("CREATE (i:Item)", nil).Exec(ctx); err != nil {
			fmt.Println(err)
			return
		}
	}
	stats := driver.PoolStats().Total
	fmt.Println(stats.Acquired, "times a connection was taken;", stats.Idle, "of at most", stats.Limit, "is idle")
	// Output: 3 times a connection was taken; 1 of at most 100 is idle
}
