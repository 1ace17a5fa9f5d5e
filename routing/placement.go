package routing

import (
	"errors"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// Placement is where a unit of work takes place: the lease of a connection, and what is known about the database there. It is as safe for
// concurrent use as the lease is.
type Placement struct {
	// Conn is the lease. Give it back with its Release, and tell its errors to the placement's Fail.
	Conn *pool.Conn
	// Database is the name that BEGIN and RUN have to send; empty leaves the choice to the server.
	Database string

	router       *Router // nil: there is just one server
	table        string  // the database whose routing table named the server
	readOnly     bool
	guess        bool   // table is where the user was at home when last heard
	user         string // whose home it is
	impersonated string
}

// Open tells whether it is the server's answer to a BEGIN or RUN that says which database the work is in: then Home wants to know.
func (p *Placement) Open() bool { return p.guess }

// Home takes what the server has told, in its answer to a BEGIN or RUN that named no database, about which one it is (empty: nothing), and returns
// the name that all further work of the same session has to send; empty leaves it unsaid again. Where the request named a database, or a router was asked
// which one is the user's home, that is Database.
func (p *Placement) Home(told string) string {
	if !p.guess || told == "" {
		return p.Database
	}
	r := p.router
	r.mu.Lock()
	news := r.homes.put(p.user, told, 0)
	r.mu.Unlock()
	if news {
		r.tell(Event{Kind: HomeResolved, Database: told, User: p.impersonated})
	}
	return told
}

// Fail tells about an error that work on the connection has ended with, and returns the error to hand on; see [pool.Conn.Fail]. The router forgets
// servers that say they are of no use at present, and for writes of this database one that says it does not lead it; what is lost altogether it hears
// of by the pool.
func (p *Placement) Fail(err error) error {
	var refused *bolt.ServerError
	if p.router != nil && errors.As(err, &refused) {
		p.refused(refused)
	}
	return p.Conn.Fail(err)
}

func (p *Placement) refused(err *bolt.ServerError) {
	switch {
	case err.HasCode(codeUnavailable):
		p.router.Dead(p.Conn.Address(), err)
	case err.HasCode(codeNotALeader, codeReadOnly) && !p.readOnly: // in reading, it is the query that is wrong
		p.router.forgetWriter(p.table, p.Conn.Address(), err)
	}
}
