package neorx

import (
	"context"

	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/settings"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

type (
	// Address is a server's host:port.
	//   - [pool.Address.Host] is the name that the server's certificate has to have.
	//   - [pool.Address.Target] is what is dialed.
	Address = pool.Address

	// RoutingTable says which servers serve one database, and until when that holds.
	// [Driver.RoutingTable], [Driver.RoutingTables] and [Driver.RefreshRoutingTable] return it.
	RoutingTable = routing.Table

	// RoutingRequest is what a [ServerChoice] can depend on: database, access, bookmarks, user.
	RoutingRequest = routing.Request

	// RoutingServer is one of the servers that a [ServerChoice] chooses from, with its load.
	RoutingServer = routing.Server

	// TopologyEvent is a change of what the driver knows about the servers. [Driver.Topology]
	// streams them.
	TopologyEvent = routing.Event
)

// The kinds of a [TopologyEvent].
const (
	// TableChanged: the servers of a database are not those that were known before.
	TableChanged = routing.TableChanged
	// MemberDropped: a server is not used any more until a router names it again.
	MemberDropped = routing.MemberDropped
	// HomeResolved: it has turned out which database is a user's home.
	HomeResolved = routing.HomeResolved
	// RefreshFailed: no router could be asked for the servers of a database.
	RefreshFailed = routing.RefreshFailed
)

// Lookup finds all IP addresses of a host, as the method LookupHost of net.Resolver does. It must
// return soon after the end of ctx.
type Lookup func(ctx context.Context, host string) ([]string, error)

// WithLookup finds the IP addresses of servers by something else than the system's DNS. It is asked
// anew for every connection, from any goroutine. All addresses of a name are tried, until one
// answers; with encryption it is still the name that the certificate has to have. Literal IP
// addresses are not looked up. Default: what the dialer does, and for the first contact of a neo4j
// URI net.DefaultResolver, unless there is a [WithDialer], which may know names of its own.
func WithLookup(lookUp Lookup) Option {
	return func(c *settings.Config) { c.Lookup = settings.Given(dial.Lookup(lookUp)) }
}

// ServerChoice picks the server that work goes to, by its index, among those that serve what it
// asks for. It is called again, without those that were tried, when the server cannot be reached.
// It is called from any goroutine, and must not wait. An index that no server has is an error of
// the work, and so is a panic, which is logged.
type ServerChoice func(q RoutingRequest, servers []RoutingServer) int

// WithServerChoice sets a hook for choosing among the servers of a routing table. With a bolt URI
// there is no choice. Default: the server with the least load; where several have the same, each in
// its turn.
func WithServerChoice(choose ServerChoice) Option {
	return func(c *settings.Config) { c.Choice = settings.Given(settings.ServerChoice(choose)) }
}

// RoutingTable returns the routing table of a database as it is known, also if its time is over:
// what work that begins now goes by. Only where there is none a router is asked. An empty name is
// the home database of the driver's user. It is for troubleshooting, and is the caller's own.
//
// A driver with a bolt URI has no routing tables: the error is a *[UsageError].
func (d *Driver) RoutingTable(ctx context.Context, database string) (RoutingTable, error) {
	if err := d.routes("RoutingTable"); err != nil {
		return RoutingTable{}, err
	}
	return d.router.Table(ctx, database)
}

// RefreshRoutingTable asks a router for the routing table of a database now, and returns it; work
// that begins from then on goes by it. The bookmarks are what the router has to have caught up
// with: whoever has just created a database needs the bookmark of that. For the rest see
// [Driver.RoutingTable].
func (d *Driver) RefreshRoutingTable(ctx context.Context, database string, bookmarks ...string) (RoutingTable, error) {
	if err := d.routes("RefreshRoutingTable"); err != nil {
		return RoutingTable{}, err
	}
	return d.router.Refresh(ctx, routing.Request{Database: database, Bookmarks: bookmarks})
}

// RoutingTables returns all routing tables as they are known, in the order of their databases, also
// those whose time is over. It asks nobody and does not wait, and is for troubleshooting. With a
// bolt URI there are none, nor once the driver is closed.
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
	return &UsageError{Message: method + ": a driver with the scheme " + d.config.Target.Name +
		" goes to one server and has no routing tables: use neo4j instead of bolt"}
}

// Topology streams what the driver knows about the servers, and finds out: each run begins with a
// TableChanged for every routing table that is known, in the order of the databases, and goes on
// with what happens then: tables that change, servers that are dropped, home databases, failures to
// get a table. Of what happens at its very start it may tell twice, and leaves nothing out. It ends
// when the driver is closed. With a bolt URI there are no events.
//
// The driver never waits for an observer. One that falls 256 events behind gets those, and then a
// *[TopologyOverflowError].
func (d *Driver) Topology() Stream[TopologyEvent] { return d.topology.Stream(d.router.Tables) }
