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

	// fetchGrowth is how many times as large as a batch the next can be.
	fetchGrowth = 2
)

// The time that the records of one batch should take, beside the round trip that asks for them.
const (
	// batchRoundTrips keeps what is lost to waiting near a twentieth.
	batchRoundTrips = 20

	// leastBatchTime is for servers nearby. A PULL costs a server more than the round trip: threads
	// sleep and wake up. A million records of Neo4j 2026.09 came with 0.76, 0.85, 0.96 and 0.99 of
	// the throughput of huge batches when a batch took 2, 8, 16 and 32 ms.
	leastBatchTime = 15 * time.Millisecond

	// mostBatchTime bounds what a consumer that leaves still costs the server, and the work that
	// waits behind it.
	mostBatchTime = 50 * time.Millisecond
)

// fetch decides how many records the next PULL asks for, and when it leaves.
//
// A server finishes the batch that it was asked for, although no consumer reads it. Neo4j 2026.09
// does so even behind a RESET. So n is all the backpressure there is, and it is what a consumer
// that leaves costs. One PULL per result can be under way, so n also bounds the throughput: n
// records per cycle, where a cycle lasts from one PULL to the next.
//
// The next n is what was taken in the last cycle, scaled to the length that a cycle should have:
//
//	n = taken × (r + t) / cycle
//
// r is the smallest round trip that the connection has seen, and t is 20 r, at least 15 ms and at
// most 50 ms. n is at least the fetch size and at most twice the last n. n records have at most 4
// MiB.
//
// The reasons:
//   - The slowest of server, network and consumer sets the length of a cycle. So n follows all
//     three. A server under load, a consumer that slows down and one that stalls make cycles
//     longer, and n smaller, at once.
//   - Distance is the smallest round trip, and never the wait for a batch: the wait grows with the
//     server's load, and larger batches would add to that load.
//   - The rows that are taken count, not those that arrive: a PULL asks for no more than the
//     consumer takes in the time of a cycle.
//   - The first batch does not count: its time holds the planning and the sorting of the query.
//   - Doubling reaches any size in a few round trips, and bounds what one false measurement does.
//   - Another open result on the connection waits behind this one's batch, so n does not grow
//     beside it.
type fetch struct {
	size   int64 // of the next PULL; All for everything
	floor  int64 // the configured fetch size
	pinned bool  // the size was chosen by the user: it stays, and the next PULL leaves when the batch is consumed
	demand int64 // how many more records the consumer will take; 0 where it is not known, or taken

	batches int64 // how many PULLs have left

	// The batch under way or consumed last.
	asked    int64
	last     bool // it covers the rest of the demand
	rows     int64
	bytes    int64
	started  time.Time // when its PULL left
	buffered int64     // rows of earlier batches that were not consumed then
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

// next starts a batch and returns the n of its PULL. buffered is how many rows have arrived and are
// not consumed.
func (f *fetch) next(now time.Time, buffered int64) int64 {
	f.asked, f.last = f.size, false
	if f.demand > 0 && (f.size == All || f.size > f.demand) {
		f.asked = f.demand
		f.last = true
	}
	f.batches++
	f.rows, f.bytes, f.started, f.buffered = 0, 0, now, buffered
	return f.asked
}

// adapt chooses the size of the next batch when its PULL is about to leave. alone says that no
// other result is open on the connection.
func (f *fetch) adapt(now time.Time, buffered int64, roundTrip time.Duration, alone bool) {
	if f.pinned || f.size == All || f.batches < 2 || f.rows == 0 {
		return
	}
	most := f.size
	if alone {
		most = min(f.size, math.MaxInt64/fetchGrowth) * fetchGrowth
	}
	most = min(most, batchBytes*f.rows/max(1, f.bytes))
	f.size = max(f.floor, f.inTime(cycleTime(roundTrip), now, buffered, most))
}

// inTime returns how many rows the consumer takes in a time at the pace of the cycle that ends now,
// at most that many.
func (f *fetch) inTime(t time.Duration, now time.Time, buffered, most int64) int64 {
	taken := f.buffered + f.rows - buffered
	cycle := max(1, now.Sub(f.started))
	if n := float64(taken) * float64(t) / float64(cycle); n < float64(most) {
		return int64(n)
	}
	return most
}

// cycleTime is how long a cycle should last.
func cycleTime(roundTrip time.Duration) time.Duration {
	return roundTrip + min(max(batchRoundTrips*roundTrip, leastBatchTime), mostBatchTime)
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
	f.rows += rows
	f.bytes += int64(bytes)
	f.demand = max(0, f.demand-rows)
}

// lowMark is the number of buffered rows at which the next PULL leaves. A consumer whose demand is met probably never comes back.
func (f *fetch) lowMark() int64 {
	if f.pinned || f.last {
		return 0
	}
	return f.asked/10*3 + f.asked%10*3/10 // three tenths of any size
}
