package records_test

import (
	"database/sql"
	"errors"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

type (
	celsius  float64
	name     string
	flags    uint8
	digest   [4]byte
	blob     []byte
	stamp    time.Time
	colour   uint8
	money    struct{ cents int64 }
	nothing  struct{}
	stringer interface{ String() string }
)

func (c colour) MarshalText() ([]byte, error) { return []byte([]string{"red", "green"}[c]), nil }

func (m money) EncodeCypher() (any, error) {
	if m.cents < 0 {
		return nil, errors.New("money is owed")
	}
	return map[string]any{"cents": m.cents}, nil
}

func TestEveryGoKindHasACypherType(t *testing.T) {
	one := 1
	var noInt *int
	tests := []struct {
		name string
		in   any
		want any
	}{
		{"nil", nil, nil},
		{"bool", true, true},
		{"int", -1, int64(-1)},
		{"int8", int8(-8), int64(-8)},
		{"int16", int16(-16), int64(-16)},
		{"int32", int32(-32), int64(-32)},
		{"int64", int64(math.MinInt64), int64(math.MinInt64)},
		{"uint", uint(1), int64(1)},
		{"uint8", uint8(255), int64(255)},
		{"uint16", uint16(16), int64(16)},
		{"uint32", uint32(math.MaxUint32), int64(math.MaxUint32)},
		{"uint64", uint64(math.MaxInt64), int64(math.MaxInt64)},
		{"float32", float32(1.5), 1.5},
		{"float64", math.Inf(-1), math.Inf(-1)},
		{"string", "héllo", "héllo"},
		{"bytes", []byte{1, 2}, []byte{1, 2}},
		{"no bytes", []byte(nil), nil},
		{"empty bytes", []byte{}, []byte{}},
		{"named bytes", blob{1}, []byte{1}},
		{"array of bytes", digest{1, 2, 3, 4}, []byte{1, 2, 3, 4}},
		{"named kinds", []any{celsius(1.5), name("n"), flags(3)}, []any{1.5, "n", int64(3)}},
		{"pointer", &one, int64(1)},
		{"nil pointer", noInt, nil},
		{"nil map", map[string]any(nil), nil},
		{"nil slice", []any(nil), nil},
		{"nil named slice", []name(nil), nil},
		{"slices", []any{[]string{"a"}, []int{1}, []int64{2}, []float64{3}, []bool{true}, []uint16{4}, []name{"b"}}, []any{
			[]any{"a"}, []any{int64(1)}, []any{int64(2)}, []any{3.0}, []any{true}, []any{int64(4)}, []any{"b"},
		}},
		{"slice of maps", []map[string]any{{"a": 1}, nil}, []any{map[string]any{"a": int64(1)}, nil}},
		{"array", [2]string{"a", "b"}, []any{"a", "b"}},
		{"map of strings", map[string]string{"a": "b"}, map[string]any{"a": "b"}},
		{"map with named keys", map[name]*int{"a": &one, "b": nil}, map[string]any{"a": int64(1), "b": nil}},
		{"interface", []stringer{records.Date{Year: 1, Month: 1, Day: 1}, nil}, []any{records.Date{Year: 1, Month: 1, Day: 1}, nil}},
		{"time", time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"named time", stamp(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"duration", -500 * time.Millisecond, records.Duration{Seconds: -1, Nanos: 5e8}},
		{"own types", []any{today, &noon, records.Time{LocalTime: noon}, records.Point2D{SRID: 4326}, records.Map{}}, []any{
			today, noon, records.Time{LocalTime: noon}, records.Point2D{SRID: 4326}, map[string]any{},
		}},
		{"vectors", []any{records.Vector[int8]{1}, records.Vector[float32](nil), []records.Vector[int64]{{2}}}, []any{
			records.Vector[int8]{1}, nil, []any{records.Vector[int64]{2}},
		}},
		{"uuids", []records.UUID{someUUID}, []any{someUUID}},
		{"values", []records.Value{records.IntValue(1), {}}, []any{int64(1), nil}},
		{"record", records.NewRecord([]string{"a"}, records.IntValue(1)), map[string]any{"a": int64(1)}},
		{"no record", (*records.Record)(nil), nil},
		{"text marshalers", []any{colour(1), []colour{0}, netip.MustParseAddr("::1")}, []any{"green", []any{"red"}, "::1"}},
		{"cypher encoder", []any{money{5}, &money{6}, (*money)(nil)}, []any{map[string]any{"cents": int64(5)}, map[string]any{"cents": int64(6)}, nil}},
		{"sql nulls", []any{sql.NullString{String: "s", Valid: true}, sql.NullInt16{}, sql.Null[name]{V: "n", Valid: true}}, []any{"s", nil, "n"}},
		{"struct without fields", nothing{}, map[string]any{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := records.AppendValue(nil, tt.in, bolt61)
			require.NoError(t, err)
			assert.Equal(t, tt.want, decode(t, b).Any())

			b, err = records.AppendParameters(nil, map[string]any{"p": tt.in}, bolt61)
			require.NoError(t, err)
			assert.Equal(t, map[string]any{"p": tt.want}, decode(t, b).Any())
		})
	}
}

func TestParameters(t *testing.T) {
	tests := []struct {
		name string
		in   any
		want map[string]any
	}{
		{"none", nil, map[string]any{}},
		{"nil map", map[string]any(nil), map[string]any{}},
		{"nil struct", (*struct{ A int })(nil), map[string]any{}},
		{"map", map[string]any{"a": 1}, map[string]any{"a": int64(1)}},
		{"named map", map[name]int{"a": 1}, map[string]any{"a": int64(1)}},
		{"struct", struct{ Name string }{"x"}, map[string]any{"name": "x"}},
		{"pointer", &struct{ Name string }{"x"}, map[string]any{"name": "x"}},
		{"value", records.MapValue(records.Entry{Key: "a"}), map[string]any{"a": nil}},
	}
	for _, tt := range tests {
		b, err := records.AppendParameters([]byte{0xAA}, tt.in, bolt58)
		require.NoError(t, err, tt.name)
		assert.Equal(t, byte(0xAA), b[0])
		assert.Equal(t, tt.want, decode(t, b[1:]).Any(), tt.name)
	}
}

func TestParameterErrorsNameThePlace(t *testing.T) {
	loop := map[string]any{}
	loop["self"] = loop
	ring := []any{nil}
	ring[0] = ring
	type link struct{ Next *link }
	chain := &link{}
	chain.Next = chain
	deep := []any{}
	for range 1200 {
		deep = []any{deep}
	}
	tests := []struct {
		name    string
		dialect records.Dialect
		in      any
		want    string
	}{
		{"not a map", bolt58, 42, "parameters: the parameters of a query are a map with string keys or a struct, not int"},
		{"node as parameters", bolt58, ada, "parameters: a NODE cannot be a parameter: send its element id, or its properties"},
		{"map with integers", bolt58, map[int]string{}, "parameters: the keys of map[int]string are not strings"},
		{
			"nested", bolt58,
			map[string]any{"rows": []any{0, 1, 2, map[string]any{"when": make(chan int)}}},
			"parameter rows[3].when: chan int has no Cypher type",
		},
		{"complex", bolt58, map[string]any{"c": complex(1, 2)}, "parameter c: complex128 has no Cypher type"},
		{"uintptr", bolt58, map[string]any{"c": uintptr(1)}, "parameter c: uintptr has no Cypher type"},
		{"function in a typed slice", bolt58, map[string]any{"f": []func(){nil}}, "parameter f: func() has no Cypher type; of functions only an iter.Seq has one"},
		{"unsigned", bolt58, map[string]any{"u": uint64(1 << 63)}, "parameter u: the unsigned integer 9223372036854775808 is beyond the range of INTEGER"},
		{"UTF-8", bolt58, map[string]any{"s": "a\xff"}, "parameter s: the text is not valid UTF-8"},
		{"UTF-8 in a list", bolt58, map[string]any{"s": []string{"", "a\xff"}}, "parameter s[1]: the text is not valid UTF-8"},
		{"UTF-8 in a key", bolt58, map[string]any{"a\xff": 1}, "parameter a\xff: the key \"a\\xff\" is not valid UTF-8"},
		{"node", bolt58, map[string]any{"n": []records.Node{ada}}, "parameter n[0]: a NODE cannot be a parameter: send its element id, or its properties"},
		{"path", bolt58, map[string]any{"n": path}, "parameter n: a PATH cannot be a parameter: send the element ids of its nodes"},
		{"unsupported", bolt61, map[string]any{"n": records.Unsupported{}}, "parameter n: a value that the negotiated Bolt version cannot carry cannot be sent back"},
		{"invalid", bolt61, map[string]any{"n": records.DateValue(records.Date{})}, "parameter n: undecodable DATE: the date 0000-00-00 does not exist"},
		{"uuid", bolt58, map[string]any{"ids": []records.UUID{{}}}, "parameter ids[0]: UUID needs Bolt 6.1; this connection speaks 5.8"},
		{"uuid on 6.0", bolt60, map[string]any{"id": records.UUIDValue(someUUID)}, "parameter id: UUID needs Bolt 6.1; this connection speaks 6.0"},
		{"vector", bolt58, map[string]any{"v": records.Vector[float32]{1}}, "parameter v: VECTOR needs Bolt 6.0; this connection speaks 5.8"},
		{"vector somewhere", records.Dialect{}, map[string]any{"v": records.Vector[float32]{1}}, "parameter v: VECTOR needs Bolt 6.0"},
		{"date", bolt58, map[string]any{"d": records.Date{Year: 2023, Month: 2, Day: 29}}, "parameter d: the date 2023-02-29 does not exist"},
		{"offset", bolt58, map[string]any{"t": time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", 18*3600+1))}, "parameter t: the offset from UTC is beyond 18 hours"},
		{"far year", bolt58, map[string]any{"t": time.Date(1e9, 1, 1, 0, 0, 0, 0, time.UTC)}, "parameter t: the instant is beyond the years that exist"},
		{"duration", bolt58, map[string]any{"d": records.Duration{Seconds: math.MinInt64, Nanos: -1}}, "parameter d: the duration's seconds overflow"},
		{"own encoder", bolt58, map[string]any{"m": []money{{1}, {-1}}}, "parameter m[1]: money is owed"},
		{"repeated key", bolt58, map[string]any{"m": records.Map{{Key: "k"}, {Key: "k"}}}, "parameter m.k: the key comes twice"},
		{
			"bad struct tag", bolt58,
			struct {
				A int `neo4j:"a,omit"`
			}{},
			"parameters: the tag of struct { A int \"neo4j:\\\"a,omit\\\"\" }.A has the unknown option \"omit\"",
		},
		{"field of a bad type", bolt58, map[string]any{"x": struct{ Inner struct{ C chan int } }{}}, "parameter x.inner.c: chan int has no Cypher type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := []byte{1, 2, 3}
			b, err := records.AppendParameters(before, tt.in, tt.dialect)
			var usage *records.UsageError
			require.ErrorAs(t, err, &usage)
			assert.EqualError(t, err, tt.want)
			assert.Equal(t, before, b)
		})
	}
	for name, in := range map[string]any{"map": loop, "slice": ring, "struct": chain} {
		_, err := records.AppendParameters(nil, map[string]any{"p": in}, bolt58)
		require.ErrorContains(t, err, "it contains itself", name)
		assert.Less(t, len(err.Error()), 400, name)
		assert.True(t, strings.HasPrefix(err.Error(), "parameter p"), name)
	}
	_, err := records.AppendParameters(nil, map[string]any{"p": deep}, bolt58)
	require.ErrorContains(t, err, "it nests deeper than 1000 levels")
}

func TestSharedIsNoCycle(t *testing.T) {
	shared := []any{1}
	nested := any(shared)
	for range 200 {
		nested = []any{nested, shared, shared}
	}
	_, err := records.AppendValue(nil, nested, bolt58)
	require.NoError(t, err)
}

func TestDialects(t *testing.T) {
	when := time.Date(2024, 10, 27, 2, 30, 0, 5, time.FixedZone("", 7200))
	rel := records.Relationship{ID: 1, ElementID: "e", StartID: 2, StartElementID: "s", EndID: 3, EndElementID: "t", Type: "T"}
	tests := []struct {
		name    string
		dialect records.Dialect
		in      any
		want    string
	}{
		{"legacy date-time", bolt44, when, "B3 46 CA 671DA5A8 05 C9 1C20"},
		{"date-time", bolt58, when, "B3 49 CA 671D8988 05 C9 1C20"},
		{"legacy node", bolt44, records.Node{ID: 3, ElementID: "3", Labels: []string{"L"}}, "B3 4E 03 91 81 4C A0"},
		{"node", bolt58, records.Node{ID: 3, ElementID: "3", Labels: []string{"L"}}, "B4 4E 03 91 81 4C A0 81 33"},
		{"legacy relationship", bolt44, rel, "B5 52 01 02 03 81 54 A0"},
		{"relationship", bolt58, rel, "B8 52 01 02 03 81 54 A0 81 65 81 73 81 74"},
		{"unsupported", bolt60, records.Unsupported{Name: "N", MinVersion: "7.12", Message: "m"}, "B4 3F 81 4E 07 0C A1 87 6D657373616765 81 6D"},
	}
	for _, tt := range tests {
		b, err := records.AppendResult(nil, tt.in, tt.dialect)
		require.NoError(t, err, tt.name)
		assert.Equal(t, unhex(t, tt.want), b, tt.name)
	}
	for name, in := range map[string]any{
		"unsupported over 5.8":          records.Unsupported{Name: "N", MinVersion: "7.1"},
		"path without nodes":            records.Path{},
		"path with too few nodes":       records.Path{Nodes: []records.Node{ada}, Relationships: []records.Relationship{wrote}},
		"node with a chan for property": records.Node{Props: map[string]any{"c": make(chan int)}},
	} {
		_, err := records.AppendResult(nil, in, bolt58)
		require.Error(t, err, name)
	}
	_, err := records.AppendResult(nil, records.Unsupported{MinVersion: "7"}, bolt60)
	require.Error(t, err)
}

func TestEncodingCommonKindsAllocatesLittle(t *testing.T) {
	rows := make([]any, 100)
	for i := range rows {
		rows[i] = map[string]any{"id": i, "name": "someone", "score": 1.5, "tags": []string{"a", "b"}}
	}
	params := map[string]any{"rows": rows}
	buf := make([]byte, 0, 1<<16)
	allocs := testing.AllocsPerRun(10, func() {
		_, err := records.AppendParameters(buf, params, bolt58)
		if err != nil {
			t.Error(err)
		}
	})
	assert.LessOrEqual(t, allocs, 2.0)
}
