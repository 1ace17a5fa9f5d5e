package neorx_test

import (
	"context"
	"fmt"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// verify prints whether the server lets a driver in, and closes it.
func verify(driver *neorx.Driver, err error) {
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
	fmt.Println("welcome")
}

// A user name and a password, checked by the server itself or by LDAP.
func ExampleBasicAuth() {
	uri, stop := startServer(bolttest.WithAuth(bolt.BasicAuth("neo4j", "password")))
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password")))
	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "wrong")))
	// Output:
	// welcome
	// neo4j: Neo.ClientError.Security.Unauthorized: The client is unauthorized due to authentication failure.
}

func ExampleKerberosAuth() {
	const ticket = "bm90IGEgdGlja2V0"
	uri, stop := startServer(bolttest.WithAuth(bolt.KerberosAuth(ticket)))
	defer stop()

	verify(neorx.Open(uri, neorx.KerberosAuth(ticket)))
	// Output: welcome
}

func ExampleBearerAuth() {
	const token = "eyJhbGciOi"
	uri, stop := startServer(bolttest.WithAuth(bolt.BearerAuth(token)))
	defer stop()

	verify(neorx.Open(uri, neorx.BearerAuth(token)))
	// Output: welcome
}

// Whatever a provider of the server's own wants to know.
func ExampleCustomAuth() {
	parameters := map[string]any{"tenant": "movies"}
	uri, stop := startServer(bolttest.WithAuth(bolt.CustomAuth("alice", "credentials", "realm", "my-scheme", parameters)))
	defer stop()

	verify(neorx.Open(uri, neorx.CustomAuth("alice", "credentials", "realm", "my-scheme", parameters)))
	// Output: welcome
}

func ExampleNoAuth() {
	uri, stop := startServer(bolttest.WithAuth(bolt.NoAuth()))
	defer stop()

	verify(neorx.Open(uri, neorx.NoAuth()))
	// Output: welcome
}
