package integration_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/rx"
)

// TestNestedStreamsOfManyQueries runs an inner query for each of 10,000 outer records, in the same
// transaction and on the only connection. What the outer result still has to come stays on the
// server, and what is over is forgotten: the heap stays flat.
func TestNestedStreamsOfManyQueries(t *testing.T) {
	const outer, inner, samples = 10_000, 5, 10
	driver := open(t, neorx.WithMaxConnectionPoolSize(1))
	session := driver.Session()
	defer session.Close()
	work := func(tx *neorx.Transaction) neorx.Stream[*neorx.Record] {
		outers := tx.Query("UNWIND range(1, $n) AS x RETURN x", number(outer)).Stream()
		return rx.ConcatMap(outers, func(rec *neorx.Record) neorx.Stream[*neorx.Record] {
			return tx.Query("UNWIND range(1, $n) AS y RETURN $x AS x, y", map[string]any{"x": rec.At(0), "n": inner}, neorx.FetchSize(2)).Stream()
		})
	}
	next := int64(0)
	var heap []uint64
	err := neorx.ReadStream(session, work).ForEach(limited(t), func(rec *neorx.Record) error {
		x, _ := rec.At(0).AsInt()
		y, _ := rec.At(1).AsInt()
		if x != next/inner+1 || y != next%inner+1 {
			t.Errorf("record %d is (%d, %d)", next, x, y)
		}
		if next++; next%(outer*inner/samples) == 0 {
			heap = append(heap, heapInUse())
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, int64(outer*inner), next)
	t.Logf("heap after every %d outer records: %d KiB", outer/samples, heap)
	assert.Less(t, heap[len(heap)-1], heap[0]+1024, "KiB")
	assert.Equal(t, int64(1), driver.PoolStats().Total.Dialled)
}

// heapInUse is the live heap, in KiB.
func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc >> 10
}
