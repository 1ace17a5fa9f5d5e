package bolt

import (
	"errors"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// Hello is the first message on a connection. Up to Bolt 5.0 it authenticates too.
type Hello struct {
	// UserAgent names the application, such as "my-app/1.0".
	UserAgent string
	// Agent names the driver; it is sent from Bolt 5.3 on, which demands it.
	Agent Agent
	// Auth is sent up to Bolt 5.0; newer versions have LOGON.
	Auth AuthToken
	// Routing is the routing context with the address. Nil says that the server must not route; an empty map that it may. It is sent from Bolt 4.1 on.
	Routing map[string]string
	// PatchBolt offers patches of the protocol on Bolt 4.3 and 4.4.
	PatchBolt []string
	// Notifications is the filter for the whole connection. It needs Bolt 5.2.
	Notifications NotificationFilter
}

// Agent describes the driver to the server.
type Agent struct {
	Product, Platform, Language, LanguageDetails string
}

// patchUTC is the only patch there is: date-times by their instant, as from Bolt 5.0 on.
const patchUTC = "utc"

// Tag returns TagHello.
func (*Hello) Tag() byte { return TagHello }

// Append appends the message; see [Request].
func (m *Hello) Append(dst []byte, c *Capabilities) ([]byte, error) {
	if err := m.Notifications.check(c); err != nil {
		return dst, err
	}
	d := newDict(packstream.AppendStruct(dst, TagHello, 1))
	d.text("user_agent", m.UserAgent)
	if c.BoltAgent {
		d.nested("bolt_agent", m.Agent.append)
	}
	if !c.Logon {
		if err := m.Auth.append(&d, c); err != nil {
			return dst, err
		}
	}
	if m.Routing != nil && c.RoutingContext {
		d.key("routing")
		d.dst = appendTextMap(d.dst, m.Routing)
	}
	if len(m.PatchBolt) > 0 && c.Patches {
		d.texts("patch_bolt", m.PatchBolt)
	}
	m.Notifications.append(&d, c)
	return d.dst, nil
}

func (a *Agent) append(d *dict) {
	d.optional("product", a.Product)
	d.optional("platform", a.Platform)
	d.optional("language", a.Language)
	d.optional("language_details", a.LanguageDetails)
}

// Decode reads the fields of the message; see [Request].
func (m *Hello) Decode(r *packstream.Reader, c *Capabilities) error {
	*m = Hello{}
	for range r.Map() {
		key := string(r.Text())
		if isNull(r) {
			continue
		}
		switch key {
		case "user_agent":
			m.UserAgent = r.String()
		case "bolt_agent":
			m.Agent.decode(r)
		case "routing":
			m.Routing = textMap(r)
		case "patch_bolt":
			m.PatchBolt = texts(r)
		default:
			if !m.Notifications.decode(key, r, c) && (c.Logon || !m.Auth.decode(key, r)) {
				r.Skip()
			}
		}
	}
	m.demand(r, c)
	return malformed("HELLO", r)
}

// demand fails where a mandatory key is missing.
func (m *Hello) demand(r *packstream.Reader, c *Capabilities) {
	if m.UserAgent == "" {
		r.Fail(errors.New("user_agent is missing"))
	}
	if c.BoltAgent && m.Agent.Product == "" {
		r.Fail(errors.New("bolt_agent has no product"))
	}
}

func (a *Agent) decode(r *packstream.Reader) {
	m := textMap(r)
	*a = Agent{m["product"], m["platform"], m["language"], m["language_details"]}
}

// HelloSuccess is the reply to HELLO.
type HelloSuccess struct {
	// Server is the server's agent, such as "Neo4j/2026.09.0".
	Server string
	// ConnectionID is the server's name for the connection, such as "bolt-17".
	ConnectionID string
	// ProtocolVersion is there after a manifest handshake only.
	ProtocolVersion string
	Hints           Hints
	// PatchBolt lists the patches that the server has agreed to.
	PatchBolt []string
}

// Hints are what a server wants a client to know; they hold as long as the connection.
type Hints struct {
	// RecvTimeout: while the client waits for an answer, something arrives within this time; otherwise the connection is dead. 0: not said.
	RecvTimeout time.Duration
	// Telemetry: the server wants TELEMETRY messages.
	Telemetry bool
	// SSR: the server can route what reaches the wrong member of a cluster.
	SSR bool
}

const (
	hintRecvTimeout = "connection.recv_timeout_seconds"
	hintTelemetry   = "telemetry.enabled"
	hintSSR         = "ssr.enabled"
)

// Append appends a SUCCESS with the reply's metadata, as far as the version has it.
func (m *HelloSuccess) Append(dst []byte, c *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagSuccess, 1))
	d.optional("server", m.Server)
	d.optional("connection_id", m.ConnectionID)
	d.optional("protocol_version", m.ProtocolVersion)
	if c.Hints {
		d.nested("hints", func(d *dict) { m.Hints.append(d, c) })
	}
	if len(m.PatchBolt) > 0 && c.Patches {
		d.texts("patch_bolt", m.PatchBolt)
	}
	return d.dst, nil
}

func (h *Hints) append(d *dict, c *Capabilities) {
	if h.RecvTimeout > 0 {
		d.int(hintRecvTimeout, int64((h.RecvTimeout+time.Second-1)/time.Second))
	}
	d.flag(hintTelemetry, h.Telemetry && c.Telemetry)
	d.flag(hintSSR, h.SSR && c.HomeDatabase)
}

// Decode reads the metadata of the SUCCESS; r stands before the dictionary.
func (m *HelloSuccess) Decode(r *packstream.Reader, _ *Capabilities) error {
	*m = HelloSuccess{}
	for range r.Map() {
		key := string(r.Text())
		if isNull(r) {
			continue
		}
		switch key {
		case "server":
			m.Server = r.String()
		case "connection_id":
			m.ConnectionID = r.String()
		case "protocol_version":
			m.ProtocolVersion = r.String()
		case "hints":
			m.Hints.decode(r)
		case "patch_bolt":
			m.PatchBolt = texts(r)
		default:
			r.Skip()
		}
	}
	return malformed("SUCCESS of HELLO", r)
}

// decode passes over hints that are unknown or not of the type they should be.
func (h *Hints) decode(r *packstream.Reader) {
	for range r.Map() {
		key, kind := string(r.Text()), r.Kind()
		switch {
		case key == hintRecvTimeout && kind == packstream.Int:
			h.RecvTimeout = max(0, duration(r, time.Second))
		case key == hintTelemetry && kind == packstream.Bool:
			h.Telemetry = r.Bool()
		case key == hintSSR && kind == packstream.Bool:
			h.SSR = r.Bool()
		default:
			r.Skip()
		}
	}
}
