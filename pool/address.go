package pool

import (
	"net"
	"strings"
)

// Address is a server's host:port.
type Address string

// At is the address of a that is reached at just one of the IP addresses which its host stands for. It looks like "host/10.0.0.1:7687", and as a key
// it is different from a: connections to the one never serve who asks for the other.
func At(a Address, ip string) Address {
	host, port, err := net.SplitHostPort(string(a))
	if err != nil {
		return a
	}
	return Address(net.JoinHostPort(host+"/"+ip, port))
}

// Host is the host's name as certificates have it, whether or not the address comes from [At].
func (a Address) Host() string {
	host, _, _ := net.SplitHostPort(string(a))
	host, _, _ = strings.Cut(host, "/")
	host, _, _ = strings.Cut(host, "%") // an IPv6 zone means something on this machine only
	return host
}

// Target is what has to be dialled, host:port or ip:port. one says that the address comes from [At], so that no look-up is wanted.
func (a Address) Target() (hostPort string, one bool) {
	host, port, err := net.SplitHostPort(string(a))
	if err != nil {
		return string(a), false
	}
	_, ip, one := strings.Cut(host, "/")
	if !one {
		return string(a), false
	}
	return net.JoinHostPort(ip, port), true
}
