package neorx

import (
	"context"

	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/settings"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// Routing: what chooses servers, and what is known about them; see package routing.
type (
	// Address is a server's host:port.
	Address = pool.Address
	// RoutingTable says who serves one database.
	RoutingTable = routing.Table
	// RoutingRequest is what the choice of a server may depend on.
	RoutingRequest = routing.Request
	// RoutingServer is one that would do, with its load.
	RoutingServer = routing.Server
	// TopologyEvent is a change of what the driver knows about the servers; see [Driver.Topology].
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

// Lookup finds all IP addresses of a host, as the method LookupHost of net.Resolver does. It must return soon after the end of ctx.
type Lookup func(ctx context.Context, host string) ([]string, error)

// WithLookup finds the IP addresses of servers by something else than the system's DNS. It is asked anew for every connection, from any goroutine. All addresses
// of a name are tried, until one answers; with encryption it is still the name that the certificate has to have. Literal IP addresses are not looked up.
// Default: what the dialer does, and for the first contact of a neo4j URI net.DefaultResolver, unless there is a [WithDialer], which may know names of its own.
func WithLookup(lookUp Lookup) Option {
	return func(c *settings.Config) { c.Lookup = settings.Given(dial.Lookup(lookUp)) }
}

// ServerChoice picks the server that work goes to, by its index, among those that serve what it asks for. It is called again, without those that were tried,
// when the server cannot be reached. It is called from any goroutine, and must not wait. An index that no server has is an error of the work, and so is a panic,
// which is logged.
type ServerChoice func(q RoutingRequest, servers []RoutingServer) int

// WithServerChoice sets a hook for choosing among the servers of a routing table. With a bolt URI there is no choice. Default: the server with the least load;
// where several have the same, each in its turn.
func WithServerChoice(choose ServerChoice) Option {
	return func(c *settings.Config) { c.Choice = settings.Given(settings.ServerChoice(choose)) }
}
