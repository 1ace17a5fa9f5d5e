package records_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// wide is a struct of 384 bytes, of which an empty map on the wire makes one.
type wide struct{ A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P []string }

// TestLimitMemory has rows of 64 KiB whose values take much more. They are refused before that is
// allocated, and the same rows are fine without a limit.
func TestLimitMemory(t *testing.T) {
	const limit = 256 << 10
	item := func(append func([]byte) []byte) []byte {
		one := append(nil)
		n := 64 << 10 / len(one)
		row := packstream.AppendList(packstream.AppendList(nil, 1), n)
		for range n {
			row = append(row)
		}
		return row
	}
	null := item(packstream.AppendNull)
	empty := item(func(dst []byte) []byte { return packstream.AppendMap(dst, 0) })
	small := item(func(dst []byte) []byte {
		return packstream.AppendNull(packstream.AppendString(packstream.AppendMap(dst, 1), "x"))
	})
	bad := item(func(dst []byte) []byte { return append(dst, 0x81, 0xFF) })
	cases := map[string]struct {
		row  []byte
		into interface {
			records.Decoder
			LimitMemory(bytes int)
		}
	}{
		"records: nulls":           {null, records.NewRows()},
		"records: maps":            {small, records.NewRows()},
		"records: bad text":        {bad, records.NewRows()},
		"any: nulls":               {null, records.NewStructRows[any]()},
		"any: maps":                {small, records.NewStructRows[any]()},
		"slices of any: maps":      {small, records.NewStructRows[[]any]()},
		"slices of slices":         {null, records.NewStructRows[[][]string]()},
		"slices of structs":        {empty, records.NewStructRows[[]wide](records.AllowMissing())},
		"slices of pointers":       {empty, records.NewStructRows[[]*wide](records.AllowMissing())},
		"slices of maps":           {small, records.NewStructRows[[]map[string]*int]()},
		"slices of maps of struct": {small, records.NewStructRows[[]map[string]*wide]()},
		"slices of Values":         {bad, records.NewStructRows[[]records.Value]()},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, test.into.Keys([]string{"x"}))
			require.NoError(t, test.into.Row(test.row), "there is no limit")
			test.into.LimitMemory(limit)
			var err error
			took := allocated(func() { err = test.into.Row(test.row) })
			var malformed *packstream.Error
			require.ErrorAs(t, err, &malformed)
			assert.ErrorContains(t, err, "take more than 262144 bytes: WithMaxMessageMemory allows for more")
			assert.LessOrEqual(t, took, uint64(limit+len(test.row)+64<<10))
			for range 3 { // each row has all of it
				require.NoError(t, test.into.Row(packstream.AppendList(packstream.AppendList(nil, 1), 0)))
			}
		})
	}
}

func allocated(f func()) uint64 {
	// Other than runtime/metrics, this counts small objects when they are allocated.
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
