// Package session is where queries become streams: [Query], [Session], [Transaction] and [Result].
//
// A Query is a recipe that is executed by whoever observes it. What an execution does is composed
// of streams: a route to a server, a connection acquired from the pool, the rows of a statement on
// it, and, for what may be repeated, the retry of all that. When the observer stops, fails, or
// loses its context, each part of the composition ends what it has begun: the statement on the
// server first, then the loan of the connection.
//
// # Who holds a connection
//
// Everything that runs has a lease of a connection: an execution for as long as its run, a
// transaction and an open [Result] until they end. Closing a session interrupts all of its leases,
// and gives those back at once whose holders are not running; a connection may serve somebody else
// while they are still about to find out. So there are two ways to a connection and no third:
// through the lease, before it was given back, and through a *bolt.Stream or a *bolt.Tx, which
// refuse everything once they are over.
//
// Locks are taken in this order, and none of them is held over I/O or a call to a user: that of a
// session's work, that of a lease, those of bolt and pool. Those of a transaction, a result and a
// chain of bookmarks are taken alone.
//
// # What an end means
//
// A run that returns nil has taken effect, whatever that is. One that returns an error has not,
// with these exceptions, which say so: [CommitUnknownError] and [UndecidedError] (nobody knows),
// [CommittedError] (it has, but not all that it has brought was delivered), and an error of the
// observer's own, which comes back as it is. testdata/failures.txt has what a subscriber sees of
// every failure of a managed transaction.
//
// Most programs use it through the root package, which opens a driver and has an alias for every
// name here.
//
// It imports routing, pool, retry, rx, records and bolt, and is imported by the root package alone.
package session
