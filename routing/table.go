package routing

import (
	"net"
	"slices"
	"strings"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// Table is a routing table: who serves one database. It is a snapshot of the caller's own.
type Table struct {
	// Database is the database's name; empty where the servers did not tell (before Bolt 4.4).
	Database string
	// Routers can be asked for the next table, Readers serve reads, Writers serve writes. Addresses are host:port.
	Routers, Readers, Writers []string
	// Expires is when the table has to be asked for again.
	Expires time.Time
}

// table is a routing table that is never changed: what changes is which one is known.
type table struct {
	database                  string
	routers, readers, writers []pool.Address
	fetched, expires          time.Time
	leaderless                bool           // as it came it had no writers
	avoid                     []pool.Address // did not answer when the table was asked for
}

// newTable makes a table of a router's answer to who has asked for a database.
func newTable(asked string, m *bolt.RouteSuccess, now time.Time) *table {
	t := &table{
		database: asked, routers: complete(m.Routers), readers: complete(m.Readers), writers: complete(m.Writers),
		fetched: now, expires: now.Add(max(0, m.TTL)), leaderless: len(m.Writers) == 0,
	}
	if m.Database != "" {
		t.database = m.Database
	}
	return t
}

const defaultPort = "7687"

// complete adds the port where it is missing, and drops what is there twice.
func complete(names []string) []pool.Address {
	var list []pool.Address
	for _, name := range names {
		if _, _, err := net.SplitHostPort(name); err != nil {
			name = net.JoinHostPort(strings.Trim(name, "[]"), defaultPort)
		}
		if a := pool.Address(name); !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}

// servers are those that serve reads, or writes.
func (t *table) servers(readOnly bool) []pool.Address {
	if readOnly {
		return t.readers
	}
	return t.writers
}

// fresh tells whether the table may be used without asking a router. One without writers is as good as any for reads.
func (t *table) fresh(readOnly bool, now time.Time) bool {
	return now.Before(t.expires) && len(t.routers) > 0 && len(t.servers(readOnly)) > 0
}

// A table is asked for ahead of time while it still serves: in the last tenth of its life, of which this is the most. One that does not live for long
// is not: its end comes soon enough, and would be anything but exact.
const (
	aheadPart  = 10
	mostAhead  = 30 * time.Second
	leastAhead = time.Second
)

// ending tells whether the table is so near its end that the next one should be on its way.
func (t *table) ending(now time.Time) bool {
	ahead := min(t.expires.Sub(t.fetched)/aheadPart, mostAhead)
	return ahead >= leastAhead && t.expires.Sub(now) <= ahead
}

// has tells whether the server is in the table.
func (t *table) has(a pool.Address) bool {
	return slices.Contains(t.routers, a) || slices.Contains(t.readers, a) || slices.Contains(t.writers, a)
}

// without is the table without a server.
func (t *table) without(a pool.Address) *table {
	u := *t
	u.routers, u.readers, u.writers = except(t.routers, a), except(t.readers, a), except(t.writers, a)
	return &u
}

func except(list []pool.Address, a pool.Address) []pool.Address {
	if !slices.Contains(list, a) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(b pool.Address) bool { return a == b })
}

// same tells whether both tables name the same servers, in whatever order.
func (t *table) same(u *table) bool {
	return u != nil && sameSet(t.routers, u.routers) && sameSet(t.readers, u.readers) && sameSet(t.writers, u.writers)
}

func sameSet(a, b []pool.Address) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x pool.Address) bool { return !slices.Contains(b, x) })
}

func (t *table) snapshot() Table {
	return Table{Database: t.database, Routers: texts(t.routers), Readers: texts(t.readers), Writers: texts(t.writers), Expires: t.expires}
}

func texts(list []pool.Address) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = string(a)
	}
	return out
}
