package neorx_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

func TestRoutingTablesOfAClosedDriver(t *testing.T) {
	ends := map[string]func(*neorx.Driver, context.Context) error{"Close": (*neorx.Driver).Close, "Shutdown": (*neorx.Driver).Shutdown}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			server := bolttest.New(t, one.Handle, bolttest.InMemory())
			d := open(t, "neo4j://db", neorx.WithDialer(server.Dial))
			_, err := d.RefreshRoutingTable(t.Context(), "movies")
			require.NoError(t, err)
			require.Len(t, d.RoutingTables(), 1)

			require.NoError(t, end(d, t.Context()))
			_, err = d.RoutingTable(t.Context(), "movies")
			require.ErrorIs(t, err, neorx.ErrClosed)
			_, err = d.RefreshRoutingTable(t.Context(), "movies")
			require.ErrorIs(t, err, neorx.ErrClosed)
			assert.Empty(t, d.RoutingTables())
		})
	}
}

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

func TestNoRoutingTableWithoutRouting(t *testing.T) {
	d := open(t, "bolt://db")
	calls := map[string]func() error{
		"RoutingTable": func() error {
			_, err := d.RoutingTable(t.Context(), "movies")
			return err
		},
		"RefreshRoutingTable": func() error {
			_, err := d.RefreshRoutingTable(t.Context(), "movies")
			return err
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			err := call()
			var usage *neorx.UsageError
			require.ErrorAs(t, err, &usage)
			assert.ErrorContains(t, err, name+": a driver with the scheme bolt goes to one server and has no routing tables: use neo4j instead of bolt")
		})
	}
}
