package bolt

import (
	"bytes"

	"github.com/neorx/neorx/bolt/packstream"
)

// markerUUID begins a UUID in Bolt 6.1. Before, it was reserved.
const markerUUID = 0xE0

// decode hands a row to the decoder, which does not know the version. Where there are no UUIDs yet, a server that sends one is broken.
func (s *Stream) decode(row []byte) error {
	if !s.c.caps.Dialect.UUIDs && bytes.IndexByte(row, markerUUID) >= 0 {
		if err := refuseUUIDs(row, s.c.caps.Version); err != nil {
			return err
		}
	}
	return s.dec.Row(row)
}

// refuseUUIDs looks for a UUID among the values of a row: the byte can be a part of anything. Whatever else may be wrong is left to the decoder.
func refuseUUIDs(row []byte, v Version) error {
	r := packstream.NewReader(row)
	for pending := 1; pending > 0 && pending <= r.Len(); pending-- {
		switch r.Kind() {
		case packstream.UUID:
			return &packstream.Error{Offset: r.Offset(), Reason: "a UUID, which there is none of in Bolt " + v.String()}
		case packstream.List:
			pending += r.List()
		case packstream.Map:
			pending += 2 * r.Map()
		case packstream.Struct:
			_, fields := r.Struct()
			pending += fields
		default:
			r.Skip()
		}
	}
	return nil
}
