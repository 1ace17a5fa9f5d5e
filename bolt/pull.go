package bolt

import (
	"fmt"

	"github.com/neorx/neorx/bolt/packstream"
)

// All is the N of [Pull] and [Discard] that means all records that are left.
const All = -1

// LastRun is the QID of [Pull] and [Discard] that means the result of the last RUN.
const LastRun = -1

// Pull asks for records of an open result. Before Bolt 4.0 it is called PULL_ALL, and asks for all that the last RUN has.
type Pull struct {
	// N is how many: at least 1, or All.
	N int64
	// QID says which result of the transaction; LastRun leaves it out.
	QID int64
}

// Tag returns TagPull.
func (*Pull) Tag() byte { return TagPull }

// Append appends the message; see [Request].
func (m *Pull) Append(dst []byte, c *Capabilities) ([]byte, error) {
	return appendDemand(dst, TagPull, m.N, m.QID, c)
}

// Decode reads the fields of the message; see [Request].
func (m *Pull) Decode(r *packstream.Reader, c *Capabilities) error {
	m.N, m.QID = decodeDemand(r, c)
	return malformed("PULL", r)
}

// appendDemand appends what PULL and DISCARD have in common.
func appendDemand(dst []byte, tag byte, n, qid int64, c *Capabilities) ([]byte, error) {
	if !c.Demand {
		return appendAll(dst, tag, n, qid, c)
	}
	d := newDict(packstream.AppendStruct(dst, tag, 1))
	d.int("n", n)
	if qid != LastRun {
		d.int("qid", qid)
	}
	return d.dst, nil
}

// appendAll appends PULL_ALL or DISCARD_ALL, which have no fields.
func appendAll(dst []byte, tag byte, n, qid int64, c *Capabilities) ([]byte, error) {
	if err := c.require(n == All, "asking for a part of a result", Version{4, 0}); err != nil {
		return dst, err
	}
	if err := c.require(qid == LastRun, "asking for one of several results", Version{4, 0}); err != nil {
		return dst, err
	}
	return packstream.AppendStruct(dst, tag, 0), nil
}

// demandFields is the number of fields of PULL and DISCARD.
func demandFields(c *Capabilities) int {
	if c.Demand {
		return 1
	}
	return 0
}

// decodeDemand reads what PULL and DISCARD have in common, and refuses what a server refuses.
func decodeDemand(r *packstream.Reader, c *Capabilities) (n, qid int64) {
	if !c.Demand {
		return All, LastRun
	}
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
