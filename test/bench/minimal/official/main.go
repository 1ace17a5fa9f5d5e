// Command official is the smallest program that asks a database something with the official driver. It is here for its size.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/neo4j/neo4j-go-driver/v6/neo4j"
)

func main() {
	driver, err := neo4j.NewDriver(os.Args[1], neo4j.NoAuth())
	if err != nil {
		panic(err)
	}
	result, err := neo4j.ExecuteQuery(context.Background(), driver, "RETURN 1", nil, neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithReadersRouting())
	fmt.Println(result, err)
}
