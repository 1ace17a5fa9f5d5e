package data_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/neorx/neorx/examples/data"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ExampleAirports() {
	airports := data.Airports()
	fmt.Println(len(airports), airports[0]["name"])
	// Output: 3376 Thigpen
}

func ExampleRoutes() {
	routes := data.Routes()
	fmt.Println(len(routes), routes[0])
	// Output: 5366 map[count:853 destination:ATL origin:ABE]
}

func ExampleReadCSV() {
	for row, err := range data.ReadCSV(strings.NewReader("iata,city\nSEA,Seattle\nPDX\n")) {
		fmt.Println(row, err)
	}
	// Output:
	// map[city:Seattle iata:SEA] <nil>
	// map[] record on line 3: wrong number of fields
}

func TestEveryRouteJoinsTwoAirports(t *testing.T) {
	airports := data.Airports()
	known := map[any]bool{}
	for _, airport := range airports {
		assert.IsType(t, float64(0), airport["latitude"])
		assert.IsType(t, float64(0), airport["longitude"])
		known[airport["iata"]] = true
	}
	require.Len(t, known, len(airports), "iata codes are unique")
	for _, route := range data.Routes() {
		require.True(t, known[route["origin"]] && known[route["destination"]], "%v", route)
	}
}
