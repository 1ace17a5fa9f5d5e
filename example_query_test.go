package neorx_test

import (
	"context"
	"fmt"

	"github.com/neorx/neorx"
)

// movie is a row of the query below.
type movie struct {
	Title    string `neo4j:"title"`
	Released int    `neo4j:"released"`
}

const recent = "MATCH (m:Movie) WHERE m.released > $year RETURN m.title AS title, m.released AS released"

// Records go from the wire into a struct, without a Record in between.
func ExampleAs() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	movies := driver.Query(recent, map[string]any{"year": 2000}, neorx.ReadOnly())
	err = neorx.As[movie](movies).ForEach(ctx, func(m movie) error {
		_, err := fmt.Println(m.Released, m.Title)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 2003 The Matrix Reloaded
	// 2012 Cloud Atlas
}

func ExampleList() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	movies, err := neorx.List[movie](ctx, driver.Query(recent, map[string]any{"year": 2000}))
	fmt.Printf("%+v %v\n", movies, err)
	// Output: [{Title:The Matrix Reloaded Released:2003} {Title:Cloud Atlas Released:2012}] <nil>
}

// A result with one column can become a value that is no struct.
func ExampleOne() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	people, err := neorx.One[int](ctx, driver.Query("MATCH (p:Person) RETURN count(*)", nil, neorx.ReadOnly()))
	fmt.Println(people, err)
	// Output: 1 <nil>
}

func ExampleGet() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	record, err := driver.Query(recent, map[string]any{"year": 2000}).Stream().First(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	released, err := neorx.Get[int](record, "released")
	fmt.Println(released, err)
	_, err = neorx.Get[int](record, "title")
	fmt.Println(err)
	// Output:
	// 2003 <nil>
	// column "title": STRING does not fit int
}
