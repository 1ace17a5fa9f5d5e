package pool_test

import (
	"context"
	"fmt"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// The password is asked for once, and again when a server has refused it.
func ExampleRotating() {
	passwords := []string{"spring", "summer"}
	source := pool.Rotating(func(context.Context) (bolt.AuthToken, error) {
		next := passwords[0]
		passwords = passwords[1:]
		fmt.Println("asked, and it is", next)
		return bolt.BasicAuth("neo4j", next), nil
	})

	ctx := context.Background()
	token, _ := source.Token(ctx)
	token, _ = source.Token(ctx)
	refused := &bolt.ServerError{Code: "Neo.ClientError.Security.Unauthorized", Message: "wrong password"}
	fmt.Println("worth a retry:", source.Rejected(token, refused))
	token, err := source.Token(ctx)
	fmt.Println(token, err)
	// Output:
	// asked, and it is spring
	// worth a retry: true
	// asked, and it is summer
	// AuthToken{scheme:basic principal:neo4j credentials:***} <nil>
}

// A token of an identity provider that holds for ten minutes is renewed after nine.
func ExampleExpiring() {
	source := pool.Expiring(func(context.Context) (bolt.AuthToken, time.Time, error) {
		return bolt.BearerAuth("eyJhbGciOi"), time.Now().Add(10 * time.Minute), nil
	}, pool.RenewEarly(time.Minute))

	fmt.Println(source.Token(context.Background()))
	// Output: AuthToken{scheme:bearer credentials:***} <nil>
}
