package bolt

import (
	"context"
	"time"
)

// RouteByProcedure is what Route does before Bolt 4.3.
func RouteByProcedure(ctx context.Context, c *Conn, m Route) (*RouteSuccess, error) {
	return c.routeByProcedure(ctx, m)
}

// LeastRoundTrip is how far away the server is taken to be.
func (c *Conn) LeastRoundTrip() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trip.least
}
