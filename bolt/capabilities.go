package bolt

import (
	"fmt"

	"github.com/neorx/neorx/records"
)

// Capabilities says what one negotiated version of Bolt can do, one field per difference on the wire. Messages ask it and never compare versions.
type Capabilities struct {
	Version Version
	// Dialect says how values travel.
	Dialect records.Dialect

	// Demand: PULL and DISCARD say how many records they mean, and of which result (4.0). Before, everything is sent at once, with no backpressure
	// but that of the network, and a transaction has one result at a time.
	Demand bool
	// Databases: RUN and BEGIN name a database (4.0), and so does what asks for a routing table: up to 4.2 there is no ROUTE but the procedure
	// dbms.routing.getRoutingTable($context, $database), to be called in the database "system". Before 4.0 it is
	// dbms.cluster.routing.getRoutingTable($context), called without a database.
	Databases bool
	// RoutingContext: HELLO carries the routing context (4.1).
	RoutingContext bool
	// Patches: HELLO offers patches to the protocol, of which there is one, "utc" (4.3 and 4.4).
	Patches bool
	// Hints: the reply to HELLO has hints (4.3).
	Hints bool
	// Route: ROUTE exists (4.3).
	Route bool
	// RouteExtra: the third field of ROUTE is a dictionary, no longer a database's name (4.4).
	RouteExtra bool
	// Impersonation: RUN, BEGIN and ROUTE carry imp_user (4.4).
	Impersonation bool
	// Logon: LOGON and LOGOFF exist, and HELLO no longer authenticates (5.1).
	Logon bool
	// NotificationFilters: HELLO, RUN and BEGIN say which notifications are wanted (5.2).
	NotificationFilters bool
	// BoltAgent: HELLO must have a bolt_agent (5.3).
	BoltAgent bool
	// Telemetry: TELEMETRY exists (5.4).
	Telemetry bool
	// Classifications: notification filters say classifications where older versions say categories (5.6).
	Classifications bool
	// Statuses: a result ends with GQL statuses instead of notifications (5.6).
	Statuses bool
	// GQLErrors: FAILURE has GQL status, diagnostic record and causes (5.7).
	GQLErrors bool
	// HomeDatabase: RUN and BEGIN are answered with the database they were resolved to, and LOGON with the server's advertised address (5.8).
	HomeDatabase bool
}

// Capabilities returns the row of the table for v. utcPatch says that both ends have agreed on the patch "utc", which only Bolt 4.3 and 4.4 know.
func (v Version) Capabilities(utcPatch bool) Capabilities {
	patches := v == Version{4, 3} || v == Version{4, 4}
	return Capabilities{
		Version: v,
		Dialect: records.Dialect{
			UTC:        v.AtLeast(5, 0) || patches && utcPatch,
			ElementIDs: v.AtLeast(5, 0),
			Vectors:    v.AtLeast(6, 0),
			UUIDs:      v.AtLeast(6, 1),
			Version:    v.String(),
		},
		Demand:              v.AtLeast(4, 0),
		Databases:           v.AtLeast(4, 0),
		RoutingContext:      v.AtLeast(4, 1),
		Patches:             patches,
		Hints:               v.AtLeast(4, 3),
		Route:               v.AtLeast(4, 3),
		RouteExtra:          v.AtLeast(4, 4),
		Impersonation:       v.AtLeast(4, 4),
		Logon:               v.AtLeast(5, 1),
		NotificationFilters: v.AtLeast(5, 2),
		BoltAgent:           v.AtLeast(5, 3),
		Telemetry:           v.AtLeast(5, 4),
		Classifications:     v.AtLeast(5, 6),
		Statuses:            v.AtLeast(5, 6),
		GQLErrors:           v.AtLeast(5, 7),
		HomeDatabase:        v.AtLeast(5, 8),
	}
}

// require is nil where the version has what is asked for, and otherwise the error that is returned before anything is sent.
func (c *Capabilities) require(has bool, feature string, since Version) error {
	if has {
		return nil
	}
	return &records.UsageError{Message: fmt.Sprintf("%s needs Bolt %s; this connection speaks %s", feature, since, c.Version)}
}
