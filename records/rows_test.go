package records_test

import (
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// encodeRow encodes a row as a server does.
func encodeRow(t testing.TB, values ...any) []byte {
	t.Helper()
	b := packstream.AppendList(nil, len(values))
	for _, v := range values {
		var err error
		b, err = records.AppendResult(b, v, bolt61)
		require.NoError(t, err)
	}
	return b
}

func TestRows(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"n", "s"}))
	assert.Empty(t, rows.Take())

	buf := encodeRow(t, 1, "one")
	require.NoError(t, rows.Row(buf))
	clear(buf) // a connection reuses its buffer
	require.NoError(t, rows.Row(encodeRow(t, 2, []any{"two", map[string]any{"k": ada}})))
	first := rows.Take()
	require.Len(t, first, 2)
	one, two := first[0], first[1]
	assert.Empty(t, rows.Take())

	require.NoError(t, rows.Row(encodeRow(t, 3, nil)))
	require.Len(t, rows.Take(), 1)

	assert.Equal(t, `{n: 1, s: "one"}`, one.String())
	assert.Equal(t, []string{"n", "s"}, two.Keys())
	assert.Equal(t, map[string]any{"n": int64(2), "s": []any{"two", map[string]any{"k": ada}}}, two.AsMap())
}

func TestRowsWithoutColumns(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys(nil))
	require.NoError(t, rows.Row([]byte{0x90}))
	rec := rows.Take()[0]
	assert.Zero(t, rec.Len())
	assert.Empty(t, rec.Values())
	assert.Equal(t, "{}", string(rec.AppendJSON(nil)))
	assert.Equal(t, 0, rec.Clone().Len())
}

func TestMalformedRows(t *testing.T) {
	tests := map[string]string{
		"":                                 "packstream: byte 0: expected List, found the end",
		"A0":                               "packstream: byte 0: expected List, found Dictionary",
		"91 01":                            "packstream: byte 0: a row of 1 values for 2 columns",
		"92 01 01 01":                      "packstream: byte 3: bytes after the end of a row",
		"92 01 C4":                         "packstream: byte 2: a reserved marker",
		"92 01 82 41":                      "packstream: byte 3: the input ends within a value",
		"92 01 D6 7FFFFFFF":                "packstream: byte 7: a size larger than what has arrived",
		"92 01 92 92 92 00 00":             "packstream: byte 5: a size larger than what has arrived",
		"92 01 A1 82 C328 01":              "packstream: byte 3: a String that is not valid UTF-8",
		"92 01 B1 44":                      "packstream: byte 4: a size larger than what has arrived",
		"92 01 B3 4E 01 91":                "packstream: byte 4: a size larger than what has arrived",
		"92 01 B4 4E 01 90 A1 81 6B C4 C0": "packstream: byte 9: a reserved marker",
		"92 01 91 B4 4E 01 90 A1 81 6B B1 44 C4 C0": "packstream: byte 12: a reserved marker",
	}
	for in, want := range tests {
		rows := records.NewRows()
		require.NoError(t, rows.Keys([]string{"a", "b"}))
		err := rows.Row(unhex(t, in))
		var malformed *packstream.Error
		require.ErrorAs(t, err, &malformed, in)
		require.EqualError(t, err, want, in)
		assert.Empty(t, rows.Take())
	}
}

func TestValuesThatCannotBeDecodedSpoilOnlyThemselves(t *testing.T) {
	tests := map[string]string{
		"B1 7A 01":       "undecodable value: unknown structure 0x7A",
		"B1 FF 01":       "undecodable value: unknown structure 0xFF",
		"B0 44":          "undecodable DATE: a structure of 0 fields instead of 1",
		"B2 44 01 02":    "undecodable DATE: a structure of 2 fields instead of 1",
		"B1 44 81 41":    "undecodable DATE: packstream: byte 3: expected Integer, found String",
		"B3 58 01 02 03": "undecodable POINT: packstream: byte 4: expected Float, found Integer",
		"B3 58 FF C10000000000000000 C10000000000000000":                    "undecodable POINT: unknown SRID -1",
		"B4 59 FF C10000000000000000 C10000000000000000 C10000000000000000": "undecodable POINT: unknown SRID -1",
		"B2 56 CC01C8 81 41":                  "undecodable VECTOR: packstream: byte 6: expected Bytes, found String",
		"B2 56 CC01C7 CC00":                   "undecodable VECTOR: unknown type of elements",
		"B2 56 CC00 CC00":                     "undecodable VECTOR: unknown type of elements",
		"B2 56 CC01C9 CC03 010203":            "undecodable VECTOR: 3 bytes are no whole number of elements of INTEGER16",
		"B4 4E 01 91 01 A0 81 41":             "undecodable NODE: packstream: byte 5: expected String, found Integer",
		"B4 4E 01 90 A1 01 01 81 41":          "undecodable NODE: packstream: byte 6: expected String, found Integer",
		"B4 4E 01 90 A0 82 C328":              "undecodable NODE: packstream: byte 6: a String that is not valid UTF-8",
		"B5 52 01 02 03 82 C328 A0":           "undecodable RELATIONSHIP: packstream: byte 6: a String that is not valid UTF-8",
		"82 C328":                             "undecodable STRING: it is not valid UTF-8",
		"B4 3F 01 06 01 A0":                   "undecodable UNSUPPORTED: packstream: byte 3: expected String, found Integer",
		"B1 44 92 B1 7A 92 01 02 A1 81 41 01": "undecodable DATE: packstream: byte 3: expected Integer, found List",
	}
	for in, want := range tests {
		row := append([]byte{0x92}, unhex(t, in)...)
		row = append(row, 42)
		rows := records.NewRows()
		require.NoError(t, rows.Keys([]string{"bad", "good"}))
		require.NoError(t, rows.Row(row), in)
		rec := rows.Take()[0]
		bad, ok := rec.At(0).AsInvalid()
		require.True(t, ok, "%s: %v", in, rec)
		assert.EqualError(t, bad, want)
		good, _ := rec.At(1).AsInt()
		assert.Equal(t, int64(42), good)
		_, err := records.AppendResult(nil, bad, bolt61)
		require.Error(t, err)
	}
}

func TestInvalidPropertyLeavesTheNodeWhole(t *testing.T) {
	v := decode(t, unhex(t, "B4 4E 01 90 A2 81 61 B1 44 81 41 81 62 02 81 31"))
	n, ok := v.AsNode()
	require.True(t, ok)
	assert.Equal(t, int64(2), n.Props["b"])
	assert.IsType(t, records.Invalid{}, n.Props["a"])
}

func TestDepthIsBounded(t *testing.T) {
	nest := func(n int) []byte {
		return append([]byte(strings.Repeat("\x91", n)), 0x01)
	}
	assert.NotContains(t, decode(t, nest(900)).String(), "deep")
	v := decode(t, nest(500_000))
	assert.Contains(t, v.String(), "nests deeper than 1000 levels")
}

// TestHostileSizesAllocateLittle announces the same bytes over and over again, at every level.
func TestHostileSizesAllocateLittle(t *testing.T) {
	const level = 900
	var in []byte
	for range level {
		in = packstream.AppendList(in, 1<<20)
	}
	in = append(in, make([]byte, 1<<20)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := packstream.NewReader(in)
	records.DecodeValue(&r)
	runtime.ReadMemStats(&after)
	require.Error(t, r.Err())
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "24 bytes for each that can be there")
}

// TestRecordsPinLittle keeps one record of many: what lies in other slabs is let go.
func TestRecordsPinLittle(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"s"}))
	var kept *records.Record
	var others []weak.Pointer[records.Record]
	for i := range 1000 {
		require.NoError(t, rows.Row(encodeRow(t, "text "+strconv.Itoa(i))))
		rec := rows.Take()[0]
		if i == 500 {
			kept = rec
		}
		others = append(others, weak.Make(rec))
	}
	runtime.GC()
	alive := 0
	for _, p := range others {
		if p.Value() != nil {
			alive++
		}
	}
	assert.LessOrEqual(t, alive, 64, "its slab, and the current one")
	assert.Equal(t, "text 500", kept.At(0).String())
	runtime.KeepAlive(rows)
}

func TestCloneDetaches(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"all"}))
	all := make([]any, 0, len(samples))
	for _, s := range samples {
		all = append(all, s.value)
	}
	require.NoError(t, rows.Row(encodeRow(t, all)))
	rec := rows.Take()[0]
	clone := rec.Clone()
	assert.True(t, rec.Equal(clone))
	assert.Equal(t, rec.AsMap(), clone.AsMap())

	slab := weak.Make(rec)
	rows, rec = nil, nil
	runtime.GC()
	assert.Nil(t, slab.Value())
	list, _ := clone.At(0).AsList()
	for i, s := range samples {
		assert.True(t, s.value.Equal(list[i]), "%v", s.value)
	}
}

func TestRowsAllocateInSlabs(t *testing.T) {
	for kind, limit := range map[string]float64{"int": 0.1, "mixed": 0.1, "node": 0.3} {
		keys, encoded := benchRows(kind)
		rows := records.NewRows()
		require.NoError(t, rows.Keys(keys))
		round := func() {
			for _, row := range encoded {
				if err := rows.Row(row); err != nil {
					t.Error(err)
				}
			}
			rows.Take()
		}
		round()
		allocs := testing.AllocsPerRun(10, round) / float64(len(encoded))
		assert.LessOrEqual(t, allocs, limit, kind)
	}
}

func TestRecord(t *testing.T) {
	keys := make([]string, 40)
	values := make([]records.Value, 39)
	for i := range keys {
		keys[i] = "column " + strconv.Itoa(i)
	}
	for i := range values {
		values[i] = records.IntValue(int64(i))
	}
	for _, n := range []int{3, 40} {
		rec := records.NewRecord(keys[:n], values...)
		assert.Equal(t, n, rec.Len())
		assert.Equal(t, keys[:n], rec.Keys())
		v, ok := rec.Get("column 2")
		assert.True(t, ok)
		assert.Equal(t, int64(2), v.Any())
		_, ok = rec.Get("column 41")
		assert.False(t, ok)
		assert.Equal(t, n, len(rec.AsMap()))
	}
	rec := records.NewRecord(keys, values...)
	assert.True(t, rec.At(39).IsNull())
	assert.Panics(t, func() { rec.At(40) })

	named := records.NewRecord([]string{"z", "a"}, records.IntValue(1))
	b, err := named.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, `{"z":1,"a":null}`, string(b))
	assert.Equal(t, "{z: 1, a: null}", named.String())
	assert.False(t, named.Equal(records.NewRecord([]string{"a", "z"}, records.IntValue(1))))
}

func TestRefusedUUIDsAreMalformed(t *testing.T) {
	const uuid = "E0 550E8400E29B41D4A716446655440000"
	for name, row := range map[string]string{
		"bare": "91 " + uuid, "in a list": "91 92 01 " + uuid, "in a map": "91 A1 81 6B " + uuid, "in a node": "91 B4 4E 01 90 A1 81 6B " + uuid + " 81 78",
	} {
		for _, dec := range []interface {
			records.Decoder
			RefuseUUIDs(version string)
		}{records.NewRows(), records.NewStructRows[any](), records.NewStructRows[records.Value]()} {
			t.Run(name, func(t *testing.T) {
				require.NoError(t, dec.Keys([]string{"v"}))
				require.NoError(t, dec.Row(unhex(t, row)))
				dec.RefuseUUIDs("5.8")
				err := dec.Row(unhex(t, row))
				require.ErrorAs(t, err, new(*packstream.Error))
				assert.ErrorContains(t, err, "a UUID, which there is none of in Bolt 5.8")
			})
		}
	}
	array := records.NewStructRows[[16]byte]()
	array.RefuseUUIDs("5.8")
	require.NoError(t, array.Keys([]string{"v"}))
	require.ErrorAs(t, array.Row(unhex(t, "91 "+uuid)), new(*packstream.Error))
}

// TestHalfReadRows reads every value up to every byte of it: alone, as an item, and as an item of a list that announces more. What is half read is nobody's
// to look into, also where any is asked for, which looks into everything.
func TestHalfReadRows(t *testing.T) {
	for _, g := range goldens {
		b := unhex(t, g.bytes)
		for _, head := range []string{"", "91", "92", "94", "98", "A1 81 6B", "A2 81 6B"} {
			in := append(unhex(t, head), b...)
			for end := range len(in) {
				r := packstream.NewReader(in[:end])
				v := records.DecodeValue(&r)
				require.Error(t, r.Err(), "%s up to %d", g.name, end)
				require.NotPanics(t, func() { _ = v.String(); v.Any() }, "%s behind %s up to %d", g.name, head, end)
				require.NotPanics(t, func() {
					_, err := records.DecodeRowInto(reflect.TypeFor[any](), []string{"v"}, append([]byte{0x91}, in[:end]...))
					require.Error(t, err)
				}, "%s behind %s up to %d", g.name, head, end)
			}
		}
	}
}

// TestARowAfterAMalformedOne: nothing of a malformed row is left in the decoder.
func TestARowAfterAMalformedOne(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"x"}))
	require.Error(t, rows.Row(unhex(t, "91 B4 4E 01 90 A1 81 6B C5")))
	require.NoError(t, rows.Row(unhex(t, "91 B0 C5")))
	assert.Equal(t, records.KindInvalid, rows.Take()[0].At(0).Kind())
}
