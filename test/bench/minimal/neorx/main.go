// Command neorx is the smallest program that asks a database something with neorx. It is here for its size.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/neorx/neorx"
)

func main() {
	driver, err := neorx.Open(os.Args[1], neorx.NoAuth())
	if err != nil {
		panic(err)
	}
	records, _, err := driver.Query("RETURN 1", nil, neorx.ReadOnly()).Collect(context.Background())
	fmt.Println(records, err)
}
