package bolt

import (
	"fmt"

	"github.com/neorx/neorx/bolt/packstream"
)

// All is the N of [Pull] and [Discard] that means all records that are left.
const All = -1

// LastRun is the QID of [Pull] and [Discard] that means the result of the last RUN.
const LastRun = -1

// Pull asks for records of an open result.
type Pull struct {
	// N is how many: at least 1, or All.
	N int64
	// QID says which result of the transaction; LastRun leaves it out.
	QID int64
}

// Tag returns TagPull.
func (*Pull) Tag() byte { return TagPull }

// Append appends the message; see [Request].
func (m *Pull) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	return appendDemand(dst, TagPull, m.N, m.QID), nil
}

// Decode reads the fields of the message; see [Request].
func (m *Pull) Decode(r *packstream.Reader, _ *Capabilities) error {
	m.N, m.QID = decodeDemand(r)
	return malformed("PULL", r)
}

func appendDemand(dst []byte, tag byte, n, qid int64) []byte {
	d := newDict(packstream.AppendStruct(dst, tag, 1))
	d.int("n", n)
	if qid != LastRun {
		d.int("qid", qid)
	}
	return d.dst
}

// decodeDemand reads what PULL and DISCARD have in common, and refuses what a server refuses.
func decodeDemand(r *packstream.Reader) (n, qid int64) {
	qid = LastRun
	for range r.Map() {
		switch key := r.Text(); string(key) {
		case "n":
			n = r.Int()
		case "qid":
			if !isNull(r) {
				qid = r.Int()
			}
		default:
			r.Skip()
		}
	}
	if n == 0 || n < All {
		r.Fail(fmt.Errorf("n is %d, which is neither positive nor -1", n))
	}
	return n, qid
}
