package neorx

import (
	"context"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
)

// VerifyConnectivity returns nil if a server that serves reads answers, now, on a connection that has logged in. It opens a connection if
// none is idle, and an idle one has to prove that it works. Nothing is retried: the error is that of the first attempt.
func (d *Driver) VerifyConnectivity(ctx context.Context) error {
	_, err := d.GetServerInfo(ctx)
	return err
}

// GetServerInfo does what [Driver.VerifyConnectivity] does, and tells who has answered.
func (d *Driver) GetServerInfo(ctx context.Context) (ServerInfo, error) {
	conns := rx.ConcatMap(d.router.Route(routing.Request{ReadOnly: true}), func(a pool.Address) rx.Stream[*pool.Conn] {
		return d.pool.Acquire(a, pool.Request{Probe: true, Label: "GetServerInfo"})
	})
	return rx.Map(conns, func(c *pool.Conn) ServerInfo { return c.Bolt().Server() }).First(ctx)
}
