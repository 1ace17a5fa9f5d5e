package bolttest

import (
	"context"
	"net"
	"time"

	"github.com/neorx/neorx/bolt"
)

func (c *conn) route(m *bolt.Route) {
	ctx := c.epoch.context()
	table, err := c.table(ctx, m)
	if err != nil {
		c.fail(reported(ctx, err, codeUnknown))
		return
	}
	c.reply(table)
}

func (c *conn) table(ctx context.Context, m *bolt.Route) (*bolt.RouteSuccess, error) {
	if hook := c.server.cfg.onRoute; hook != nil {
		return hook(ctx, c.session, m)
	}
	self := m.Routing["address"]
	if self == "" {
		self = c.server.Address()
	} else if _, _, err := net.SplitHostPort(self); err != nil {
		self = net.JoinHostPort(self, "7687")
	}
	database := m.Database
	if database == "" {
		database = c.server.cfg.database
	}
	everything := []string{self}
	return &bolt.RouteSuccess{TTL: 300 * time.Second, Database: database, Routers: everything, Readers: everything, Writers: everything}, nil
}

// routingTable answers the procedure of Bolt up to 4.2: one record of ttl and servers.
func (c *conn) routingTable(ctx context.Context, params map[string]any, tx *transaction) (*Result, error) {
	m := &bolt.Route{Routing: map[string]string{}, Bookmarks: tx.Bookmarks}
	m.Database, _ = params["database"].(string)
	routing, _ := params["context"].(map[string]any)
	for key, value := range routing {
		m.Routing[key], _ = value.(string)
	}
	table, err := c.table(ctx, m)
	if err != nil {
		return nil, err
	}
	servers := []any{}
	for _, s := range []struct {
		role      string
		addresses []string
	}{{"ROUTE", table.Routers}, {"READ", table.Readers}, {"WRITE", table.Writers}} {
		servers = append(servers, map[string]any{"role": s.role, "addresses": s.addresses})
	}
	return Rows([]string{"ttl", "servers"}, []any{int64(table.TTL / time.Second), servers}), nil
}
