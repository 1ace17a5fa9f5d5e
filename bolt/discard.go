package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Discard throws records of an open result away. The statement itself runs to its end. Before Bolt 4.0 it is called DISCARD_ALL, and means all that
// the last RUN has.
type Discard struct {
	// N is how many: at least 1, or All.
	N int64
	// QID says which result of the transaction; LastRun leaves it out.
	QID int64
}

// Tag returns TagDiscard.
func (*Discard) Tag() byte { return TagDiscard }

// Append appends the message; see [Request].
func (m *Discard) Append(dst []byte, c *Capabilities) ([]byte, error) {
	return appendDemand(dst, TagDiscard, m.N, m.QID, c)
}

// Decode reads the fields of the message; see [Request].
func (m *Discard) Decode(r *packstream.Reader, c *Capabilities) error {
	m.N, m.QID = decodeDemand(r, c)
	return malformed("DISCARD", r)
}
