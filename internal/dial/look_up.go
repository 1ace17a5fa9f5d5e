package dial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// Lookup finds all IP addresses of a host, as the method LookupHost of net.Resolver does. It must
// return soon after the end of ctx.
type Lookup func(ctx context.Context, host string) ([]string, error)

var errNoIP = errors.New("there is no IP address")

// dialHost dials the host of a at each of its IP addresses until one answers, where they are known
// or there is a hook that knows them. Otherwise the dialer sees to that. Every dial looks up anew,
// so that a name may move.
func (d *Connector) dialHost(ctx context.Context, a pool.Address) (net.Conn, error) {
	target, one := a.Target()
	host, port, err := net.SplitHostPort(target)
	if err != nil || one || isIP(host) {
		return d.cfg.Dialer(ctx, "tcp", target)
	}
	ips, err := d.lookUp(ctx, host)
	switch {
	case err != nil:
		return nil, err
	case ips == nil:
		return d.cfg.Dialer(ctx, "tcp", target)
	}
	return d.dialEach(ctx, ips, port)
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// lookUp returns nil if that is left to the dialer.
func (d *Connector) lookUp(ctx context.Context, host string) ([]string, error) {
	if known := routing.LookedUp(ctx, host); known != nil || d.cfg.Lookup == nil {
		return known, nil
	}
	ips, err := d.cfg.Lookup(ctx, host)
	if err == nil && len(ips) == 0 {
		err = errNoIP
	}
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	return ips, nil
}

// dialEach tries one after the other. Each has its share of the time that is left, so that one
// which says nothing leaves some for the others.
func (d *Connector) dialEach(ctx context.Context, ips []string, port string) (net.Conn, error) {
	var failures []error
	for i, ip := range ips {
		nc, err := d.dialWithin(ctx, net.JoinHostPort(ip, port), len(ips)-i)
		if err == nil {
			return nc, nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(failures...)
}

// dialWithin dials within a part of the time that is left: a third, say, where share is 3.
func (d *Connector) dialWithin(ctx context.Context, address string, share int) (net.Conn, error) {
	if end, limited := ctx.Deadline(); limited && share > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/time.Duration(share))
		defer cancel()
	}
	return d.cfg.Dialer(ctx, "tcp", address)
}
