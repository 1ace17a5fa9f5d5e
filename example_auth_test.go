package neorx_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

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

// A password that is rotated: it is asked for once, and again after a server has refused it. The
// query is done again by itself.
func ExampleRotatingAuth() {
	uri, stop := startServer(bolttest.WithAuth(bolt.BasicAuth("neo4j", "summer")))
	defer stop()
	passwords := []string{"spring", "summer"}
	auth := neorx.RotatingAuth(func(context.Context) (neorx.AuthToken, error) {
		password := passwords[0]
		passwords = passwords[1:]
		fmt.Println("asked for the password, it is", password)
		return bolt.BasicAuth("neo4j", password), nil
	})

	driver, err := neorx.Open(uri, auth, neorx.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)
	n, err := neorx.One[int](ctx, driver.Query("MATCH (p:Person) RETURN count(*)", nil))
	fmt.Println(n, err)
	// Output:
	// asked for the password, it is spring
	// asked for the password, it is summer
	// 1 <nil>
}

// The token of an identity provider, which is renewed before it expires.
func ExampleExpiringAuth() {
	uri, stop := startServer(bolttest.WithAuth(bolt.BearerAuth("eyJhbGciOi")))
	defer stop()
	auth := neorx.ExpiringAuth(func(context.Context) (neorx.AuthToken, time.Time, error) {
		return bolt.BearerAuth("eyJhbGciOi"), time.Now().Add(time.Hour), nil
	}, neorx.RenewEarly(5*time.Minute))

	verify(neorx.Open(uri, auth))
	// Output: welcome
}

// guest lets work in that has a name in its context, and everybody else as a guest.
type guest struct{}

type nameKey struct{}

func (guest) Token(ctx context.Context) (neorx.AuthToken, error) {
	if name, ok := ctx.Value(nameKey{}).(string); ok {
		return bolt.BasicAuth(name, "password of "+name), nil
	}
	return bolt.BasicAuth("guest", ""), nil
}

func (guest) Rejected(neorx.AuthToken, error) bool { return false }

// Any type with these two methods says who a driver is.
func ExampleTokenSource() {
	uri, stop := startServer(bolttest.WithAuth(bolt.BasicAuth("alice", "password of alice")))
	defer stop()

	driver, err := neorx.Open(uri, guest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)
	fmt.Println(driver.VerifyConnectivity(ctx))
	fmt.Println(driver.VerifyConnectivity(context.WithValue(ctx, nameKey{}, "alice")))
	// Output:
	// neo4j: Neo.ClientError.Security.Unauthorized: The client is unauthorized due to authentication failure.
	// <nil>
}

// A server that says no is not an error, but the answer.
func ExampleDriver_VerifyAuthentication() {
	uri, stop := startServer(bolttest.WithAuth(bolt.BasicAuth("neo4j", "password"), bolt.BasicAuth("alice", "secret")))
	defer stop()

	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)
	fmt.Println(driver.VerifyAuthentication(ctx, neorx.BasicAuth("alice", "secret")))
	fmt.Println(driver.VerifyAuthentication(ctx, neorx.BasicAuth("alice", "guess")))
	// Output:
	// true <nil>
	// false <nil>
}

// What the server is too old for can be asked before it fails.
func ExampleDriver_SupportsSessionAuth() {
	uri, stop := startServer(bolttest.WithVersions(bolt.Version{Major: 4, Minor: 4}))
	defer stop()

	driver, err := neorx.Open(uri, neorx.NoAuth())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)
	fmt.Println(driver.SupportsSessionAuth(ctx))
	_, err = driver.Query("CREATE (i:Item)", nil, neorx.Auth(neorx.BasicAuth("alice", "secret"))).Exec(ctx)
	fmt.Println(errors.Is(err, errors.ErrUnsupported))
	// Output:
	// false <nil>
	// true
}

func ExampleDriver_SupportsMultiDB() {
	uri, stop := startServer()
	defer stop()

	driver, err := neorx.Open(uri, neorx.NoAuth())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)
	fmt.Println(driver.SupportsMultiDB(ctx))
	// Output: true <nil>
}
