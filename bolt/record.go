package bolt

import (
	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// RecordMessage is one row of a result. A client hands the bytes of a row to a records.Decoder instead of decoding the message.
type RecordMessage struct{ Values []any }

// Append appends the message. A value that has no Cypher type, or none in this version, is a *records.UsageError.
func (m *RecordMessage) Append(dst []byte, c *Capabilities) ([]byte, error) {
	out := packstream.AppendList(packstream.AppendStruct(dst, TagRecord, 1), len(m.Values))
	for _, v := range m.Values {
		var err error
		if out, err = records.AppendResult(out, v, c.Dialect); err != nil {
			return dst, err
		}
	}
	return out, nil
}

// Decode reads the row; r stands behind the structure's header.
func (m *RecordMessage) Decode(r *packstream.Reader, _ *Capabilities) error {
	n := r.List()
	m.Values = make([]any, 0, n)
	for range n {
		m.Values = append(m.Values, records.DecodeValue(r).Any())
	}
	return malformed("RECORD", r)
}
