package main

import (
	"context"
	"math"
	"time"
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

func getRoutingTable(c *conn, ctx context.Context, r routingTableRequest) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	t, err := d.RoutingTable(ctx, r.Database)
	if err != nil {
		return "", nil, err
	}
	return "RoutingTable", map[string]any{
		"database": orNull(t.Database), "ttl": math.Ceil(time.Until(t.Expires).Seconds()),
		"routers": list(t.Routers), "readers": list(t.Readers), "writers": list(t.Writers),
	}, nil
}

// list is never null.
func list(items []string) []string { return append([]string{}, items...) }
