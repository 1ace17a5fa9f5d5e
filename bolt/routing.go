package bolt

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/neorx/neorx/records"
)

// Route asks the server for a routing table: with the message ROUTE, or with the procedure that older versions have in its place. The connection must be
// clean, and is so again when the server has answered; after a refusal or the end of ctx it needs a Reset. Before Bolt 4.4 the reply does not name the
// database, and impersonating somebody is an error; before 4.0 there are no databases to ask for.
func (c *Conn) Route(ctx context.Context, m Route) (*RouteSuccess, error) {
	if !c.caps.Route {
		return c.routeByProcedure(ctx, m)
	}
	table := &RouteSuccess{}
	reply := c.call(table)
	if err := c.send(ctx, sending{&m, reply}); err != nil {
		return nil, err
	}
	if err := reply.wait(ctx); err != nil {
		return nil, err
	}
	return table, nil
}

// What ROUTE was before it was a message: up to Bolt 4.2, and up to 3.
const (
	routingProcedure = "CALL dbms.routing.getRoutingTable($context, $database)"
	clusterProcedure = "CALL dbms.cluster.routing.getRoutingTable($context)"
)

func (c *Conn) routeByProcedure(ctx context.Context, m Route) (*RouteSuccess, error) {
	if err := c.caps.require(m.ImpersonatedUser == "", "impersonation", Version{4, 4}); err != nil {
		return nil, err
	}
	if c.caps.Databases {
		database := any(nil) // the default database
		if m.Database != "" {
			database = m.Database
		}
		tx := TxConfig{ReadOnly: true, Database: "system", Bookmarks: m.Bookmarks}
		return c.callForTable(ctx, routingProcedure, map[string]any{"context": m.Routing, "database": database}, tx)
	}
	if err := c.caps.require(m.Database == "", "choosing a database", Version{4, 0}); err != nil {
		return nil, err
	}
	return c.callForTable(ctx, clusterProcedure, map[string]any{"context": m.Routing}, TxConfig{ReadOnly: true})
}

// callForTable reads the one record, of ttl and servers. A second one costs the connection: there may be no end to what follows it.
func (c *Conn) callForTable(ctx context.Context, procedure string, params map[string]any, tx TxConfig) (*RouteSuccess, error) {
	rows := records.NewRows()
	stream, err := c.Run(ctx, procedure, params, tx, StreamConfig{FetchSize: All}, rows)
	if err != nil {
		return nil, err
	}
	var found []*records.Record
	for err == nil && len(found) <= 1 {
		_, err = stream.Next(ctx, 1)
		found = append(found, rows.Take()...)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(found) == 1 {
		if table, ok := tableOf(found[0]); ok {
			return table, nil
		}
	}
	wrong := &ProtocolError{Op: "read the result of " + procedure, Address: c.address, Reason: "it is not one record of ttl and servers"}
	if err == nil {
		return nil, c.fail(wrong)
	}
	return nil, wrong
}

// tableOf makes a table of a record; roles that are not known are passed over.
func tableOf(r *records.Record) (*RouteSuccess, bool) {
	ttl, err := records.Get[int64](r, "ttl")
	if err != nil {
		return nil, false
	}
	servers, err := records.Get[[]map[string]any](r, "servers")
	if err != nil {
		return nil, false
	}
	table := &RouteSuccess{TTL: seconds(ttl)}
	for _, s := range servers {
		role, _ := s["role"].(string)
		list, _ := s["addresses"].([]any)
		var addresses []string
		for _, a := range list {
			if text, ok := a.(string); ok {
				addresses = append(addresses, text)
			}
		}
		table.add(role, addresses)
	}
	return table, true
}

// seconds is a number of seconds from the wire; what is negative or too large to be counted in nanoseconds becomes the nearest that makes sense.
func seconds(n int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Second)
	return time.Duration(min(max(n, 0), most)) * time.Second
}
