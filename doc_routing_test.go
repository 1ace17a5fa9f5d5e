package neorx_test

import (
	"context"
	"log"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/internal/doctest"
	"github.com/neorx/neorx/test/bolttest"
)

// TestSnippetsAboutRoutingAreThisCode compares docs/routing.md with this file: every snippet is
// compiled as it is printed.
func TestSnippetsAboutRoutingAreThisCode(t *testing.T) {
	doctest.Snippets(t, "docs/routing.md", "doc_routing_test.go")
}

// registry stands for something that knows servers.
type registry struct{}

func (registry) Service(context.Context, string) ([]string, error) {
	return []string{"db1.example.com:7687"}, nil
}

func docContext(auth neorx.TokenSource) (*neorx.Driver, error) {
	driver, err := neorx.Open("neo4j://db.example.com?policy=europe", auth)
	return driver, err
}

func docResolver(auth neorx.TokenSource, consul registry) (*neorx.Driver, error) {
	members := func(ctx context.Context, address string) ([]string, error) {
		return consul.Service(ctx, "neo4j") // host:port, or a host alone for port 7687
	}
	driver, err := neorx.Open("neo4j://people.example.com", auth, neorx.WithResolver(members))
	return driver, err
}

func docTopology(ctx context.Context, driver *neorx.Driver) error {
	table, err := driver.RoutingTable(ctx, "movies") // as it is known; a router is asked only if nothing is
	if err != nil {
		return err
	}
	log.Print("writes go to ", table.Writers, " until ", table.Expires)

	for event, err := range driver.Topology().All(ctx) { // what is known, and then what changes, until the driver is closed
		if err != nil {
			return err
		}
		log.Print(event.Kind, " ", event.Database, " ", event.Address, " ", event.Err)
	}
	return nil
}

// The snippets do what the page says.
func TestSnippetsAboutRouting(t *testing.T) {
	for _, open := range []func() (*neorx.Driver, error){
		func() (*neorx.Driver, error) { return docContext(neorx.NoAuth()) },
		func() (*neorx.Driver, error) { return docResolver(neorx.NoAuth(), registry{}) },
	} {
		driver, err := open()
		require.NoError(t, err)
		require.NoError(t, driver.Close(t.Context()))
	}
	inMemory(t, func(t *testing.T, _ *bolttest.Cluster, d *neorx.Driver) {
		ended := make(chan error, 1)
		go func() { ended <- docTopology(t.Context(), d) }()
		_, err := d.RoutingTable(t.Context(), "movies")
		require.NoError(t, err)
		require.NoError(t, d.Close(t.Context()))
		err = <-ended
		if err != nil {
			assert.ErrorIs(t, err, neorx.ErrClosed, "closed before it could ask")
		}
	}, bolttest.WithDatabases("movies"))
}
