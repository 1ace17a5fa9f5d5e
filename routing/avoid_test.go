package routing_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// Whoever has had to wait for a silent router does not wait for the same server again because the next router still names it.
func TestARouterThatDidNotAnswerIsTheLastChoice(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.get(reading)
		pass(301 * time.Second)
		c.kill(core, east) // what was open
		c.mute(core, east)
		began := time.Now()
		for range 4 {
			assert.Equal(t, west, c.get(reading))
		}
		assert.Equal(t, 2*connectionTimeout, time.Since(began), "for the routers, one after the other")
		c.unmute(core, east)
		c.revive(core, east)
		pass(31 * time.Second)
		assert.ElementsMatch(t, []pool.Address{east, west}, []pool.Address{c.get(reading), c.get(reading)}, "after a while it is as good as any")
	})
}

// The seed's address has another name in the table, and the same machine behind it.
func TestASilentSeedIsTheLastChoiceByItsOtherName(t *testing.T) {
	ips := map[string][]string{"seed": {"10.0.0.1", "10.0.0.2"}, "east": {"10.0.0.1"}, "west": {"10.0.0.2"}}
	lookUp := func(_ *cluster, _ *pool.Config, cfg *routing.Config) {
		cfg.LookUp = func(_ context.Context, host string) ([]string, error) {
			if ips[host] == nil {
				return nil, errors.New("no such host")
			}
			return ips[host], nil
		}
	}
	inCluster(t, func(c *cluster) {
		c.add("seed/10.0.0.2:7687")
		c.mute("seed/10.0.0.1:7687", east)
		began := time.Now()
		for range 4 {
			assert.Equal(t, west, c.get(reading))
		}
		assert.Equal(t, connectionTimeout, time.Since(began), "for the seed")
	}, lookUp)
}

// unmute undoes mute.
func (c *cluster) unmute(list ...pool.Address) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range list {
		close(c.silent[a])
		delete(c.silent, a)
	}
}
