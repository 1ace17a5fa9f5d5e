// Package routing chooses the server that a unit of work goes to.
//
//	conns := rx.ConcatMap(router.Route(routing.Request{ReadOnly: true}), func(a pool.Address) rx.Stream[*pool.Conn] {
//		return p.Acquire(a, pool.Request{})
//	})
//
// [Router.Route] is a stream of one address, chosen anew by every run, so that a retry around it may end up at another server. A router made by
// [Direct] knows one server, as the bolt schemes of a connection URI ask for.
//
// The package imports pool and rx; session and the driver import the package.
package routing
