package bolt

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
)

// A dictionary announces as many entries as there is room for, and is broken in the first one: nothing is made of what was never read.
func TestADictionaryPaysForItsEntries(t *testing.T) {
	const entries = 1 << 20
	body := strings.Repeat("\x01", 2*entries) // numbers, where keys should be
	for name, start := range map[string]string{"no key": "", "one entry": "\x81a\x01"} {
		t.Run(name, func(t *testing.T) {
			r := packstream.NewReader(append(packstream.AppendMap(nil, entries), start+body...))
			var m map[string]any
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			m = valueMap(&r)
			runtime.ReadMemStats(&after)
			require.ErrorContains(t, r.Err(), "expected String, found Integer")
			assert.Empty(t, m)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(30*len(body)), "as in a row, what has arrived pays for it")
		})
	}
	var many []byte
	many = packstream.AppendMap(many, 1000)
	for i := range 1000 {
		many = packstream.AppendInt(packstream.AppendString(many, strings.Repeat("k", i)), int64(i))
	}
	r := packstream.NewReader(many)
	m := valueMap(&r)
	require.NoError(t, r.Err())
	require.Len(t, m, 1000)
	assert.EqualValues(t, 999, m[strings.Repeat("k", 999)])
}
