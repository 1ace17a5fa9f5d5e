package neorx

import (
	"context"

	"github.com/neorx/neorx/bolt"
)

// VerifyConnectivity returns nil if a server that serves reads answers, now, on a connection that has logged in. It opens a connection if
// none is idle, and an idle one has to prove that it works. With a neo4j URI a router is asked first, whatever is known, and all servers that serve reads are
// tried until one answers. Nothing is retried: the error is that of the first attempt.
//
// Options are those of a session: which database is meant, and has to be there where the URI is a neo4j one ([Database]), and who wants to know ([Auth],
// [Impersonate]). Default: the home database of the driver's user.
func (d *Driver) VerifyConnectivity(ctx context.Context, opts ...SessionOption) error {
	_, err := d.serverInfo(ctx, "VerifyConnectivity", opts)
	return err
}

// GetServerInfo does what [Driver.VerifyConnectivity] does, and tells who has answered.
func (d *Driver) GetServerInfo(ctx context.Context, opts ...SessionOption) (ServerInfo, error) {
	return d.serverInfo(ctx, "GetServerInfo", opts)
}

func (d *Driver) serverInfo(ctx context.Context, label string, opts []SessionOption) (info ServerInfo, err error) {
	q, err := d.engine.Request(ctx, label, opts...)
	if err != nil {
		return info, err
	}
	q.ReadOnly, q.Fresh, q.Conn.Probe = true, true, true
	err = d.borrow(ctx, q, func(c *bolt.Conn) error {
		if err := c.LogOn(ctx); err != nil { // where the credentials are not those of before
			return err
		}
		info = c.Server()
		return nil
	})
	return info, err
}
