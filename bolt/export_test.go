package bolt

import "context"

// RouteByProcedure is what Route does before Bolt 4.3.
func RouteByProcedure(ctx context.Context, c *Conn, m Route) (*RouteSuccess, error) {
	return c.routeByProcedure(ctx, m)
}
