package neorx

import (
	"context"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// VerifyConnectivity returns nil if a server that serves reads answers, now, on a connection that has logged in. It opens a connection if
// none is idle, and an idle one has to prove that it works. Nothing is retried: the error is that of the first attempt.
func (d *Driver) VerifyConnectivity(ctx context.Context) error {
	_, err := d.GetServerInfo(ctx)
	return err
}

// GetServerInfo does what [Driver.VerifyConnectivity] does, and tells who has answered.
func (d *Driver) GetServerInfo(ctx context.Context) (ServerInfo, error) {
	at, err := d.router.Get(ctx, routing.Request{ReadOnly: true, Conn: pool.Request{Probe: true, Label: "GetServerInfo"}})
	if err != nil {
		return ServerInfo{}, err
	}
	defer at.Conn.Release()
	return at.Conn.Bolt().Server(), nil
}
