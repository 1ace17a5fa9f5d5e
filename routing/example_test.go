package routing_test

import (
	"context"
	"fmt"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
)

// A router needs no driver: its addresses go through the operators of rx like anything else.
func ExampleRouter_Route() {
	router := routing.Direct("db:7687")
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
	server, err := routing.Direct("[::1]:7687").Route(routing.Request{}).First(context.Background())
	fmt.Println(server, err)
	// Output: [::1]:7687 <nil>
}
