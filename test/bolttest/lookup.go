package bolttest

import (
	"context"
	"fmt"
	"net"
)

// seedHost is the name of the cluster as a whole; members have names below it. RFC 6761 keeps it out of the real world.
const seedHost = "cluster.test"

// LookUp is the DNS of the cluster's world, for a driver's look-up function: the name of the cluster resolves to the addresses of the members that take
// part in elections, whether they run or not, and the name of a member to its own.
func (c *Cluster) LookUp(_ context.Context, host string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if host == seedHost {
		return c.seeds(), nil
	}
	if m, ok := c.byHost[host]; ok {
		return []string{m.ip}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// seeds is what the name of the cluster resolves to.
func (c *Cluster) seeds() []string {
	var ips []string
	if c.badNames {
		ips = append(ips, deadAddress)
	}
	for _, m := range c.members {
		if m.voter {
			ips = append(ips, m.ip)
		}
	}
	return ips
}

// deadAddress is nobody's, and those who dial it hear nothing.
const deadAddress = "203.0.113.1"

// BadNames puts an address that nobody answers at in front of those that the cluster's name resolves to, until it is called with false.
func (c *Cluster) BadNames(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.badNames = on
	c.history.add(fmt.Sprintf("the name resolves to a dead address first: %v", on))
}

// Dial connects to a member, by its name or its IP address, or to the first of those that the cluster's name resolves to. It can be given to a
// driver as its dialer. A member that is down refuses; one that has lost its power, is cut off or has moved away lets those wait who dial it.
func (c *Cluster) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if net.ParseIP(host) == nil {
		ips, err := c.LookUp(ctx, host)
		if err != nil {
			return nil, dialError(memoryAddr(address), err)
		}
		host = ips[0]
	}
	return c.dial(ctx, network, host, memoryAddr(address))
}

func (c *Cluster) dial(ctx context.Context, network, ip string, as memoryAddr) (net.Conn, error) {
	c.mu.Lock()
	m, known := c.addresses[ip]
	c.mu.Unlock()
	if !known && ip != deadAddress {
		return nil, unreachable(as)
	}
	if m == nil {
		<-ctx.Done()
		return nil, dialError(as, ctx.Err())
	}
	if err := m.clients.wait(ctx, as); err != nil {
		return nil, err
	}
	if !m.Up() {
		return nil, refused(as)
	}
	return m.server.Dial(ctx, network, m.Address())
}
