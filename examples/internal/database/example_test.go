//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package database_test

import (
	"context"
	"fmt"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/examples/internal/database"
)

func ExampleRun() {
	database.Run(func(driver *neorx.Driver) error {
		airports, _, err := driver.Query(`
			MERGE (a:Airport {iata: 'SEA'}) SET a.city = 'Seattle'
			RETURN a.iata AS iata, a.city AS city`, nil).Collect(context.Background())
		fmt.Println(airports)
		return err
	})
	// Output: [{iata: "SEA", city: "Seattle"}]
}
