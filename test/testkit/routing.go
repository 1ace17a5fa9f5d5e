package main

import (
	"context"
	"math"
	"time"

	"github.com/neorx/neorx"
)

func init() {
	on("ForcedRoutingTableUpdate", updateRoutingTable)
	on("GetRoutingTable", getRoutingTable)
}

type routingTableRequest struct {
	ofDriver
	Database  string   `json:"database"`
	Bookmarks []string `json:"bookmarks"`
}

func updateRoutingTable(c *conn, ctx context.Context, r routingTableRequest) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	_, err = d.RefreshRoutingTable(ctx, r.Database, r.Bookmarks...)
	return "Driver", identified{d.id}, err
}

// getRoutingTable looks at what is known: where nothing is, the table is empty. The driver would ask a router.
func getRoutingTable(c *conn, ctx context.Context, r routingTableRequest) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	var t neorx.RoutingTable
	if len(d.RoutingTables()) > 0 {
		if t, err = d.RoutingTable(ctx, r.Database); err != nil {
			return "", nil, err
		}
	}
	return "RoutingTable", map[string]any{
		"database": orNull(t.Database), "ttl": max(0, math.Ceil(time.Until(t.Expires).Seconds())),
		"routers": list(t.Routers), "readers": list(t.Readers), "writers": list(t.Writers),
	}, nil
}

// list is never null.
func list(items []string) []string { return append([]string{}, items...) }
