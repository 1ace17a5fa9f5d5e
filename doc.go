// Package neorx is a reactive driver for Neo4j: queries are streams of records, pulled over Bolt as
// fast as somebody takes them.
//
// # A driver, a query, its records
//
//	driver, err := neorx.Open("neo4j://localhost:7687", neorx.BasicAuth("neo4j", password))
//	…
//	defer driver.Close(ctx)
//
//	movies := driver.Query("MATCH (m:Movie) WHERE m.released > $year RETURN m.title AS title",
//		map[string]any{"year": 1999})
//	for movie, err := range movies.Stream().All(ctx) {
//		…
//		title, err := neorx.Get[string](movie, "title")
//	}
//
// Open does no I/O; [Driver.VerifyConnectivity] tells whether the server answers. A [Driver] has a
// pool of connections and is made once per program. A [Query] is a recipe: nothing happens until it
// is observed, and each observation executes it. Leaving the loop early ends the query on the
// server, and so does the end of the context; either way the connection is free again.
//
// The same query can be observed in other ways:
//
//	neorx.As[Movie](movies)        // a stream of structs, decoded straight from the wire; also List and One
//	movies.Records()               // an RxGo observable of *Record, with all of RxGo's operators
//	movies.Batches(1000)           // the same, of []*Record
//	movies.Collect(ctx)            // all records and the summary
//	movies.Exec(ctx)               // the summary alone; records are thrown away on the server
//	movies.Open(ctx)               // one execution, with keys, records and summary
//
// # Where work runs
//
// [Driver.Query] is a transaction of one statement, which is retried after failures that may pass,
// as long as no record was delivered. [ReadOnly] makes it a read, [Database] chooses the database.
// [Driver.Session] is a chain of work each part of which sees what those before it have written;
// [WriteTx] and [ReadTx] run several queries in a transaction and retry it as a whole,
// [WriteStream] and [ReadStream] do it for streams, and Session.Begin leaves the transaction to its
// caller. Driver, session and transaction are all a [Querier], so that a repository works on any of
// them.
//
// # Options
//
// What a driver does otherwise than by default is said by options, such as
// [WithMaxConnectionPoolSize]. Open checks them together with the URI and reports every problem at
// once. [WithConsoleLog] shows what goes on.
//
// The scheme of the URI says who gets the work: with neo4j those servers of a cluster that serve
// it, or the only one there is, with bolt just the server that the URI names. It also says whether
// connections are encrypted: neo4j and bolt are not, neo4j+s and bolt+s are, with a certificate
// that the system's authorities vouch for, and neo4j+ssc and bolt+ssc accept every certificate.
// With the plain schemes [WithEncrypted] and [WithTrust] can say it instead.
//
// Credentials are a [TokenSource]: [BasicAuth] and its like always say the same, [RotatingAuth] and
// [ExpiringAuth] find new ones when they are needed.
//
// # Errors
//
// Errors are made for errors.As and errors.Is. A [*ServerError] is what the server has to say, a
// [*ConnectivityError] that it could not be reached, a [*UsageError] that the program has to
// change. The chain leads on to the causes: context.Canceled, *net.OpError, the errors of
// crypto/x509. No text shows credentials or parameters.
//
// # Where to look further
//
// Most names here are aliases, so that one import serves most programs. What they stand for is in
// these packages. Those that a program meets come first:
//
//   - package session: queries, sessions, transactions, and what their ends mean
//   - package rx: streams, their operators, and how they become RxGo observables
//   - package records: records, values, and how they become Go values and back
//   - package test/bolttest: a Bolt server, or a cluster of them, for the tests of a program
//
// The others are the driver's own floors. A program meets them in errors, statistics and hooks:
//
//   - package routing: which server work goes to
//   - package pool: which connection it gets, and credentials that change
//   - package bolt: one connection, its messages and its errors
//   - package retry: when work is done again
//   - package bolt/packstream: the encoding of values on the wire
//
// The folder docs has a page for each task: streams.md, types.md, routing.md, authentication.md,
// performance.md. DESIGN.md there is for those who change the driver.
package neorx
