package bolt

import (
	"math"
	"time"
)

const (
	// DefaultFetchSize is how many records the first PULL of a result asks for, as in every official driver.
	DefaultFetchSize = 1000

	// batchBytes is what a grown batch may take on the wire, estimated from the last one.
	batchBytes = 4 << 20

	// maxGrowth is how many times as large as one batch the next can be.
	maxGrowth = 1024
)

// fetch decides how many records the next PULL asks for, and when it leaves.
//
// A server finishes what it was asked for although nobody reads, so the number is all the backpressure there is; and one PULL per
// result can be under way, so it is also the bound of the throughput: n per round trip. It starts with the fetch size and grows
// after each batch that the consumer had to wait for longer than a tenth of the time the batch took: to where the same wait would be a tenth, at least to twice
// and at most to 1024 times its size, so that a long result from far away has a few idle round trips and no more.
type fetch struct {
	size   int64 // of the next PULL; All for everything
	floor  int64 // the configured fetch size
	pinned bool  // the size was chosen by the user: it stays, and the next PULL leaves when the batch is consumed
	demand int64 // how many more records the consumer will take; 0 where it is not known, or taken

	// The batch under way or consumed last.
	asked   int64
	last    bool // it covers the rest of the demand
	rows    int64
	bytes   int64
	started time.Time     // when its PULL left
	waiting time.Time     // since when the consumer waits for its first row; zero if it does not
	waited  time.Duration // how long that took
}

func newFetch(cfg StreamConfig) fetch {
	f := fetch{size: cfg.FetchSize, pinned: cfg.Pinned}
	if f.size == 0 {
		f.size = DefaultFetchSize
	}
	if cfg.Demand != math.MaxInt64 {
		f.demand = cfg.Demand
	}
	f.floor = f.size
	return f
}

// next starts a batch and returns the n of its PULL. alone says that no other result is open on the connection.
func (f *fetch) next(now time.Time, alone bool) int64 {
	if f.asked != 0 && !f.pinned && f.size != All {
		f.adapt(now, alone)
	}
	f.asked, f.last = f.size, false
	if f.demand > 0 && (f.size == All || f.size > f.demand) {
		f.asked = f.demand
		f.last = true
	}
	f.rows, f.bytes, f.started, f.waiting, f.waited = 0, 0, now, time.Time{}, 0
	return f.asked
}

func (f *fetch) adapt(now time.Time, alone bool) {
	if f.rows == 0 {
		return
	}
	most := max(f.floor, batchBytes*f.rows/max(1, f.bytes))
	growth := int64(1)
	if took := now.Sub(f.started); alone && f.waited > took/10 {
		growth = min(max(2, int64(9*f.waited/max(1, took-f.waited))), maxGrowth)
	}
	if f.size > most/growth { // before it is multiplied: the size can be any that a user has chosen
		f.size = most
		return
	}
	f.size *= growth
}

// room is how many more rows the server may send of the batch.
func (f *fetch) room() int64 {
	if f.asked == All {
		return math.MaxInt64
	}
	return f.asked - f.rows
}

// arrived counts rows of the batch.
func (f *fetch) arrived(rows int64, bytes int) {
	if f.rows == 0 && !f.waiting.IsZero() {
		f.waited = time.Since(f.waiting)
	}
	f.rows += rows
	f.bytes += int64(bytes)
	f.demand = max(0, f.demand-rows)
}

// starved notes that the consumer has nothing to do until the batch's first row.
func (f *fetch) starved() {
	if f.rows == 0 && f.waiting.IsZero() {
		f.waiting = time.Now()
	}
}

// lowMark is the number of buffered rows at which the next PULL leaves. A consumer whose demand is met probably never comes back.
func (f *fetch) lowMark() int64 {
	if f.pinned || f.last {
		return 0
	}
	return f.asked/10*3 + f.asked%10*3/10 // three tenths of any size
}
