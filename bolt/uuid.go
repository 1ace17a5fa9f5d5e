package bolt

import "github.com/neorx/neorx/records"

// refuseUUIDs tells a decoder that there are no UUIDs yet in this version. A decoder that looks at values knows what to do then; to look at the bytes of every
// row instead would cost more than most rows take to decode.
func (c *Conn) refuseUUIDs(dec records.Decoder) {
	if d, ok := dec.(interface{ RefuseUUIDs(version string) }); ok && !c.caps.Dialect.UUIDs {
		d.RefuseUUIDs(c.server.ProtocolVersion)
	}
}
