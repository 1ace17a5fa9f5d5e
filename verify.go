package neorx

import (
	"context"

	"github.com/neorx/neorx/bolt"
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
func (d *Driver) GetServerInfo(ctx context.Context) (info ServerInfo, err error) {
	q := routing.Request{ReadOnly: true, Conn: pool.Request{Probe: true, Label: "GetServerInfo"}}
	err = d.borrow(ctx, q, func(c *bolt.Conn) error {
		if err := c.LogOn(ctx); err != nil { // where the credentials are not those of before
			return err
		}
		info = c.Server()
		return nil
	})
	return info, err
}
