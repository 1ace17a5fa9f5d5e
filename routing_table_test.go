package neorx_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/neorx/neorx"
)

func ExampleDriver_RoutingTables() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(strings.Replace(uri, "bolt:", "neo4j:", 1), neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	fmt.Println(len(driver.RoutingTables()), "tables before anything was done")
	if _, err := driver.Query("CREATE (i:Item)", nil, neorx.Database("movies")).Exec(ctx); err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range driver.RoutingTables() {
		fmt.Printf("%s: %d routers, %d readers, %d writers\n", t.Database, len(t.Routers), len(t.Readers), len(t.Writers))
	}
	// Output:
	// 0 tables before anything was done
	// movies: 1 routers, 1 readers, 1 writers
}
