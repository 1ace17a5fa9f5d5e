package routing_test

import (
	"context"
	"testing"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// told is a connection to a server that tells a table of three readers, and does nothing else.
type told struct{}

func (told) Alive() bool                         { return true }
func (told) Clean() bool                         { return true }
func (told) Reset(context.Context) error         { return nil }
func (told) Reauthenticate(bolt.AuthToken) error { return nil }
func (told) Close() error                        { return nil }
func (told) CanReauthenticate() error            { return nil }
func (told) Hints() bolt.Hints                   { return bolt.Hints{SSR: true} }
func (told) Route(context.Context, bolt.Route) (*bolt.RouteSuccess, error) {
	three := []string{"a:1", "b:1", "c:1"}
	return &bolt.RouteSuccess{TTL: time.Hour, Database: "movies", Routers: three, Readers: three, Writers: three[:1]}, nil
}

// BenchmarkGet is what a unit of work pays for its server, beside BenchmarkDirect, which pays for the connection only.
func BenchmarkGet(b *testing.B) {
	p := benchmarkPool(b)
	router, err := routing.New(routing.Config{Pool: p, Seed: "a:1"})
	if err != nil {
		b.Fatal(err)
	}
	for name, request := range map[string]routing.Request{
		"reads": {Database: "movies", ReadOnly: true}, "writes": {Database: "movies"}, "home": {ReadOnly: true},
	} {
		b.Run(name, func(b *testing.B) { acquire(b, router, request) })
	}
	b.Run("direct", func(b *testing.B) { acquire(b, routing.Direct(p, "a:1"), routing.Request{}) })
}

func benchmarkPool(b *testing.B) *pool.Pool {
	cfg := pool.Defaults()
	cfg.Dial = func(context.Context, pool.Address, bolt.AuthToken) (pool.Link, error) { return told{}, nil }
	p, err := pool.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.Close(context.Background()) })
	return p
}

func acquire(b *testing.B, router *routing.Router, request routing.Request) {
	b.ReportAllocs()
	for b.Loop() {
		at, err := router.Get(b.Context(), request)
		if err != nil {
			b.Fatal(err)
		}
		at.Conn.Release()
	}
}
