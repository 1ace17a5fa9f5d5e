package neorx

import (
	"context"
	"errors"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/login"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// VerifyConnectivity returns nil if a server that serves reads answers, now, on a connection that
// has logged in. It opens a connection if none is idle, and an idle one has to prove that it works.
// With a neo4j URI a router is asked first, whatever is known, and all servers that serve reads are
// tried until one answers. Nothing is retried: the error is that of the first attempt.
//
// Options are those of a session: which database is meant, and has to be there where the URI is a
// neo4j one ([Database]), and who wants to know ([Auth], [Impersonate]). Default: the home database
// of the driver's user.
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

// VerifyAuthentication tells whether the server accepts these credentials, now: it logs in with
// them, on a connection of its own or on one that is there already, which is the driver's own
// user's again afterwards. It returns false where the server says that they are wrong, have expired
// or are not let in (Neo.ClientError.Security.Unauthorized, CredentialsExpired, TokenExpired or
// Forbidden), and an error where it says anything else or cannot be reached. A server that lets in
// a user whose password has expired, and only flags it, accepts the credentials: then the result is
// true, and every query of that user fails with CredentialsExpired until the password is changed.
// Nothing is retried. It needs Bolt 5.1, so Neo4j 5.5: with an older server the error wraps
// errors.ErrUnsupported.
func (d *Driver) VerifyAuthentication(ctx context.Context, auth TokenSource) (bool, error) {
	if auth == nil {
		return false, &UsageError{Message: "VerifyAuthentication(nil): it needs credentials"}
	}
	if u, is := auth.(*login.Unusable); is {
		return false, u.Refusal()
	}
	q := routing.Request{
		Database: "system", ReadOnly: true,
		Conn: pool.Request{Auth: auth, Relogin: true, Probe: true, Label: "VerifyAuthentication"},
	}
	err := d.borrow(ctx, q, func(c *bolt.Conn) error { return c.LogOn(ctx) })
	var refused *ServerError
	if errors.As(err, &refused) && refused.HasCode(notLetIn...) {
		return false, nil
	}
	return err == nil, err
}

// notLetIn are the errors that say that it is the credentials.
var notLetIn = []string{
	"Neo.ClientError.Security.CredentialsExpired",
	"Neo.ClientError.Security.Forbidden",
	"Neo.ClientError.Security.TokenExpired",
	"Neo.ClientError.Security.Unauthorized",
}

// SupportsSessionAuth tells whether work can be done as another user than the driver's ([Auth]),
// which Bolt 5.1 has brought, so Neo4j 5.5. It asks a server that serves reads, and opens a
// connection if none is idle.
func (d *Driver) SupportsSessionAuth(ctx context.Context) (bool, error) {
	return d.supports(ctx, "SupportsSessionAuth", func(c *bolt.Capabilities) bool { return c.Logon })
}

// SupportsMultiDB tells whether the server has several databases ([Database]), which Neo4j 4.0 has
// brought. It asks a server that serves reads, and opens a connection if none is idle.
func (d *Driver) SupportsMultiDB(ctx context.Context) (bool, error) {
	return d.supports(ctx, "SupportsMultiDB", func(c *bolt.Capabilities) bool { return c.Databases })
}

func (d *Driver) supports(ctx context.Context, label string, has func(*bolt.Capabilities) bool) (is bool, err error) {
	q := routing.Request{ReadOnly: true, Conn: pool.Request{Label: label}}
	err = d.borrow(ctx, q, func(c *bolt.Conn) error {
		is = has(c.Capabilities())
		return nil
	})
	return is, err
}

// borrow calls f with a connection, and tells what it ends with to whom it concerns.
func (d *Driver) borrow(ctx context.Context, q routing.Request, f func(*bolt.Conn) error) error {
	at, err := d.router.Get(ctx, q)
	if err != nil {
		return err
	}
	defer at.Conn.Release()
	if err := f(at.Conn.Bolt()); err != nil {
		return at.Fail(err)
	}
	return nil
}
