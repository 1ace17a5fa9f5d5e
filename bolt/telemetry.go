package bolt

import (
	"fmt"

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
