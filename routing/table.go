package routing

import "time"

// Table is a routing table: who serves one database. It is a snapshot of the caller's own.
type Table struct {
	// Database is the database's name; empty where the servers did not tell (before Bolt 4.4).
	Database string
	// Routers can be asked for the next table, Readers serve reads, Writers serve writes. Addresses are host:port.
	Routers, Readers, Writers []string
	// Expires is when the table has to be asked for again.
	Expires time.Time
}
