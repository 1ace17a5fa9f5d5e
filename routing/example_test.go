package routing_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
)

// somewhere returns a pool that never dials.
func somewhere() *pool.Pool {
	cfg := pool.Defaults()
	cfg.Dial = func(context.Context, pool.Address, bolt.AuthToken) (pool.Link, error) {
		return nil, errors.ErrUnsupported
	}
	p, err := pool.New(cfg)
	if err != nil {
		panic(err)
	}
	return p
}

// A router needs no driver: its addresses go through the operators of rx like anything else.
func ExampleRouter_Route() {
	router := routing.Direct(somewhere(), "db:7687")
	servers := rx.Map(router.Route(routing.Request{ReadOnly: true}), func(a pool.Address) string { return "read from " + string(a) })

	err := servers.ForEach(context.Background(), func(line string) error {
		_, err := fmt.Println(line)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: read from db:7687
}

func ExampleDirect() {
	server, err := routing.Direct(somewhere(), "[::1]:7687").Route(routing.Request{}).First(context.Background())
	fmt.Println(server, err)
	// Output: [::1]:7687 <nil>
}
