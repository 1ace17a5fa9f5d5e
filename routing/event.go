package routing

import "github.com/neorx/neorx/pool"

// EventKind is what an [Event] tells.
type EventKind uint8

// The kinds of events.
const (
	// TableChanged: a router has told a routing table whose servers are not those that were known before; Table is the new one.
	TableChanged EventKind = iota + 1
	// MemberDropped: Address is not used any more until a router names it again, and Err is why. Database is empty where that goes for all databases;
	// otherwise it is only as a writer of Database.
	MemberDropped
	// HomeResolved: Database is the home database of User, who was not known to have it.
	HomeResolved
	// RefreshFailed: no routing table could be had for Database (empty: the home database of User), and Err is why.
	RefreshFailed
)

var kindNames = [...]string{TableChanged: "routing table changed", MemberDropped: "member dropped", HomeResolved: "home database resolved", RefreshFailed: "refresh failed"}

// String returns the kind in words.
func (k EventKind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "unknown"
}

// Event is a change of what a router knows. Fields that its kind does not mention are empty.
type Event struct {
	Kind     EventKind
	Database string
	// User is who was impersonated; empty is whoever is logged in.
	User    string
	Address pool.Address
	Table   Table
	Err     error
}
