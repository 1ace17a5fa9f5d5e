package integration_test

import (
	"cmp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
)

const (
	million       = 1_000_000
	millionCypher = "UNWIND range(1, 1000000) AS x RETURN x, toString(x) AS text"
)

// maxAllocations bounds what a record may cost the driver and its streams together. The records of
// a slab share its allocations, so the figure is a fraction; a driver that allocated per record, or
// per value, would be far beyond.
const maxAllocations = 0.5

// order checks that records come in order and complete.
type order struct {
	next int64
	bad  *records.Record // the first that was not the next
}

// see takes the next record. It formats into a buffer of its own: what the check allocates would
// count as the driver's.
func (o *order) see(rec *records.Record) {
	o.next++
	x, isInt := rec.At(0).AsInt()
	text, isText := rec.At(1).AsString()
	var digits [20]byte
	if !isInt || !isText || x != o.next || text != string(strconv.AppendInt(digits[:0], o.next, 10)) {
		o.bad = cmp.Or(o.bad, rec)
	}
}

func TestMillionRecords(t *testing.T) {
	ways := map[string]func(t *testing.T, q neorx.Query, seen *order) error{
		"Records": func(t *testing.T, q neorx.Query, seen *order) error {
			var failure error
			<-q.Records().ForEach(
				func(item any) { seen.see(item.(*records.Record)) },
				func(err error) { failure = err },
				func() {},
				rxgo.WithContext(limited(t)))
			return failure
		},
		"Batches": func(t *testing.T, q neorx.Query, seen *order) error {
			for item := range q.Batches(500).Observe(rxgo.WithContext(limited(t))) {
				if item.E != nil {
					return item.E
				}
				for _, rec := range item.V.([]*records.Record) {
					seen.see(rec)
				}
			}
			return nil
		},
		"Stream": func(t *testing.T, q neorx.Query, seen *order) error {
			for rec, err := range q.Stream().All(limited(t)) {
				if err != nil {
					return err
				}
				seen.see(rec)
			}
			return nil
		},
	}
	driver := open(t)
	_, err := driver.Query(millionCypher, nil, neorx.ReadOnly()).Exec(limited(t)) // the plan is cached, the connection is open
	require.NoError(t, err)
	for name, observe := range ways {
		t.Run(name, func(t *testing.T) {
			seen := &order{}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			require.NoError(t, observe(t, driver.Query(millionCypher, nil, neorx.ReadOnly()), seen))
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			require.Nil(t, seen.bad, "out of order")
			require.Equal(t, int64(million), seen.next)

			allocations := float64(after.Mallocs-before.Mallocs) / million
			bytes := (after.TotalAlloc - before.TotalAlloc) / million
			t.Logf("%.3f allocations and %d bytes a record, %v for all (%.0f records a second)",
				allocations, bytes, took.Round(time.Millisecond), million/took.Seconds())
			assert.Less(t, allocations, maxAllocations)
		})
	}
}
