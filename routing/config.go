package routing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/neorx/neorx/pool"
)

// Config says how a routing router works. The zero value of every field but Pool and Seed is its default.
type Config struct {
	// Pool is where connections come from. Required. Its OnDead has to be the router's [Router.Dead]. It may have other users.
	Pool *pool.Pool
	// Seed is the first router, host:port. It is asked again whenever no router that is known gives an answer. Required.
	Seed pool.Address
	// Context is the routing context that HELLO and ROUTE carry, with the key "address". Default: just the seed, as "address".
	Context map[string]string
	// Resolve finds the initial routers behind the seed, whenever a refresh gets as far as asking them. Default nil: the seed is the one.
	Resolve func(ctx context.Context, seed pool.Address) ([]pool.Address, error)
	// LookUp finds all IP addresses of the host of an initial router. Where there are several the router is asked at each of them, as an address that
	// [pool.At] has made; the dialer finds a single one by [LookedUp]. Default nil: whatever the dialer does with a name.
	LookUp func(ctx context.Context, host string) ([]string, error)
	// Choose picks the server that is tried next, by its index, among those that would do and were not tried yet; there is at least one. It is called from
	// any goroutine, and must not wait. Default nil: the one with the least load, in turn where several have the same.
	Choose func(q Request, servers []Server) int
	// RouterTimeout is how long one router may take to answer, its connection included. Default 30 s.
	RouterTimeout time.Duration
	// PurgeDelay is how long after its end a table is kept that nobody uses. Default 30 s.
	PurgeDelay time.Duration
	// Observe is told of changes. It is called from any goroutine, with no lock held, and should return soon. Events of changes that were made at
	// the same time may come in either order. Default nil.
	Observe func(Event)
}

// Server is one that would do for a request.
type Server struct {
	Address pool.Address
	// Load is how many connections to it are in use or waited for: see [pool.Pool.Load].
	Load int
}

func (c *Config) complete() error {
	var problems []error
	if c.Pool == nil {
		problems = append(problems, errors.New("routing: Config.Pool is missing"))
	}
	if c.Seed == "" {
		problems = append(problems, errors.New("routing: Config.Seed is missing"))
	}
	if c.RouterTimeout < 0 || c.PurgeDelay < 0 {
		problems = append(problems, fmt.Errorf("routing: Config.RouterTimeout is %v and Config.PurgeDelay %v: neither can be negative", c.RouterTimeout, c.PurgeDelay))
	}
	c.Context = maps.Clone(c.Context)
	if c.Context == nil {
		c.Context = map[string]string{"address": string(c.Seed)}
	}
	if c.RouterTimeout == 0 {
		c.RouterTimeout = 30 * time.Second
	}
	if c.PurgeDelay == 0 {
		c.PurgeDelay = 30 * time.Second
	}
	return errors.Join(problems...)
}
