package routing_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/test/bolttest"
)

// A cluster of three, where core leads and can be reached, as can east; west cannot. A real one is dialled with package net.
func exampleCluster() (*pool.Pool, func()) {
	server, err := bolttest.Start(bolttest.Queries{}.Handle, bolttest.OnRoute(func(context.Context, *bolt.Route) (*bolt.RouteSuccess, error) {
		return &bolt.RouteSuccess{
			TTL: time.Minute, Database: "movies",
			Routers: []string{"core:7687"}, Readers: []string{"west:7687", "east:7687"}, Writers: []string{"core:7687"},
		}, nil
	}))
	if err != nil {
		panic(err)
	}
	cfg := pool.Defaults()
	cfg.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
		if a == "west:7687" {
			return nil, &bolt.ConnectivityError{Op: "connect to", Address: string(a), Err: errors.New("no route to host")}
		}
		nc, err := server.Dial(ctx, "tcp", "")
		if err != nil {
			return nil, err
		}
		return bolt.NewConn(ctx, nc, bolt.Config{Address: string(a), Auth: token})
	}
	p, err := pool.New(cfg)
	if err != nil {
		panic(err)
	}
	return p, func() {
		_ = p.Close(context.Background())
		server.Close()
	}
}

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

func ExampleNew() {
	p, closeAll := exampleCluster()
	defer closeAll()
	router, err := routing.New(routing.Config{Pool: p, Seed: "core:7687"})
	if err != nil {
		panic(err)
	}
	table, err := router.Table(context.Background(), "movies")
	fmt.Println(table.Readers, table.Writers, err)
	// Output: [west:7687 east:7687] [core:7687] <nil>
}

func ExampleRouter_Get() {
	p, closeAll := exampleCluster()
	defer closeAll()
	router, _ := routing.New(routing.Config{Pool: p, Seed: "core:7687", Observe: func(e routing.Event) {
		if e.Kind == routing.MemberDropped {
			fmt.Println("dropped", e.Address)
		}
	}})

	at, err := router.Get(context.Background(), routing.Request{Database: "movies", ReadOnly: true})
	if err != nil {
		panic(err)
	}
	defer at.Conn.Release()
	fmt.Println("connected to", at.Conn.Address())
	// Output:
	// dropped west:7687
	// connected to east:7687
}

// A router needs no driver: servers and connections go through the operators of rx like anything else. Here a server that cannot be reached is passed over.
func ExampleRouter_Route() {
	p, closeAll := exampleCluster()
	defer closeAll()
	router, _ := routing.New(routing.Config{Pool: p, Seed: "core:7687"})

	conns := rx.ConcatMap(router.Route(routing.Request{Database: "movies", ReadOnly: true}), func(a pool.Address) rx.Stream[*pool.Conn] {
		return p.Acquire(a, pool.Request{}).OnErrorResume(func(err error) rx.Stream[*pool.Conn] {
			router.Dead(a, err)
			fmt.Println(a, "is dead")
			return rx.Empty[*pool.Conn]()
		})
	})
	err := conns.Take(1).ForEach(context.Background(), func(c *pool.Conn) error {
		_, err := fmt.Println("connected to", c.Address())
		return err
	})
	fmt.Println(err)
	// Output:
	// west:7687 is dead
	// connected to east:7687
	// <nil>
}

func ExampleDirect() {
	server, err := routing.Direct(somewhere(), "[::1]:7687").Route(routing.Request{}).First(context.Background())
	fmt.Println(server, err)
	// Output: [::1]:7687 <nil>
}
