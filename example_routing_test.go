package neorx_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

// startCluster starts three servers in the memory of this process for an example, of which the
// first leads. The options are for finding them; with a real cluster at hand, uri is something like
// "neo4j://db.example.com", and they are not needed.
func startCluster() (uri string, where []neorx.Option, stop func()) {
	cluster, err := bolttest.StartCluster()
	if err != nil {
		panic(err)
	}
	return cluster.URI(), []neorx.Option{neorx.WithDialer(cluster.Dial), neorx.WithLookup(cluster.LookUp)}, cluster.Close
}

// The query part of a neo4j URI is the routing context, by which servers decide whom of them to
// name: here, by a policy called europe.
func ExampleOpen_routingContext() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open("neo4j://"+strings.TrimPrefix(uri, "bolt://")+"?policy=europe", neorx.BasicAuth("neo4j", "password")))
	// Output: welcome
}

// One address for the application, and several servers that may tell who is in the cluster: the
// first that answers does.
func ExampleWithResolver() {
	uri, where, stop := startCluster()
	defer stop()
	addresses := []string{"gone.cluster.test", strings.TrimPrefix(uri, "neo4j://")} // nobody is at the first

	driver, err := neorx.Open("neo4j://people.example.com", neorx.BasicAuth("neo4j", "password"), append(where,
		neorx.WithResolver(func(context.Context, string) ([]string, error) { return addresses, nil }))...)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)

	summary, err := driver.Query(bolttest.CreateEntry, map[string]any{"id": "Alice"}).Exec(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(summary.Counters.NodesCreated, "node created")
	// Output: 1 node created
}

// Names that DNS does not know, or not yet.
func ExampleWithLookup() {
	uri, stop := startServer()
	defer stop()
	host, port, err := net.SplitHostPort(strings.TrimPrefix(uri, "bolt://"))
	if err != nil {
		fmt.Println(err)
		return
	}
	hosts := map[string][]string{"db.example.com": {"::1", host}} // both are tried

	lookUp := func(_ context.Context, name string) ([]string, error) {
		if addresses, known := hosts[name]; known {
			return addresses, nil
		}
		return nil, errors.New("nobody knows " + name)
	}
	verify(neorx.Open("neo4j://db.example.com:"+port, neorx.BasicAuth("neo4j", "password"), neorx.WithLookup(lookUp)))
	// Output: welcome
}

// Reads go to the server nearby as long as it has little to do.
func ExampleWithServerChoice() {
	uri, where, stop := startCluster()
	defer stop()

	nearby := func(_ neorx.RoutingRequest, servers []neorx.RoutingServer) int {
		least := 0
		for i, server := range servers {
			if server.Address == "core-2.cluster.test:7687" && server.Load < 10 {
				return i
			}
			if server.Load < servers[least].Load {
				least = i
			}
		}
		return least
	}
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), append(where, neorx.WithServerChoice(nearby))...)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)

	summary, err := driver.Query(bolttest.ListEntries, nil, neorx.ReadOnly()).Exec(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("read from", summary.Server.Address)
	// Output: read from core-2.cluster.test:7687
}

// What work goes by just now.
func ExampleDriver_RoutingTable() {
	uri, where, stop := startCluster()
	defer stop()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), where...)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)

	table, err := driver.RoutingTable(ctx, "neo4j")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("writes:", table.Writers)
	fmt.Println("reads: ", table.Readers)
	// Output:
	// writes: [core-0.cluster.test:7687]
	// reads:  [core-1.cluster.test:7687 core-2.cluster.test:7687]
}

// What a router says now.
func ExampleDriver_RefreshRoutingTable() {
	uri, where, stop := startCluster()
	defer stop()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), where...)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)

	table, err := driver.RefreshRoutingTable(ctx, "neo4j")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(table.Routers), "servers can be asked for the next one")
	// Output: 3 servers can be asked for the next one
}

// Watching what the driver knows about the servers. A program that goes on for longer observes all
// events.
func ExampleDriver_Topology() {
	uri, where, stop := startCluster()
	defer stop()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), where...)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)
	if err := driver.VerifyConnectivity(ctx); err != nil {
		fmt.Println(err)
		return
	}

	err = driver.Topology().Take(1).ForEach(ctx, func(event neorx.TopologyEvent) error {
		_, err := fmt.Println(event.Kind, "of", event.Database+":", event.Table.Writers)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: routing table changed of neo4j: [core-0.cluster.test:7687]
}
