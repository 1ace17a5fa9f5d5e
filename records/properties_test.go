package records_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// appendEntity appends a node or a relationship with labels and properties of few names, whose order, and whose repetition, is the sender's.
func appendEntity(t *rapid.T, b []byte, depth int) []byte {
	name := rapid.StringMatching("[abc]{0,2}")
	isNode := rapid.Bool().Draw(t, "node")
	if isNode {
		b = packstream.AppendInt(packstream.AppendStruct(b, 'N', 4), 1)
		labels := rapid.SliceOfN(name, 0, 3).Draw(t, "labels")
		b = packstream.AppendList(b, len(labels))
		for _, l := range labels {
			b = packstream.AppendString(b, l)
		}
	} else {
		b = packstream.AppendStruct(b, 'R', 8)
		for range 3 {
			b = packstream.AppendInt(b, 1)
		}
		b = packstream.AppendString(b, name.Draw(t, "type"))
	}
	n := rapid.SampledFrom([]int{0, 1, 2, 3, 20}).Draw(t, "properties")
	b = packstream.AppendMap(b, n)
	for range n {
		b = packstream.AppendString(b, name.Draw(t, "key"))
		if depth > 0 && rapid.IntRange(0, 20).Draw(t, "nest") == 0 { // no graph has that, and no server sends it
			b = appendEntity(t, b, depth-1)
			continue
		}
		b = packstream.AppendInt(b, rapid.Int64Range(0, 200).Draw(t, "value"))
	}
	b = packstream.AppendString(b, "id")
	if !isNode {
		b = packstream.AppendString(packstream.AppendString(b, "start"), "end")
	}
	return b
}

// What entities have in common with those of the row before is a matter of memory only.
func TestEntitiesDoNotDependOnTheRowsBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SampledFrom([]int{1, 2, 3, 70}).Draw(t, "columns")
		rows := records.NewRows()
		require.NoError(t, rows.Keys(make([]string, columns)))
		var got []*records.Record
		var want []records.Value
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			row := packstream.AppendList(nil, columns)
			for range columns {
				entity := appendEntity(t, nil, 2)
				r := packstream.NewReader(entity)
				want = append(want, records.DecodeValue(&r))
				row = append(row, entity...)
			}
			require.NoError(t, rows.Row(row))
			got = append(got, rows.Take()...)
			clear(row)
		}
		for i, v := range want {
			assert.True(t, v.Equal(got[i/columns].At(i%columns)), "got %s, want %s", got[i/columns].At(i%columns), v)
		}
	})
}

func TestLabelsThatAreSharedCannotBeChanged(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"n"}))
	for range 2 {
		require.NoError(t, rows.Row(encodeRow(t, records.Node{Labels: []string{"b", "a"}, Props: map[string]any{"k": 1}})))
	}
	taken := rows.Take()
	one, _ := taken[0].At(0).AsNode()
	one.Labels[0] = "changed"
	two, _ := taken[1].At(0).AsNode()
	assert.Equal(t, []string{"b", "a"}, two.Labels)
	assert.Equal(t, map[string]any{"k": int64(1)}, two.Props)
}

func TestOfARepeatedPropertyTheLastOneCounts(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"n"}))
	for range 2 {
		require.NoError(t, rows.Row(unhex(t, "91 B4 4E 01 90 A3 81 61 01 81 62 02 81 61 03 80")))
	}
	for _, rec := range rows.Take() {
		n, ok := rec.At(0).AsNode()
		require.True(t, ok)
		assert.Equal(t, map[string]any{"a": int64(3), "b": int64(2)}, n.Props)
	}
}

// The labels of one node, which are as long as a server likes, are not kept for each of those behind it.
func TestLongLabelsAreKeptOnce(t *testing.T) {
	const long = 1 << 20
	label := strings.Repeat("x", long)
	row := packstream.AppendInt(packstream.AppendStruct(packstream.AppendList(nil, 60), 'N', 4), 1)
	row = packstream.AppendString(packstream.AppendList(row, 1), label)
	row = packstream.AppendString(packstream.AppendMap(row, 0), "id")
	row = append(row, bytes.Repeat(unhex(t, "B4 4E 01 91 01 A0 80"), 59)...) // a label that is no text
	rows := records.NewRows()
	require.NoError(t, rows.Keys(make([]string, 60)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, rows.Row(row))
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8*long))
	n, ok := rows.Take()[0].At(0).AsNode()
	require.True(t, ok)
	assert.Equal(t, []string{label}, n.Labels)
}

// Nodes within nodes make no sense, and are not looked at: they could be skipped one after the other, with all that is in them, again and again.
func TestEntitiesWithinEntities(t *testing.T) {
	inner := func(tag string) []byte {
		return unhex(t, map[string]string{
			"node": "B4 4E 01 90 A0 80", "relationship": "B8 52 01 02 03 81 54 A0 80 80 80", "path": "B3 50 91 B4 4E 01 90 A0 80 90 90",
			"a list": "91 91 B4 4E 01 90 A0 80", "a map": "A1 81 6B B4 4E 01 90 A0 80", "unsupported": "B4 3F 80 06 01 A1 81 6B B4 4E 01 90 A0 80",
		}[tag])
	}
	for _, tag := range []string{"node", "relationship", "path", "a list", "a map"} {
		alone := decode(t, inner(tag))
		assert.NotContains(t, alone.String(), "within another structure")
		in := append(append(unhex(t, "B4 4E 01 90 A1 81 6B"), inner(tag)...), 0x80)
		outer := decode(t, in)
		assert.Equal(t, records.KindNode, outer.Kind(), tag)
		assert.Contains(t, outer.String(), "within another structure", tag)
	}
	v := decode(t, append(append(unhex(t, "B4 4E 01 90 A1 81 6B"), inner("unsupported")...), 0x80))
	property, _ := v.Get("k")
	assert.Equal(t, records.KindUnsupported, property.Kind(), "which a property may be")
}

func TestManyEntitiesWithinEachOther(t *testing.T) {
	const depth, inner = 900, 64 << 10
	row := packstream.AppendList(nil, 1)
	row = append(row, bytes.Repeat(unhex(t, "B4 4E 01 90 A1 81 6B"), depth)...)
	row = packstream.AppendList(row, inner)
	row = append(row, bytes.Repeat([]byte{0xC0}, inner)...)
	row = append(row, bytes.Repeat([]byte{0x01}, depth)...)
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"n"}))
	require.NoError(t, rows.Row(row))
	n := rows.Take()[0].At(0)
	assert.Equal(t, records.KindInvalid, n.Kind(), "its element id is a number")
}
