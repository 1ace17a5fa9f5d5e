// Package uri reads connection URIs, such as neo4j://db.example.com:7687?policy=europe, and the
// addresses that a resolver returns. It does no I/O. It imports pool for its Address, and is
// imported by dial, settings and the driver.
package uri

import (
	"fmt"
	"maps"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/neorx/neorx/pool"
)

// DefaultPort is the port of a URI or an address without one.
const DefaultPort = "7687"

// schemes is what a connection URI can start with.
var schemes = map[string]Scheme{
	"bolt":      {},
	"bolt+s":    {Encrypted: true},
	"bolt+ssc":  {Encrypted: true, Unchecked: true},
	"neo4j":     {Routed: true},
	"neo4j+s":   {Routed: true, Encrypted: true},
	"neo4j+ssc": {Routed: true, Encrypted: true, Unchecked: true},
}

// Scheme is what the scheme of a URI says about connections.
type Scheme struct {
	Routed    bool
	Encrypted bool // whatever options say
	Unchecked bool // the certificate is not checked
}

// Target is what a connection URI says.
type Target struct {
	Name string // of the scheme, in lower case
	Scheme
	Host, Port string
	Context    map[string]string // for routing, without the address
}

// String is the URI in its normal form. It has no secrets, since what may contain one is refused.
func (t Target) String() string {
	host := strings.Replace(t.Host, "%", "%25", 1) // an IPv6 zone, written as RFC 6874 wants it
	uri := t.Name + "://" + net.JoinHostPort(host, t.Port)
	if len(t.Context) > 0 {
		uri += "?" + encodedContext(t.Context)
	}
	return uri
}

// Address is where the URI leads, as host:port.
func (t Target) Address() pool.Address { return pool.Address(net.JoinHostPort(t.Host, t.Port)) }

// Routing is the routing context that servers are told; nil where they shall not route.
func (t Target) Routing() map[string]string {
	if !t.Routed {
		return nil
	}
	all := map[string]string{addressKey: string(t.Address())}
	maps.Copy(all, t.Context)
	return all
}

// Parse reads a connection URI. Everything that is wrong with it goes to problem. That does not
// repeat what the URI says, since a password with a slash or a colon in it can get anywhere.
func Parse(uri string, problem func(format string, args ...any)) Target {
	name, rest, found := strings.Cut(uri, "://")
	if !found {
		problem("the URI has no scheme: write neo4j://host:%s", DefaultPort)
		return Target{}
	}
	rest, _, fragment := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")

	t := parseScheme(name, problem)
	t.Host, t.Port = parseAuthority(authority, problem)
	if path != "" {
		problem("the URI has a path, which means nothing: a database is chosen by the option Database of sessions and queries")
	}
	switch {
	case t.Routed:
		t.Context = parseContext(query, problem)
	case hasQuery:
		problem("the URI has a query part: a routing context is for neo4j URIs, bolt goes to one server")
	}
	if fragment {
		problem("the URI has a fragment (#…), which means nothing: leave it out")
	}
	return t
}

// Known reports whether a URI can start with this scheme.
func Known(scheme string) bool {
	_, known := schemes[scheme]
	return known
}

func parseScheme(name string, problem func(string, ...any)) Target {
	name = strings.ToLower(name)
	s, known := schemes[name]
	switch {
	case known:
	case name == "http" || name == "https":
		problem("the scheme %s is that of the server's HTTP interface: write neo4j://host:%s", name, DefaultPort)
	default:
		problem("the scheme of the URI is not known: use neo4j, neo4j+s or neo4j+ssc, or bolt, bolt+s or bolt+ssc for one server")
	}
	return Target{Name: name, Scheme: s}
}

// parseAuthority reads host:port.
func parseAuthority(authority string, problem func(string, ...any)) (host, port string) {
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		problem("the URI has user information (…@): credentials are the second argument of Open, such as BasicAuth(user, password)")
		authority = authority[at+1:]
	}
	if strings.HasPrefix(authority, "[") {
		host, port = splitBrackets(authority, problem)
	} else {
		host, port = splitName(authority, problem)
	}
	if port == "" {
		return host, DefaultPort
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		problem("the port of the URI is not a number from 1 to 65535")
	}
	return host, strconv.FormatUint(number, 10)
}

// splitBrackets reads [IPv6]:port.
func splitBrackets(authority string, problem func(string, ...any)) (host, port string) {
	host, rest, closed := strings.Cut(authority[1:], "]")
	if !closed {
		problem("the host of the URI has no closing bracket: write [::1]:%s", DefaultPort)
		return host, ""
	}
	host = strings.Replace(host, "%25", "%", 1) // before the zone, as RFC 6874 wants it
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Is6() {
		problem("the host of the URI is in brackets, but is not an IPv6 address")
	}
	if _, zone, _ := strings.Cut(host, "%"); !utf8.ValidString(zone) || strings.ContainsFunc(zone, func(r rune) bool { return r != '%' && foreignToHosts(r) }) {
		problem("the host of the URI has a zone that no interface has")
	}
	if rest == "" {
		return host, ""
	}
	port, colon := strings.CutPrefix(rest, ":")
	if !colon || port == "" {
		problem("after the brackets of the URI's host comes something else than :port")
		return host, ""
	}
	return host, port
}

// splitName reads name:port or IPv4:port.
func splitName(authority string, problem func(string, ...any)) (host, port string) {
	host, port, colon := strings.Cut(authority, ":")
	switch {
	case strings.Contains(port, ":"):
		problem("the host of the URI has more than one colon: write an IPv6 address in brackets, such as [::1]:%s", DefaultPort)
		return host, ""
	case colon && port == "":
		problem("the URI has a colon but no port: leave it out for port %s", DefaultPort)
	}
	if host == "" {
		problem("the URI has no host: write neo4j://host:%s", DefaultPort)
	}
	if !utf8.ValidString(host) {
		problem("the host of the URI has text that is not UTF-8")
		return host, port
	}
	if i := strings.IndexFunc(host, foreignToHosts); i >= 0 {
		problem("the host of the URI has a %q, which no host has", host[i])
	}
	return host, port
}

// foreignToHosts tells whether r cannot be part of a host's name. What is left to the resolver is
// whether such a name exists.
func foreignToHosts(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune("\"%<>[]\\^`{|}", r)
}

// CompleteAddress checks an address that a resolver returns: host:port, or a host alone for the default port.
func CompleteAddress(a string) (pool.Address, error) {
	var problems []string
	host, port := parseAuthority(a, func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) })
	if len(problems) > 0 {
		return "", fmt.Errorf("%q is not host:port", a)
	}
	return Target{Host: host, Port: port}.Address(), nil
}
