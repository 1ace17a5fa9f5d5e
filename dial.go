package neorx

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
	"github.com/neorx/neorx/pool"
)

// connector makes connections for the pool: it resolves, dials, encrypts and logs in.
type connector struct {
	dial     Dialer
	lookup   Lookup   // nil: names are the dialer's
	resolver Resolver // nil: none
	seed     pool.Address
	routed   bool // servers have names in routing tables too
	// timeout limits dialling and encrypting, loginTimeout what comes then; 0 leaves that to the acquisition.
	timeout, loginTimeout time.Duration
	tls                   *tls.Config // nil: not encrypted
	conn                  bolt.Config // without Address and Auth
	log                   *slog.Logger
}

func newConnector(c *config) *connector {
	d := &connector{
		dial: dialerOf(c), lookup: c.lookup.value, resolver: c.resolver.value, timeout: c.connectionTimeout.value, tls: c.tls, log: c.log,
		seed: c.target.address(), routed: c.target.routed,
		conn: bolt.Config{
			WriteTimeout: c.connectionTimeout.value,
			UserAgent:    c.userAgent.value, Routing: c.target.routing(), Notifications: c.notifications, Versions: c.versions, Logger: c.log,
			MaxMessageMemory: c.maxMessageMemory.value,
		},
	}
	if c.pool.AcquisitionTimeout <= 0 || d.routed { // a server that accepts a connection and then says nothing must not use up the time for another
		d.loginTimeout = d.timeout
	}
	return d
}

func dialerOf(c *config) Dialer {
	if c.dialer.given {
		return orError(c.dialer.value)
	}
	return (&net.Dialer{KeepAlive: c.keepAlive.value}).DialContext
}

var errNoConnection = errors.New("the dialer returned no connection")

// orError makes an error of a connection that is nil, which nothing that uses connections could tell.
func orError(dial Dialer) Dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		nc, err := dial(ctx, network, address)
		if nc == nil && err == nil {
			err = errNoConnection
		}
		return nc, err
	}
}

// open is pool.Config.Dial. The resolver is asked what the address of the URI stands for. With routing that is for the first contact, and the router asks it; but
// a server that stands alone calls itself what the URI calls it, and this may be a name that only the resolver knows.
func (d *connector) open(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
	if err := checkToken("the source of credentials", token); err != nil {
		return nil, (&unusable{err}).refusal()
	}
	if d.resolver == nil || a != d.seed {
		return d.connect(ctx, a, token)
	}
	if d.routed {
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

// connectAny tries the addresses that a stands for, in order. A server that refuses the login speaks for the others too.
func (d *connector) connectAny(ctx context.Context, a pool.Address, addresses []pool.Address, token bolt.AuthToken) (pool.Link, error) {
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

// together makes one error of what the addresses that a stands for have failed with. It is worth a retry if one of them is.
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
func (d *connector) resolve(ctx context.Context, a pool.Address) ([]pool.Address, error) {
	addresses, err := d.resolved(ctx, a)
	if err == nil && len(addresses) == 0 {
		err = errNoAddress
	}
	if err == nil || errors.As(err, new(*UsageError)) {
		return addresses, err
	}
	return nil, &bolt.ConnectivityError{Op: "resolve", Address: string(a), Err: cause.Explain(ctx, err)}
}

// resolved is what the resolver says about a.
func (d *connector) resolved(ctx context.Context, a pool.Address) ([]pool.Address, error) {
	names, err := d.resolver(ctx, string(a))
	if err != nil {
		return nil, err
	}
	addresses := make([]pool.Address, len(names))
	for i, name := range names {
		if addresses[i], err = completeAddress(name); err != nil {
			return nil, &UsageError{Message: "neorx: the resolver returned a bad address for " + string(a), Cause: err}
		}
	}
	return addresses, nil
}

var errNoAddress = errors.New("the resolver returned no address")

// connect makes a connection to one address.
func (d *connector) connect(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
	began := time.Now()
	nc, err := d.reach(ctx, a)
	if err != nil {
		return nil, err
	}
	if d.loginTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, d.loginTimeout, &connectionTimeout{d.loginTimeout})
		defer cancel()
	}
	cfg := d.conn
	cfg.Address, cfg.Auth = string(a), token
	conn, err := bolt.NewConn(ctx, nc, cfg)
	if err != nil {
		return nil, refusedLate(nc, err)
	}
	d.log.LogAttrs(ctx, slog.LevelDebug, "connected", slog.String("address", cfg.Address), slog.String("connection", conn.Server().ConnectionID),
		slog.String("server", conn.Server().Agent), slog.String("bolt", conn.Version().String()), slog.Duration("took", time.Since(began)))
	return conn, nil
}

// reach dials and encrypts within the connection timeout.
func (d *connector) reach(ctx context.Context, a pool.Address) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d.timeout, &connectionTimeout{d.timeout})
	defer cancel()
	nc, err := d.dialHost(ctx, a)
	if errors.Is(err, syscall.ECONNREFUSED) {
		err = fmt.Errorf("nothing listens there; is the server running, and is this its Bolt port? %w", err)
	}
	if err != nil {
		return nil, &bolt.ConnectivityError{Op: "connect to", Address: string(a), Err: cause.Explain(ctx, err)}
	}
	if d.tls == nil {
		return nc, nil
	}
	return encrypt(ctx, nc, a, d.tls)
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
