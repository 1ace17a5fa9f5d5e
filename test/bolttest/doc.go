// Package bolttest has a Bolt server for tests, as net/http/httptest has one for HTTP: it runs in the test's own process and answers from a function.
//
//	server := bolttest.New(t, bolttest.Queries{
//		"MATCH (m:Movie) RETURN m.title AS title": bolttest.Column("title", "Heat", "Ronin"),
//	}.Handle)
//
//	driver, err := neorx.Open(server.URI(), neorx.NoAuth())
//
// That is all a repository's test needs. [Queries] answers by the text of a query; a [Handler] of one's own sees parameters, transaction and user, and
// yields rows one by one, only as far as the client pulls them. [OnBegin], [OnCommit], [OnRollback], [OnLogin] and [OnRoute] are told of the rest.
// [Server.Requests] tells what the server was asked.
//
// The server keeps the rules of a real one: it counts PULL n, DISCARD and the results of a transaction itself, a RESET overtakes and ends the context of
// the handler that it interrupts, a failure makes it ignore what follows, and a request that its state does not allow costs the connection. It speaks
// every version of Bolt that package bolt knows, or those of [WithVersions].
//
// # Time
//
// Sockets do not let the clock of a testing/synctest bubble go on. Connections in memory do ([InMemory]); they have buffers, deadlines and errors as
// sockets have, and with [WithLatency] they count round trips:
//
//	synctest.Test(t, func(t *testing.T) {
//		server := bolttest.New(t, handler, bolttest.WithLatency(20*time.Millisecond))
//		driver, err := neorx.Open(server.URI(), neorx.NoAuth(), neorx.WithDialer(server.Dial))
//		…
//	})
//
// The server has to be made inside the bubble.
//
// # Trouble
//
// [WithFaults] cuts a connection at any byte, stalls it, corrupts it, slows it down or cuts its messages into small chunks, and [FailRequest] makes the
// k-th request of a kind fail; a handler or hook that returns [ErrHangUp] resets the connection. [Script] has no understanding of what it is told: it plays a conversation, byte by byte if need be.
//
// # Clusters
//
// [NewCluster] has several members, with leaders, followers, read replicas, routing tables, bookmarks and a name that resolves to them, and everything that
// can go wrong between these: crashes, partitions, elections, old tables, names that change. [Cluster.RandomSchedule] makes a seed into a series of such
// troubles, and [Cluster.Play] makes them happen; a test that fails logs what has happened. What the cluster has acknowledged is in [Cluster.Values], so that
// a test can compare.
//
// # Servers in programs
//
// [Start] needs no test. It makes a server that any function can be the database of.
//
// The package imports bolt, records and bolt/packstream only. Tests import it, and programs that serve Bolt.
package bolttest
