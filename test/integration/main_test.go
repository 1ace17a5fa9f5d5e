package integration_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/test/integration/neo4jserver"
)

const startLimit = 10 * time.Minute // the first start on a machine fetches the server

// server is the Neo4j of this run, unavailable the reason why there is none. TestMain sets one of
// them.
var (
	server      *neo4jserver.Server
	unavailable error
)

// advertised is the address that the server of this run calls itself by, and that leads nowhere:
// whoever routes has to say how it has called the server.
const advertised = "advertised.invalid:7687"

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	version := chosenVersion()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	var err error
	server, err = neo4jserver.Start(ctx, version, neo4jserver.WithAdvertisedAddress(advertised))
	switch {
	case err == nil:
		fmt.Printf("integration: Neo4j %s at %s\n", server.Version, server.URI)
	case errors.Is(err, neo4jserver.ErrUnavailable) && os.Getenv("NEORX_REQUIRE_NEO4J") != "1":
		unavailable = err
		fmt.Fprintf(os.Stderr, "\n*** THE INTEGRATION TESTS ARE SKIPPED: %v\n\n", err)
		return m.Run()
	default:
		fmt.Fprintln(os.Stderr, "integration:", err)
		return 1
	}
	code := m.Run()
	if err := server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "integration:", err)
		return 1
	}
	return code
}

func chosenVersion() neo4jserver.Version {
	if chosen := os.Getenv("NEORX_NEO4J_VERSION"); chosen != "" {
		return neo4jserver.Version(chosen)
	}
	return neo4jserver.V2026
}

// TestVersion also reads the variable where the go command notices it: what only TestMain reads is
// not part of the test cache's key.
func TestVersion(t *testing.T) {
	require.Equal(t, chosenVersion(), realServer(t).Version)
}

// realServer returns the server of this run. The test is skipped if there is none.
func realServer(tb testing.TB) *neo4jserver.Server {
	tb.Helper()
	if unavailable != nil {
		tb.Skip("no real Neo4j: ", unavailable)
	}
	return server
}
