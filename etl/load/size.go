package load

import "time"

// The size of batches that adapt: what a transaction should take, and how far the size goes.
const (
	quick     = 100 * time.Millisecond
	slow      = 400 * time.Millisecond
	leastRows = 100
	mostRows  = 16_000
)

// sizer chooses how many rows a batch has.
type sizer struct {
	rows  int
	most  int
	fixed bool
}

func newSizer(c config) sizer { return sizer{rows: c.batch.rows, most: mostRows, fixed: c.fixed} }

// observe learns from a transaction. One that was not full tells nothing about a larger one.
func (s *sizer) observe(rows int, took time.Duration) {
	switch {
	case s.fixed:
		return
	case took < quick && rows >= s.rows:
		s.rows = min(2*s.rows, s.most)
	case took > slow && rows > s.rows/2:
		s.rows = min(s.rows, max(s.rows*3/4, leastRows))
	}
}

// shrink learns that the server has no memory for so many rows. It holds for fixed sizes, too, and
// for the rest of the run.
func (s *sizer) shrink(rows int) {
	s.most = max(1, min(s.most, rows/2))
	s.rows = min(s.rows, s.most)
}
