package bolt

import (
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// Route asks for the routing table of a database (Bolt 4.3 and newer; 4.2 has a procedure for it).
type Route struct {
	// Routing is the routing context with the address, as HELLO has it.
	Routing   map[string]string
	Bookmarks []string
	// Database is the database's name; empty is the home database.
	Database string
	// ImpersonatedUser is whose home database is meant; it needs Bolt 4.4.
	ImpersonatedUser string
}

// Tag returns TagRoute.
func (*Route) Tag() byte { return TagRoute }

// Append appends the message; see [Request].
func (m *Route) Append(dst []byte, c *Capabilities) ([]byte, error) {
	if err := m.check(c); err != nil {
		return dst, err
	}
	dst = packstream.AppendStruct(dst, TagRoute, 3)
	dst = appendTextMap(dst, m.Routing)
	dst = appendTexts(dst, m.Bookmarks)
	switch {
	case c.RouteExtra:
		d := newDict(dst)
		d.optional("db", m.Database)
		d.optional("imp_user", m.ImpersonatedUser)
		return d.dst, nil
	case m.Database == "":
		return packstream.AppendNull(dst), nil
	default:
		return packstream.AppendString(dst, m.Database), nil
	}
}

func (m *Route) check(c *Capabilities) error {
	if err := c.require(c.Route, "ROUTE", Version{4, 3}); err != nil {
		return err
	}
	return c.require(c.Impersonation || m.ImpersonatedUser == "", "impersonation", Version{4, 4})
}

// Decode reads the fields of the message; see [Request].
func (m *Route) Decode(r *packstream.Reader, c *Capabilities) error {
	*m = Route{Routing: textMap(r), Bookmarks: texts(r)}
	if c.RouteExtra {
		m.decodeExtra(r)
	} else if !isNull(r) {
		m.Database = r.String()
	}
	return malformed("ROUTE", r)
}

func (m *Route) decodeExtra(r *packstream.Reader) {
	for range r.Map() {
		key := r.Text()
		if isNull(r) {
			continue
		}
		switch string(key) {
		case "db":
			m.Database = r.String()
		case "imp_user":
			m.ImpersonatedUser = r.String()
		default:
			r.Skip()
		}
	}
}

// RouteSuccess is the reply to ROUTE: a routing table. Addresses are host:port, with brackets around an IPv6 address.
type RouteSuccess struct {
	// TTL is how long the table holds, in seconds on the wire.
	TTL time.Duration
	// Database is the database that the table is for (Bolt 4.4).
	Database                  string
	Routers, Readers, Writers []string
}

// Append appends a SUCCESS with the reply's metadata, as far as the version has it.
func (m *RouteSuccess) Append(dst []byte, c *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagSuccess, 1))
	d.nested("rt", func(d *dict) {
		d.int("ttl", int64(m.TTL/time.Second))
		if c.RouteExtra {
			d.optional("db", m.Database)
		}
		d.key("servers")
		d.dst = packstream.AppendList(d.dst, 3)
		d.dst = appendServers(d.dst, "ROUTE", m.Routers)
		d.dst = appendServers(d.dst, "READ", m.Readers)
		d.dst = appendServers(d.dst, "WRITE", m.Writers)
	})
	return d.dst, nil
}

func appendServers(dst []byte, role string, addresses []string) []byte {
	d := newDict(dst)
	d.texts("addresses", addresses)
	d.text("role", role)
	return d.dst
}

// Decode reads the metadata of the SUCCESS; r stands before the dictionary.
func (m *RouteSuccess) Decode(r *packstream.Reader, _ *Capabilities) error {
	*m = RouteSuccess{}
	for range r.Map() {
		key := r.Text()
		if isNull(r) {
			continue
		}
		switch string(key) {
		case "rt":
			m.decodeTable(r)
		default:
			r.Skip()
		}
	}
	return malformed("SUCCESS of ROUTE", r)
}

func (m *RouteSuccess) decodeTable(r *packstream.Reader) {
	for range r.Map() {
		key := r.Text()
		if isNull(r) {
			continue
		}
		switch string(key) {
		case "ttl":
			m.TTL = max(0, duration(r, time.Second))
		case "db":
			m.Database = r.String()
		case "servers":
			for range r.List() {
				m.decodeServers(r)
			}
		default:
			r.Skip()
		}
	}
}

// decodeServers reads the servers of one role; roles that are not known are passed over.
func (m *RouteSuccess) decodeServers(r *packstream.Reader) {
	var role string
	var addresses []string
	for range r.Map() {
		switch key := r.Text(); string(key) {
		case "role":
			role = r.String()
		case "addresses":
			addresses = texts(r)
		default:
			r.Skip()
		}
	}
	m.add(role, addresses)
}

func (m *RouteSuccess) add(role string, addresses []string) {
	switch role {
	case "ROUTE":
		m.Routers = append(m.Routers, addresses...)
	case "READ":
		m.Readers = append(m.Readers, addresses...)
	case "WRITE":
		m.Writers = append(m.Writers, addresses...)
	}
}
