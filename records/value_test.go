package records_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

var (
	ada = records.Node{
		ID: 7, ElementID: "4:x:7", Labels: []string{"Person", "Author"},
		Props: map[string]any{"born": int64(1815), "name": "Ada"},
	}
	book  = records.Node{ID: 8, ElementID: "4:x:8", Labels: []string{"Book"}, Props: map[string]any{}}
	wrote = records.Relationship{
		ID: 1, ElementID: "5:x:1", StartID: 7, StartElementID: "4:x:7", EndID: 8, EndElementID: "4:x:8",
		Type: "WROTE", Props: map[string]any{"year": int64(1843)},
	}
	path = records.Path{Nodes: []records.Node{book, ada, book}, Relationships: []records.Relationship{wrote, wrote}}

	paris, _ = time.LoadLocation("Europe/Paris")
	someUUID = records.UUID{0x55, 0x0e, 0x84, 0x00, 0xe2, 0x9b, 0x41, 0xd4, 0xa7, 0x16, 0x44, 0x66, 0x55, 0x44, 0x00, 0x00}
	today    = records.Date{Year: 2024, Month: 2, Day: 29}
	noon     = records.LocalTime{Hour: 12, Nanosecond: 120}
)

// samples has one value of every kind with what is to be seen of it.
var samples = []struct {
	value      records.Value
	kind       records.Kind
	any        any
	text, json string
}{
	{records.Value{}, records.KindNull, nil, "null", "null"},
	{records.BoolValue(true), records.KindBool, true, "true", "true"},
	{records.BoolValue(false), records.KindBool, false, "false", "false"},
	{records.IntValue(math.MinInt64), records.KindInt, int64(math.MinInt64), "-9223372036854775808", "-9223372036854775808"},
	{records.FloatValue(1.5), records.KindFloat, 1.5, "1.5", "1.5"},
	{records.FloatValue(2), records.KindFloat, 2.0, "2.0", "2"},
	{records.FloatValue(1e300), records.KindFloat, 1e300, "1e+300", "1e+300"},
	{records.FloatValue(math.Inf(-1)), records.KindFloat, math.Inf(-1), "-Infinity", `"-Infinity"`},
	{records.FloatValue(math.Inf(1)), records.KindFloat, math.Inf(1), "Infinity", `"Infinity"`},
	{records.StringValue(""), records.KindString, "", "", `""`},
	{records.StringValue("a\"b\u2028é\x01"), records.KindString, "a\"b\u2028é\x01", "a\"b\u2028é\x01", "\"a\\\"b\\u2028é\\u0001\""},
	{records.BytesValue([]byte{0, 255}), records.KindBytes, []byte{0, 255}, "0x00ff", `"AP8="`},
	{records.BytesValue(nil), records.KindBytes, []byte{}, "0x", `""`},
	{
		records.ListValue(records.IntValue(1), records.Value{}, records.StringValue("x")), records.KindList,
		[]any{int64(1), nil, "x"},
		`[1, null, "x"]`, `[1,null,"x"]`,
	},
	{records.ListValue(), records.KindList, []any{}, "[]", "[]"},
	{
		records.MapValue(records.Entry{Key: "b", Value: records.IntValue(1)}, records.Entry{Key: "a", Value: records.ListValue()}),
		records.KindMap,
		map[string]any{"a": []any{}, "b": int64(1)},
		"{b: 1, a: []}", `{"b":1,"a":[]}`,
	},
	{records.MapValue(), records.KindMap, map[string]any{}, "{}", "{}"},
	{
		records.NodeValue(ada), records.KindNode, ada, `(:Person:Author {born: 1815, name: "Ada"})`,
		`{"elementId":"4:x:7","labels":["Person","Author"],"properties":{"born":1815,"name":"Ada"}}`,
	},
	{
		records.RelationshipValue(wrote), records.KindRelationship, wrote, "[:WROTE {year: 1843}]",
		`{"elementId":"5:x:1","type":"WROTE","startNodeElementId":"4:x:7","endNodeElementId":"4:x:8","properties":{"year":1843}}`,
	},
	{
		records.PathValue(path), records.KindPath, path,
		`(:Book)<-[:WROTE {year: 1843}]-(:Person:Author {born: 1815, name: "Ada"})-[:WROTE {year: 1843}]->(:Book)`, "",
	},
	{records.DateValue(today), records.KindDate, today, "2024-02-29", `"2024-02-29"`},
	{records.LocalTimeValue(noon), records.KindLocalTime, noon, "12:00:00.00000012", `"12:00:00.00000012"`},
	{
		records.TimeValue(records.Time{LocalTime: noon, Offset: -5400}), records.KindTime,
		records.Time{LocalTime: noon, Offset: -5400},
		"12:00:00.00000012-01:30", `"12:00:00.00000012-01:30"`,
	},
	{
		records.LocalDateTimeValue(records.LocalDateTime{Date: today, LocalTime: noon}), records.KindLocalDateTime,
		records.LocalDateTime{Date: today, LocalTime: noon},
		"2024-02-29T12:00:00.00000012", `"2024-02-29T12:00:00.00000012"`,
	},
	{
		records.DateTimeValue(time.Date(2024, 2, 29, 12, 0, 0, 0, paris)), records.KindDateTime,
		time.Date(2024, 2, 29, 12, 0, 0, 0, paris), "2024-02-29T12:00:00+01:00[Europe/Paris]", `"2024-02-29T12:00:00+01:00[Europe/Paris]"`,
	},
	{
		records.DateTimeValue(time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)), records.KindDateTime,
		time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), "2024-02-29T12:00:00Z", `"2024-02-29T12:00:00Z"`,
	},
	{
		records.DurationValue(records.Duration{Months: 14, Days: -3, Seconds: -1, Nanos: 5e8}), records.KindDuration,
		records.Duration{Months: 14, Days: -3, Seconds: -1, Nanos: 5e8},
		"P14M-3DT-0.5S", `"P14M-3DT-0.5S"`,
	},
	{
		records.Point2DValue(records.Point2D{SRID: 7203, X: 1, Y: 2.5}), records.KindPoint2D,
		records.Point2D{SRID: 7203, X: 1, Y: 2.5},
		"point({srid: 7203, x: 1.0, y: 2.5})", `{"srid":7203,"x":1,"y":2.5}`,
	},
	{
		records.Point3DValue(records.Point3D{SRID: 9157, X: 1, Y: 2.5, Z: math.Inf(1)}), records.KindPoint3D,
		records.Point3D{SRID: 9157, X: 1, Y: 2.5, Z: math.Inf(1)},
		"point({srid: 9157, x: 1.0, y: 2.5, z: Infinity})",
		`{"srid":9157,"x":1,"y":2.5,"z":"Infinity"}`,
	},
	{records.VectorValue(records.Vector[int8]{1, -2}), records.KindVector, records.Vector[int8]{1, -2}, "vector([1,-2], 2, INTEGER8)", "[1,-2]"},
	{records.VectorValue(records.Vector[int16]{1, -2}), records.KindVector, records.Vector[int16]{1, -2}, "vector([1,-2], 2, INTEGER16)", "[1,-2]"},
	{records.VectorValue(records.Vector[int32]{1, -2}), records.KindVector, records.Vector[int32]{1, -2}, "vector([1,-2], 2, INTEGER32)", "[1,-2]"},
	{records.VectorValue(records.Vector[int64]{1, -2}), records.KindVector, records.Vector[int64]{1, -2}, "vector([1,-2], 2, INTEGER)", "[1,-2]"},
	{records.VectorValue(records.Vector[float32]{0.1}), records.KindVector, records.Vector[float32]{0.1}, "vector([0.1], 1, FLOAT32)", "[0.1]"},
	{records.VectorValue(records.Vector[float64]{0.1}), records.KindVector, records.Vector[float64]{0.1}, "vector([0.1], 1, FLOAT)", "[0.1]"},
	{records.VectorValue(records.Vector[float64]{}), records.KindVector, records.Vector[float64]{}, "vector([], 0, FLOAT)", "[]"},
	{
		records.UUIDValue(someUUID), records.KindUUID, someUUID,
		"550e8400-e29b-41d4-a716-446655440000", `"550e8400-e29b-41d4-a716-446655440000"`,
	},
	{
		records.UnsupportedValue(records.Unsupported{Name: "UUID", MinVersion: "6.1", Message: "sorry"}), records.KindUnsupported,
		records.Unsupported{Name: "UUID", MinVersion: "6.1", Message: "sorry"},
		"UUID (needs Bolt 6.1: sorry)",
		`{"unsupported":"UUID (needs Bolt 6.1: sorry)"}`,
	},
}

func TestValueIsSmall(t *testing.T) {
	assert.LessOrEqual(t, unsafe.Sizeof(records.Value{}), uintptr(24))
	assert.LessOrEqual(t, unsafe.Sizeof(records.Record{}), uintptr(16))
}

func TestValues(t *testing.T) {
	for _, tt := range samples {
		t.Run(tt.kind.String()+" "+tt.text, func(t *testing.T) {
			assert.Equal(t, tt.kind, tt.value.Kind())
			assert.Equal(t, tt.any, tt.value.Any())
			assert.Equal(t, tt.text, tt.value.String())
			got := tt.value.AppendJSON(nil)
			assert.True(t, json.Valid(got), "%s", got)
			if tt.json != "" {
				assert.Equal(t, tt.json, string(got))
			}
			clone := tt.value.Clone()
			assert.True(t, tt.value.Equal(clone))
			assert.Equal(t, tt.any, clone.Any())
			assert.Equal(t, tt.kind == records.KindNull, tt.value.IsNull())
			for i, other := range samples {
				same := other.value.Equal(tt.value)
				assert.Equal(t, same, tt.value.Equal(other.value), "%d, the other way round", i)
				if same {
					assert.Equal(t, other.text, tt.text)
				}
			}
		})
	}
}

// TestAccessorsNeverConvert asks every value by every accessor: exactly the one of its kind answers.
func TestAccessorsNeverConvert(t *testing.T) {
	accessors := map[records.Kind]func(records.Value) (any, bool){
		records.KindBool:          func(v records.Value) (any, bool) { return pair(v.AsBool()) },
		records.KindInt:           func(v records.Value) (any, bool) { return pair(v.AsInt()) },
		records.KindFloat:         func(v records.Value) (any, bool) { return pair(v.AsFloat()) },
		records.KindString:        func(v records.Value) (any, bool) { return pair(v.AsString()) },
		records.KindBytes:         func(v records.Value) (any, bool) { return pair(v.AsBytes()) },
		records.KindList:          func(v records.Value) (any, bool) { l, ok := v.AsList(); return len(l), ok },
		records.KindMap:           func(v records.Value) (any, bool) { m, ok := v.AsMap(); return m.Any(), ok },
		records.KindNode:          func(v records.Value) (any, bool) { return pair(v.AsNode()) },
		records.KindRelationship:  func(v records.Value) (any, bool) { return pair(v.AsRelationship()) },
		records.KindPath:          func(v records.Value) (any, bool) { return pair(v.AsPath()) },
		records.KindDate:          func(v records.Value) (any, bool) { return pair(v.AsDate()) },
		records.KindLocalTime:     func(v records.Value) (any, bool) { return pair(v.AsLocalTime()) },
		records.KindTime:          func(v records.Value) (any, bool) { return pair(v.AsTime()) },
		records.KindLocalDateTime: func(v records.Value) (any, bool) { return pair(v.AsLocalDateTime()) },
		records.KindDateTime:      func(v records.Value) (any, bool) { return pair(v.AsDateTime()) },
		records.KindDuration:      func(v records.Value) (any, bool) { return pair(v.AsDuration()) },
		records.KindPoint2D:       func(v records.Value) (any, bool) { return pair(v.AsPoint2D()) },
		records.KindPoint3D:       func(v records.Value) (any, bool) { return pair(v.AsPoint3D()) },
		records.KindUUID:          func(v records.Value) (any, bool) { return pair(v.AsUUID()) },
		records.KindUnsupported:   func(v records.Value) (any, bool) { return pair(v.AsUnsupported()) },
		records.KindInvalid:       func(v records.Value) (any, bool) { return pair(v.AsInvalid()) },
	}
	for _, tt := range samples {
		for kind, access := range accessors {
			got, ok := access(tt.value)
			assert.Equal(t, kind == tt.kind, ok, "%s as %s", tt.kind, kind)
			if ok && kind != records.KindList {
				assert.Equal(t, tt.any, got)
			}
		}
	}
	_, ok := records.AsVector[int8](records.VectorValue(records.Vector[int16]{1}))
	assert.False(t, ok)
	vec, ok := records.AsVector[int16](records.VectorValue(records.Vector[int16]{1}))
	assert.True(t, ok)
	assert.Equal(t, records.Vector[int16]{1}, vec)
}

func pair[T any](v T, ok bool) (any, bool) { return v, ok }

func TestValueGet(t *testing.T) {
	for _, v := range []records.Value{
		records.NodeValue(ada), records.MapValue(records.Entry{Key: "born", Value: records.IntValue(1815)}),
	} {
		born, ok := v.Get("born")
		assert.True(t, ok)
		assert.True(t, born.Equal(records.IntValue(1815)))
		_, ok = v.Get("died")
		assert.False(t, ok)
	}
	year, ok := records.RelationshipValue(wrote).Get("year")
	assert.True(t, ok)
	assert.Equal(t, int64(1843), year.Any())
	_, ok = records.IntValue(1).Get("x")
	assert.False(t, ok)
}

func TestMapValueKeepsTheLastOfEqualKeys(t *testing.T) {
	entries := []records.Entry{
		{Key: "a", Value: records.IntValue(1)}, {Key: "b", Value: records.IntValue(2)}, {Key: "a", Value: records.IntValue(3)},
	}
	assert.Equal(t, "{b: 2, a: 3}", records.MapValue(entries...).String())
	for i := range 30 {
		entries = append(entries, records.Entry{Key: string(rune('A' + i%20)), Value: records.IntValue(int64(i))})
	}
	m, _ := records.MapValue(entries...).AsMap()
	assert.Len(t, m, 22)
	v, _ := m.Get("A")
	assert.Equal(t, int64(20), v.Any())
}

func TestEqualTellsApart(t *testing.T) {
	summer := time.Date(2024, 7, 1, 12, 0, 0, 0, paris)
	tests := []struct {
		name string
		a, b records.Value
		want bool
	}{
		{"NaN", records.FloatValue(math.NaN()), records.FloatValue(math.NaN()), true},
		{"zeros", records.FloatValue(0), records.FloatValue(math.Copysign(0, -1)), false},
		{"integer and float", records.IntValue(1), records.FloatValue(1), false},
		{"order of maps", records.MapValue(records.Entry{Key: "a"}, records.Entry{Key: "b"}), records.MapValue(records.Entry{Key: "b"}, records.Entry{Key: "a"}), true},
		{"other keys", records.MapValue(records.Entry{Key: "a"}), records.MapValue(records.Entry{Key: "b"}), false},
		{"same zone loaded twice", records.DateTimeValue(summer), records.DateTimeValue(summer.In(zone(t, "Europe/Paris"))), true},
		{"same instant elsewhere", records.DateTimeValue(summer), records.DateTimeValue(summer.UTC()), false},
		{"same offset, no zone", records.DateTimeValue(summer), records.DateTimeValue(summer.In(time.FixedZone("", 7200))), false},
		{"vectors", records.VectorValue(records.Vector[int8]{1}), records.VectorValue(records.Vector[int8]{2}), false},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.a.Equal(tt.b), tt.name)
		assert.Equal(t, tt.want, tt.b.Equal(tt.a), tt.name)
	}
}

func TestConstructorsOfWhatDoesNotExist(t *testing.T) {
	for _, v := range []records.Value{
		records.DateValue(records.Date{Year: 2023, Month: 2, Day: 29}),
		records.DateValue(records.Date{Year: 1e9, Month: 1, Day: 1}),
		records.LocalTimeValue(records.LocalTime{Hour: 24}),
		records.TimeValue(records.Time{Offset: 18*3600 + 1}),
		records.TimeValue(records.Time{LocalTime: records.LocalTime{Nanosecond: 1e9}}),
		records.LocalDateTimeValue(records.LocalDateTime{}),
		records.LocalDateTimeValue(records.LocalDateTime{Date: today, LocalTime: records.LocalTime{Minute: 60}}),
		records.DurationValue(records.Duration{Seconds: math.MaxInt64, Nanos: 1e9}),
	} {
		i, ok := v.AsInvalid()
		require.True(t, ok, "%v", v)
		require.Error(t, i)
		require.ErrorIs(t, i, i.Err)
		assert.True(t, json.Valid(v.AppendJSON(nil)))
		assert.Contains(t, v.String(), "undecodable")
	}
	v := records.NodeValue(records.Node{Props: map[string]any{"c": make(chan int)}})
	c, _ := v.Get("c")
	assert.Equal(t, records.KindInvalid, c.Kind())
}

func TestValueOf(t *testing.T) {
	v, err := records.ValueOf(map[string]any{"list": []int{1, 2}, "when": today})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"list": []any{int64(1), int64(2)}, "when": today}, v.Any())

	_, err = records.ValueOf([]any{1, []any{func() {}}})
	var usage *records.UsageError
	require.ErrorAs(t, err, &usage)
	assert.EqualError(t, err, "value [1][0]: func() has no Cypher type; of functions only an iter.Seq has one")
}
