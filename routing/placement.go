package routing

import "github.com/neorx/neorx/pool"

// Placement is where a unit of work takes place: the lease of a connection, and what is known about the database there. It is as safe for
// concurrent use as the lease is.
type Placement struct {
	// Conn is the lease. Give it back with its Release, and tell its errors to the placement's Fail.
	Conn *pool.Conn
	// Database is the name that BEGIN and RUN have to send; empty leaves the choice to the server.
	Database string
}

// Home takes what the server has told, in its answer to a BEGIN or RUN that named no database, about which one it is (empty: nothing), and returns
// the name that all further work of the same session has to send; empty leaves it unsaid again. Where the request named a database, or a router was asked
// which one is the user's home, that is Database.
func (p *Placement) Home(string) string { return p.Database }

// Fail tells about an error that work on the connection has ended with, and returns the error to hand on; see [pool.Conn.Fail]. The router forgets
// servers that are gone, or do not lead their database any more.
func (p *Placement) Fail(err error) error { return p.Conn.Fail(err) }
