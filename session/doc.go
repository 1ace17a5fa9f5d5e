// Package session is where queries become streams: [Query], [Session], [Transaction] and [Result].
//
// A Query is a recipe that is executed by whoever observes it. What an execution does is composed of streams: a route to a server, a connection acquired from
// the pool, the rows of a statement on it, and, for what may be repeated, the retry of all that. When the observer stops, fails, or loses its context, each
// part of the composition ends what it has begun: the statement on the server first, then the loan of the connection.
//
// Most programs use it through the root package, which opens a driver and has an alias for every name here.
//
// It imports routing, pool, retry, rx, records and bolt, and is imported by the root package alone.
package session
