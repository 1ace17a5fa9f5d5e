// Package dial makes connections that are logged in, for the pool:
//
//	Connector.Open    the resolver, where the address is that of the URI; then for each address:
//	  connect         Reach, and the Bolt handshake and login within LoginTimeout
//	    Reach         dialHost and encrypt, within Timeout
//	      dialHost    look-up of the name, then each of its addresses, with a share of the time each
//	      encrypt     the TLS handshake; what fails becomes a *TLSError
//
// It imports bolt, pool, records, routing, and uri, login and pkcs8 beside it. It is imported by
// settings and the driver.
package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/cause"
	"github.com/neorx/neorx/internal/login"
	"github.com/neorx/neorx/internal/uri"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
)

// Dialer opens a network connection, as the method DialContext of net.Dialer does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Resolver maps an address to those that it stands for.
type Resolver func(ctx context.Context, address string) ([]string, error)

// Config is how connections are made.
type Config struct {
	Dialer   Dialer
	Lookup   Lookup   // nil: names are the dialer's
	Resolver Resolver // nil: none
	Seed     pool.Address
	Routed   bool // servers have names in routing tables too
	// Timeout limits dialing and encrypting, LoginTimeout what comes then; 0 leaves that to the
	// acquisition.
	Timeout, LoginTimeout time.Duration
	TLS                   *tls.Config // nil: not encrypted
	Conn                  bolt.Config // without Address and Auth
	Log                   *slog.Logger
}

// Connector makes connections for the pool: it resolves, dials, encrypts and logs in. It is safe
// for concurrent use.
type Connector struct{ cfg Config }

// New returns a connector. It does no I/O.
func New(cfg Config) *Connector {
	cfg.Dialer = orError(cfg.Dialer)
	return &Connector{cfg}
}

var errNoConnection = errors.New("the dialer returned no connection")

// orError makes an error of a connection that is nil, which nothing that uses connections could
// tell.
func orError(dial Dialer) Dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		nc, err := dial(ctx, network, address)
		if nc == nil && err == nil {
			err = errNoConnection
		}
		return nc, err
	}
}

// Open is pool.Config.Dial. The resolver is asked what the address of the URI stands for. With
// routing that is for the first contact, and the router asks it; but a server that stands alone
// calls itself what the URI calls it, and this may be a name that only the resolver knows.
func (d *Connector) Open(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
	if err := login.Check("the source of credentials", token); err != nil {
		return nil, (&login.Unusable{Why: err}).Refusal()
	}
	if d.cfg.Resolver == nil || a != d.cfg.Seed {
		return d.connect(ctx, a, token)
	}
	if d.cfg.Routed {
		link, err := d.connect(ctx, a, token)
		if !isUnknownHost(err) {
			return link, err
		}
	}
	addresses, err := d.resolve(ctx, a)
	if err != nil {
		return nil, err
	}
	return d.connectAny(ctx, a, addresses, token)
}

// connectAny tries the addresses that a stands for, in order. A server that refuses the login
// speaks for the others too.
func (d *Connector) connectAny(
	ctx context.Context, a pool.Address, addresses []pool.Address, token bolt.AuthToken,
) (pool.Link, error) {
	var failures []error
	for _, next := range addresses {
		link, err := d.connect(ctx, next, token)
		if err == nil {
			return link, nil
		}
		if errors.As(err, new(*bolt.ServerError)) {
			return nil, err
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, together(a, failures)
}

// together makes one error of what the addresses that a stands for have failed with. It is worth a
// retry if one of them is.
func together(a pool.Address, failures []error) error {
	all := errors.Join(failures...)
	switch {
	case len(failures) == 1:
		return failures[0]
	case !errors.As(all, new(*bolt.ConnectivityError)):
		return all
	default:
		return &bolt.ConnectivityError{Op: "connect to any address of", Address: string(a), Err: all}
	}
}

// resolve asks the resolver what a stands for, which has to be something.
func (d *Connector) resolve(ctx context.Context, a pool.Address) ([]pool.Address, error) {
	addresses, err := d.Resolve(ctx, a)
	if err == nil && len(addresses) == 0 {
		err = errNoAddress
	}
	if err == nil || errors.As(err, new(*records.UsageError)) {
		return addresses, err
	}
	return nil, &bolt.ConnectivityError{Op: "resolve", Address: string(a), Err: cause.Explain(ctx, err)}
}

// Resolve returns what the resolver says about a.
func (d *Connector) Resolve(ctx context.Context, a pool.Address) ([]pool.Address, error) {
	names, err := d.cfg.Resolver(ctx, string(a))
	if err != nil {
		return nil, err
	}
	addresses := make([]pool.Address, len(names))
	for i, name := range names {
		if addresses[i], err = uri.CompleteAddress(name); err != nil {
			message := "neorx: the resolver returned a bad address for " + string(a)
			return nil, &records.UsageError{Message: message, Cause: err}
		}
	}
	return addresses, nil
}

var errNoAddress = errors.New("the resolver returned no address")

// connect makes a connection to one address.
func (d *Connector) connect(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
	began := time.Now()
	nc, err := d.Reach(ctx, a)
	if err != nil {
		return nil, err
	}
	if d.cfg.LoginTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, d.cfg.LoginTimeout, &connectionTimeout{d.cfg.LoginTimeout})
		defer cancel()
	}
	cfg := d.cfg.Conn
	cfg.Address, cfg.Auth = string(a), token
	conn, err := bolt.NewConn(ctx, nc, cfg)
	if err != nil {
		return nil, refusedLate(nc, err)
	}
	d.cfg.Log.LogAttrs(ctx, slog.LevelDebug, "connected",
		slog.String("address", cfg.Address), slog.String("connection", conn.Server().ConnectionID),
		slog.String("server", conn.Server().Agent), slog.String("bolt", conn.Version().String()),
		slog.Duration("took", time.Since(began)))
	return conn, nil
}

// Reach dials and encrypts within the connection timeout.
func (d *Connector) Reach(ctx context.Context, a pool.Address) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d.cfg.Timeout, &connectionTimeout{d.cfg.Timeout})
	defer cancel()
	nc, err := d.dialHost(ctx, a)
	if errors.Is(err, syscall.ECONNREFUSED) {
		err = fmt.Errorf("nothing listens there; is the server running, and is this its Bolt port? %w", err)
	}
	if err != nil {
		return nil, &bolt.ConnectivityError{Op: "connect to", Address: string(a), Err: cause.Explain(ctx, err)}
	}
	if d.cfg.TLS == nil {
		return nc, nil
	}
	return encrypt(ctx, nc, a, d.cfg.TLS)
}

// connectionTimeout is the cause of a context that the connection timeout has ended.
type connectionTimeout struct{ limit time.Duration }

func (e *connectionTimeout) Error() string {
	return fmt.Sprintf("not done within the connection timeout of %v", e.limit)
}

func (e *connectionTimeout) Is(target error) bool { return target == context.DeadlineExceeded }

// isUnknownHost tells whether a name means nothing, according to whoever was asked to look it up.
func isUnknownHost(err error) bool {
	var unknown *net.DNSError
	return errors.As(err, &unknown) && unknown.IsNotFound
}
