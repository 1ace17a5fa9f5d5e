package neorx_test

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

func ExampleWithMaxConnectionPoolSize() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"),
		neorx.WithMaxConnectionLifetime(3*time.Hour),
		neorx.WithMaxConnectionPoolSize(50),
		neorx.WithConnectionAcquisitionTimeout(2*time.Minute)))
	// Output: welcome
}

func ExampleWithConnectionTimeout() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithConnectionTimeout(20*time.Second)))
	// Output: welcome
}

func ExampleWithMaxTransactionRetryTime() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithMaxTransactionRetryTime(15*time.Second)))
	// Output: welcome
}

// A dialer decides how the server is reached: in memory in a test, as here, or through a proxy or a
// Unix socket.
func ExampleWithDialer() {
	server, err := bolttest.Start(movies.Handle, bolttest.InMemory())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		fmt.Println("dialing", network, address)
		return server.Dial(ctx, network, address)
	}
	verify(neorx.Open("bolt://db.example.com", neorx.NoAuth(), neorx.WithDialer(dial)))
	// Output:
	// dialing tcp db.example.com:7687
	// welcome
}

func ExampleWithFetchSize() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithFetchSize(500)))
	// Output: welcome
}

// Warnings only, and none about hints.
func ExampleWithNotificationFilter() {
	uri, stop := startServer()
	defer stop()

	filter := neorx.NotificationFilter{MinimumSeverity: "WARNING", Disabled: []string{"HINT"}}
	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithNotificationFilter(filter)))
	// Output: welcome
}

// Options that are given together are checked together.
func ExampleOption() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"),
		neorx.WithUserAgent("my-app/1.0"),
		neorx.WithKeepAlive(time.Minute),
		neorx.WithConnectionLivenessCheck(10*time.Minute),
		neorx.WithResetGrace(5*time.Second),
		neorx.WithPoolDiagnostics()))
	// Output: welcome
}
