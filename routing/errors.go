package routing

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// Attempt is a server that was tried, and what it has failed with.
type Attempt struct {
	Address pool.Address
	Err     error
}

// UnavailableError says that there is no server for the work: the routing table has none, or none of them could be reached.
type UnavailableError struct {
	// Database is the database's name; empty is a home database whose name is not known.
	Database string
	// ReadOnly says which servers were wanted: those that serve reads, or those that serve writes.
	ReadOnly bool
	// Tried lists the servers that could not be reached.
	Tried []Attempt
}

// Error says what was wanted, what was tried, and what may help.
func (e *UnavailableError) Error() string {
	kind := "writes"
	if e.ReadOnly {
		kind = "reads"
	}
	if len(e.Tried) == 0 {
		return fmt.Sprintf("routing: no server serves %s of %s just now; it may be about to elect a leader or to start: try again", kind, named(e.Database))
	}
	return fmt.Sprintf("routing: no server that serves %s of %s could be reached; is each of these addresses, which the servers advertise, right from here?%s",
		kind, named(e.Database), lines(e.Tried))
}

// Unwrap returns what the servers have failed with.
func (e *UnavailableError) Unwrap() []error { return causes(e.Tried) }

// Retryable returns true, because a router may soon name other servers, unless nothing has failed but for reasons that stay.
func (e *UnavailableError) Retryable() bool { return mayPass(e.Tried) }

// DiscoveryError says that no router has told a routing table.
type DiscoveryError struct {
	// Database is the database's name; empty is the home database.
	Database string
	// Tried lists the routers that were asked, in order.
	Tried []Attempt
}

// Error says what was asked for, what each router has said, and what may help.
func (e *DiscoveryError) Error() string {
	hint := ""
	if slices.ContainsFunc(e.Tried, Attempt.refused) {
		hint = "; if the server is meant to work alone, or behind nothing that routes, use a URI with bolt in place of neo4j"
	}
	return fmt.Sprintf("routing: could not get a routing table of %s from any router%s%s", named(e.Database), hint, lines(e.Tried))
}

// refused tells whether a server was reached that has refused for good to tell a table, as one does that does not route. What was not reached, or has no
// table just now, would be of no more use with another scheme.
func (a Attempt) refused() bool {
	var no *bolt.ServerError
	return errors.As(a.Err, &no) && !no.Retryable()
}

// Unwrap returns what the routers have failed with.
func (e *DiscoveryError) Unwrap() []error { return causes(e.Tried) }

// Retryable returns true unless nothing has failed but for reasons that stay.
func (e *DiscoveryError) Retryable() bool { return mayPass(e.Tried) }

// named is how a text speaks of a database.
func named(database string) string {
	if database == "" {
		return "the home database"
	}
	return fmt.Sprintf("the database %q", database)
}

func lines(tried []Attempt) string {
	var b strings.Builder
	for _, a := range tried {
		fmt.Fprintf(&b, "\n%s: %v", a.Address, a.Err)
	}
	return b.String()
}

func causes(tried []Attempt) []error {
	errs := make([]error, len(tried))
	for i, a := range tried {
		errs[i] = a.Err
	}
	return errs
}

// mayPass tells whether a later attempt may do better. An error that does not say whether it is worth a retry is: it is about something that comes and goes.
func mayPass(tried []Attempt) bool {
	for _, a := range tried {
		var knows interface{ Retryable() bool }
		if !errors.As(a.Err, &knows) || knows.Retryable() {
			return true
		}
	}
	return len(tried) == 0
}

// elsewhere tells whether an acquisition has failed in a way that says nothing about other servers: this one was not reached, or what was reached is no
// Bolt server. Errors of other packages say so by a method Unreachable, as that of a failed TLS handshake does.
func elsewhere(err error) bool {
	var (
		lost  *bolt.ConnectivityError
		alien *bolt.ProtocolError
		other interface{ Unreachable() bool }
	)
	return errors.As(err, &lost) || errors.As(err, &alien) || errors.As(err, &other) && other.Unreachable() || unavailable(err)
}

// Codes of errors that mean something to a router.
const (
	codeUnavailable = "Neo.TransientError.General.DatabaseUnavailable"
	codeNotALeader  = "Neo.ClientError.Cluster.NotALeader"
	codeReadOnly    = "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"
	codeAuthExpired = "Neo.ClientError.Security.AuthorizationExpired"
)

// unavailable tells whether the server has said that it is of no use at present.
func unavailable(err error) bool {
	var refused *bolt.ServerError
	return errors.As(err, &refused) && refused.HasCode(codeUnavailable)
}

// fatal tells whether every router would say the same.
func fatal(e *bolt.ServerError) bool {
	return !e.HasCode(codeAuthExpired) && e.HasCode(
		"Neo.ClientError.Database.DatabaseNotFound",
		"Neo.ClientError.Transaction.InvalidBookmark",
		"Neo.ClientError.Transaction.InvalidBookmarkMixture",
		"Neo.ClientError.Statement.TypeError",
		"Neo.ClientError.Statement.ArgumentError",
		"Neo.ClientError.Request.Invalid",
		"Neo.ClientError.Security.",
	)
}
