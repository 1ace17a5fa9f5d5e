// Package routing chooses the server that a unit of work goes to, and lends a connection to it.
//
//	router, err := routing.New(routing.Config{Pool: p, Seed: "db:7687"})
//	at, err := router.Get(ctx, routing.Request{Database: "movies", ReadOnly: true})
//
// [Router.Route] is the choice alone: a stream of servers, best first, each chosen when the one before was not good enough. What [Router.Get] does with it
// is a [rx.ConcatMap] of the servers to acquisitions, ended by the first that succeeds; the search for a routing table is the same with routers. A router
// made by [Direct] knows one server, as the bolt schemes of a connection URI ask for.
//
// # Tables
//
// There is a routing table for each database. One that has expired, or has nobody left for what is wanted, is asked for anew before it is used again,
// and by one for all: however many wait, there is one refresh. It belongs to nobody who waits, so that whoever has enough leaves at once, and it goes on
// as long as anybody stays. In the last tenth of its life, of which 30 seconds count at most, a table is asked for ahead of time while it still serves; when
// that fails it serves until its end. An expired one never serves: its members may not have the roles any more that it gives them, and servers refuse work that
// is not for them, so that it would cost more than to ask.
//
// # Failures
//
// A server that cannot be reached, or whose connection is lost, is dropped from all tables until a router names it again, and the next best one is
// tried. Where none is left, a router is asked, once. One that has no connection to spare is waited for. All that happens from the
// call of Get to its end is bounded by the pool's limit for acquisitions; one router or server that says nothing costs no more than the dialer and
// Config.RouterTimeout allow.
//
// # Locks
//
// One mutex guards the tables. It is never held over I/O or a call to a user; the pool's is taken inside it. The package imports pool, bolt, records and rx;
// session and the driver import the package.
package routing
