package neorx

import (
	"context"

	"github.com/neorx/neorx/routing"
)

// RoutingTable returns the routing table of a database as it is known, also if its time is over: what work that begins now goes by. Only where there is none a
// router is asked. An empty name is the home database of the driver's user. It is for troubleshooting, and is the caller's own.
//
// A driver with a bolt URI has no routing tables: the error is a *[UsageError].
func (d *Driver) RoutingTable(ctx context.Context, database string) (RoutingTable, error) {
	if err := d.routes("RoutingTable"); err != nil {
		return RoutingTable{}, err
	}
	return d.router.Table(ctx, database)
}

// RefreshRoutingTable asks a router for the routing table of a database now, and returns it; work that begins from then on goes by it. The bookmarks are what
// the router has to have caught up with: whoever has just created a database needs the bookmark of that. For the rest see [Driver.RoutingTable].
func (d *Driver) RefreshRoutingTable(ctx context.Context, database string, bookmarks ...string) (RoutingTable, error) {
	if err := d.routes("RefreshRoutingTable"); err != nil {
		return RoutingTable{}, err
	}
	return d.router.Refresh(ctx, routing.Request{Database: database, Bookmarks: bookmarks})
}

// RoutingTables returns all routing tables as they are known, in the order of their databases, also those whose time is over. It asks nobody and does not
// wait, and is for troubleshooting. With a bolt URI there are none, nor once the driver is closed.
func (d *Driver) RoutingTables() []RoutingTable {
	if d.topology.Over() {
		return nil
	}
	return d.router.Tables()
}

// routes returns an error unless there are routing tables that are of any use.
func (d *Driver) routes(method string) error {
	switch {
	case d.topology.Over():
		return ErrClosed
	case d.config.Target.Routed:
		return nil
	}
	return &UsageError{Message: method + ": a driver with the scheme " + d.config.Target.Name + " goes to one server and has no routing tables: use neo4j instead of bolt"}
}

// Topology streams what the driver knows about the servers, and finds out: each run begins with a TableChanged for every routing table that is known, in the order
// of the databases, and goes on with what happens then: tables that change, servers that are dropped, home databases, failures to get a table. Of what happens at
// its very start it may tell twice, and leaves nothing out. It ends when the driver is closed. With a bolt URI there are no events.
//
// The driver never waits for an observer. One that falls 256 events behind gets those, and then a *[TopologyOverflowError].
func (d *Driver) Topology() Stream[TopologyEvent] { return d.topology.Stream(d.router.Tables) }
