package data_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/neorx/neorx/examples/data"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ExampleAirports() {
	airports, err := data.Airports()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(airports), airports[0]["name"])
	// Output: 3376 Thigpen
}

func ExampleRoutes() {
	routes, err := data.Routes()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(routes), routes[0])
	// Output: 5366 map[count:853 destination:ATL origin:ABE]
}

func TestEveryRouteJoinsTwoAirports(t *testing.T) {
	airports, err := data.Airports()
	require.NoError(t, err)
	routes, err := data.Routes()
	require.NoError(t, err)

	known := map[any]bool{}
	for _, airport := range airports {
		assert.IsType(t, float64(0), airport["latitude"])
		assert.IsType(t, float64(0), airport["longitude"])
		known[airport["iata"]] = true
	}
	require.Len(t, known, len(airports), "iata codes are unique")
	for _, route := range routes {
		require.True(t, known[route["origin"]] && known[route["destination"]], "%v", route)
	}
}
