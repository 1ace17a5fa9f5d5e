package bolt

import (
	"fmt"
	"sync/atomic"

	"github.com/neorx/neorx/bolt/packstream"
)

// API names the part of a driver's API that a user called.
type API int64

// What TELEMETRY can report.
const (
	ManagedTransaction  API = 0
	ExplicitTransaction API = 1
	AutoCommit          API = 2
	DriverQuery         API = 3
)

// Telemetry reports which API is in use (Bolt 5.4 and newer, and only where the server's hints ask for it). The metadata of its SUCCESS are empty.
type Telemetry struct{ API API }

// Tag returns TagTelemetry.
func (*Telemetry) Tag() byte { return TagTelemetry }

// Append appends the message; see [Request].
func (m *Telemetry) Append(dst []byte, c *Capabilities) ([]byte, error) {
	if err := c.require(c.Telemetry, "TELEMETRY", Version{5, 4}); err != nil {
		return dst, err
	}
	return packstream.AppendInt(packstream.AppendStruct(dst, TagTelemetry, 1), int64(m.API)), nil
}

// Decode reads the fields of the message; see [Request].
func (m *Telemetry) Decode(r *packstream.Reader, _ *Capabilities) error {
	m.API = API(r.Int())
	if m.API < ManagedTransaction || m.API > DriverQuery {
		r.Fail(fmt.Errorf("there is no API %d", m.API))
	}
	return malformed("TELEMETRY", r)
}

// Usage is one call of the API, to be reported once: work that is tried again passes the same one along, and it is sent again only if the server has
// not confirmed it.
type Usage struct {
	API API

	told atomic.Bool
}

// report returns what is to be sent in front of a BEGIN or RUN.
func (c *Conn) report(u *Usage) []sending {
	if u == nil || !c.hints.Telemetry || !c.caps.Telemetry || u.told.Load() {
		return nil
	}
	reply := c.call(nil)
	reply.then = func() { u.told.Store(true) }
	return []sending{{&Telemetry{API: u.API}, reply}}
}
