package records_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// decodeRow decodes one row of values into a T.
func decodeRow[T any](t testing.TB, keys []string, values []any, opts ...records.DecodeOption) (T, error) {
	t.Helper()
	var zero T
	rows := records.NewStructRows[T](opts...)
	if err := rows.Keys(keys); err != nil {
		return zero, err
	}
	if err := rows.Row(encodeRow(t, values...)); err != nil {
		assert.Empty(t, rows.Take())
		return zero, err
	}
	out := rows.Take()
	require.Len(t, out, 1)

	rec := recordOf(t, keys, values)
	again, err := records.As[T](rec, opts...)
	require.NoError(t, err)
	assert.Equal(t, out[0], again, "from a record")
	return out[0], nil
}

func recordOf(t testing.TB, keys []string, values []any) *records.Record {
	t.Helper()
	rows := records.NewRows()
	require.NoError(t, rows.Keys(keys))
	require.NoError(t, rows.Row(encodeRow(t, values...)))
	return rows.Take()[0]
}

type Address struct {
	Street string
	Zip    *int
}

type Audit struct {
	Created time.Time
	Author  string
}

type Person struct {
	ElementID string   `neo4j:",elementId"`
	Labels    []string `neo4j:",labels"`
	Name      string
	Born      int
	Nick      *string
	Height    sql.Null[float64] `neo4j:"heightInMetres"`
	Secret    string            `neo4j:"-"`
	internal  chan int          // is none of our business
}

type Wrote struct {
	ID        int64  `neo4j:",id"`
	ElementID string `neo4j:",elementId"`
	Type      string `neo4j:",type"`
	Start     string `neo4j:",start"`
	End       int64  `neo4j:",end"`
	Year      int
}

type everything struct {
	Bool     bool
	Int8     int8
	Uint64   uint64
	Float32  float32
	Float64  float64
	Text     name
	Bytes    []byte
	Digest   digest
	When     time.Time
	Stamp    stamp
	For      time.Duration
	Date     records.Date
	Point    *records.Point2D
	UUID     records.UUID
	RawUUID  [16]byte
	Vector   records.Vector[float32]
	Floats   []float32
	List     []string
	Matrix   [][]int
	Pair     [2]int
	Map      map[string]int
	Anything any
	Value    records.Value
	Colour   colour
	IP       netip.Addr
	Money    money
	Address  Address
	Places   []Address
	Node     records.Node
	Path     records.Path
	Audit
	*Link
}

type Link struct{ URL string }

func (c *colour) UnmarshalText(text []byte) error {
	for i, s := range []string{"red", "green"} {
		if s == string(text) {
			*c = colour(i)
			return nil
		}
	}
	return errors.New("no colour")
}

func (m *money) DecodeCypher(v records.Value) error {
	cents, _ := v.Get("cents")
	var ok bool
	if m.cents, ok = cents.AsInt(); !ok {
		return errors.New("no cents")
	}
	return nil
}

func TestEveryKindOfField(t *testing.T) {
	when := time.Date(2024, 7, 1, 12, 0, 0, 0, paris)
	zip := 75001
	want := everything{
		Bool: true, Int8: -8, Uint64: math.MaxInt64, Float32: 1.5, Float64: math.Pi, Text: "héllo", Bytes: []byte{1},
		Digest: digest{1, 2, 3, 4}, When: when, Stamp: stamp(when), For: -1500 * time.Millisecond, Date: today,
		Point: &records.Point2D{SRID: 4326, X: 1}, UUID: someUUID, RawUUID: someUUID, Vector: records.Vector[float32]{1.5},
		Floats: []float32{2.5}, List: []string{"a", ""}, Matrix: [][]int{{1}, {}, nil}, Pair: [2]int{1, 2}, Map: map[string]int{"a": 1},
		Anything: []any{int64(1), nil, map[string]any{"x": 1.5}}, Value: records.IntValue(7), Colour: 1, IP: netip.MustParseAddr("::1"),
		Money: money{5}, Address: Address{Street: "Rue", Zip: &zip}, Places: []Address{{Street: "A"}, {Street: "B", Zip: &zip}},
		Node: ada, Path: path, Audit: Audit{Created: when, Author: "me"}, Link: &Link{URL: "u"},
	}
	columns := map[string]any{
		"bool": true, "int8": -8, "uint64": int64(math.MaxInt64), "float32": 1.5, "float64": math.Pi, "text": "héllo", "bytes": []byte{1},
		"digest": []byte{1, 2, 3, 4}, "when": when, "stamp": when, "for": -1500 * time.Millisecond, "date": today,
		"point": records.Point2D{SRID: 4326, X: 1}, "uuid": someUUID, "rawUUID": someUUID, "vector": records.Vector[float32]{1.5},
		"floats": records.Vector[float32]{2.5}, "list": []string{"a", ""}, "matrix": []any{[]int{1}, []int{}, nil}, "pair": []int{1, 2},
		"map": map[string]int{"a": 1}, "anything": []any{1, nil, map[string]any{"x": 1.5}}, "value": 7, "colour": "green", "ip": "::1",
		"money": map[string]any{"cents": 5}, "address": map[string]any{"street": "Rue", "zip": zip},
		"places": []any{map[string]any{"street": "A"}, map[string]any{"zip": zip, "street": "B"}},
		"node":   ada, "path": path, "created": when, "author": "me", "url": "u", "extra": "ignored",
	}
	var keys []string
	var values []any
	for key, value := range columns {
		keys, values = append(keys, key), append(values, value)
	}
	got, err := decodeRow[everything](t, keys, values)
	require.NoError(t, err)
	assert.True(t, got.Value.Equal(want.Value))
	got.Value = want.Value
	assert.Equal(t, want, got)

	pointer, err := decodeRow[*everything](t, keys, values)
	require.NoError(t, err)
	pointer.Value = want.Value
	assert.Equal(t, &want, pointer)

	one, err := decodeRow[everything](t, []string{"one"}, []any{columns})
	require.NoError(t, err)
	one.Value = want.Value
	assert.Equal(t, want, one, "from a map")
}

func TestEntitiesIntoStructs(t *testing.T) {
	p, err := decodeRow[Person](t, []string{"p"}, []any{ada})
	require.NoError(t, err)
	want := Person{ElementID: "4:x:7", Labels: []string{"Person", "Author"}, Name: "Ada", Born: 1815}
	assert.Equal(t, want, p)
	assert.Nil(t, p.internal)

	pointer, err := decodeRow[*Person](t, []string{"p"}, []any{ada})
	require.NoError(t, err)
	assert.Equal(t, &want, pointer)
	pointer, err = decodeRow[*Person](t, []string{"p"}, []any{nil})
	require.NoError(t, err)
	assert.Nil(t, pointer)

	w, err := decodeRow[Wrote](t, []string{"w"}, []any{wrote})
	require.NoError(t, err)
	assert.Equal(t, Wrote{ID: 1, ElementID: "5:x:1", Type: "WROTE", Start: "4:x:7", End: 8, Year: 1843}, w)

	type row struct {
		P     Person
		W     *Wrote
		Count int
	}
	r, err := decodeRow[row](t, []string{"count", "w", "p"}, []any{3, nil, ada})
	require.NoError(t, err)
	assert.Equal(t, row{P: want, Count: 3}, r)

	props, err := decodeRow[map[string]any](t, []string{"p"}, []any{ada})
	require.NoError(t, err)
	assert.Equal(t, ada.Props, props)
	years, err := decodeRow[map[string]int](t, []string{"w"}, []any{wrote})
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"year": 1843}, years)
}

func TestEntitiesOfOldServers(t *testing.T) {
	rows := records.NewStructRows[Person]()
	require.NoError(t, rows.Keys([]string{"p"}))
	b, err := records.AppendResult([]byte{0x91}, ada, bolt44)
	require.NoError(t, err)
	require.NoError(t, rows.Row(b))
	assert.Equal(t, "7", rows.Take()[0].ElementID)

	rels := records.NewStructRows[Wrote]()
	require.NoError(t, rels.Keys([]string{"w"}))
	b, err = records.AppendResult([]byte{0x91}, wrote, bolt44)
	require.NoError(t, err)
	require.NoError(t, rels.Row(b))
	assert.Equal(t, Wrote{ID: 1, ElementID: "1", Type: "WROTE", Start: "7", End: 8, Year: 1843}, rels.Take()[0])
}

func TestOneColumnIsItsType(t *testing.T) {
	check(t, int64(1), 1)
	check(t, "s", "s")
	check(t, today, today)
	check(t, ada, ada)
	check(t, []int{1, 2}, []any{1, 2})
	check(t, map[string]int{"a": 1}, map[string]any{"a": 1})
	check(t, (*string)(nil), nil)
	check(t, sql.NullString{}, nil)
	check(t, sql.NullString{String: "x", Valid: true}, "x")
	check[any](t, nil, nil)
	check[any](t, map[string]any{"a": []any{int64(1)}}, map[string]any{"a": []any{1}})
	check(t, [2]string{"a", "b"}, []any{"a", "b"})
	check(t, records.Map(nil), nil)
	check(t, records.Vector[int8](nil), nil)
	check(t, colour(1), "green")
	text, err := decodeRow[colour](t, []string{"v"}, []any{0})
	require.NoError(t, err)
	assert.Equal(t, colour(0), text, "a colour is a uint8 as well")
}

func check[T any](t *testing.T, want T, value any) {
	t.Helper()
	got, err := decodeRow[T](t, []string{"v"}, []any{value})
	require.NoError(t, err)
	assert.Equal(t, want, got)
	got, err = records.Get[T](recordOf(t, []string{"v"}, []any{value}), "v")
	require.NoError(t, err)
	assert.Equal(t, want, got, "from a record")
}

func TestSeveralColumnsAreARow(t *testing.T) {
	keys, values := []string{"a", "b"}, []any{1, 2}
	m, err := decodeRow[map[string]int](t, keys, values)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"a": 1, "b": 2}, m)
	s, err := decodeRow[[]any](t, keys, values)
	require.NoError(t, err)
	assert.Equal(t, []any{int64(1), int64(2)}, s)
	a, err := decodeRow[[2]uint8](t, keys, values)
	require.NoError(t, err)
	assert.Equal(t, [2]uint8{1, 2}, a)
	none, err := decodeRow[struct{}](t, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, struct{}{}, none)
	empty, err := decodeRow[map[string]any](t, nil, nil)
	require.NoError(t, err)
	assert.Empty(t, empty)
}

type Tree struct {
	Name     string
	Children []Tree
	Parent   *Tree
	Any      map[string]*Tree
}

func TestRecursiveTypes(t *testing.T) {
	want := Tree{Name: "root", Children: []Tree{{Name: "leaf", Parent: &Tree{Name: "p"}}, {}}, Any: map[string]*Tree{"x": nil}}
	got, err := decodeRow[Tree](t, []string{"t"}, []any{want})
	require.NoError(t, err)
	want.Children[0].Children = nil
	assert.Equal(t, want, got)

	type list []list
	nested, err := decodeRow[list](t, []string{"t"}, []any{list{list{}, nil}})
	require.NoError(t, err)
	assert.Equal(t, list{list{}, nil}, nested)

	type loop *loop
	rows := records.NewStructRows[loop]()
	require.NoError(t, rows.Keys([]string{"l"}))
	require.ErrorContains(t, rows.Row(encodeRow(t, 1)), "nests deeper than 1000 levels")
}

func TestWhatDoesNotFit(t *testing.T) {
	type inner struct{ Lines []int8 }
	type outer struct{ Address inner }
	type one struct{ Age int8 }
	tests := []struct {
		name   string
		decode func() error
		want   string
	}{
		{"null", into[int64](t, nil), `record 1, column "v": NULL does not fit int64: a pointer could hold it, or NullAsZero make it zero`},
		{"type", into[int64](t, "x"), `record 1, column "v": STRING does not fit int64`},
		{"overflow", into[int8](t, 128), `record 1, column "v": INTEGER does not fit int8: it is 128`},
		{"negative", into[uint64](t, -1), `record 1, column "v": INTEGER does not fit uint64: it is -1`},
		{"float", into[float32](t, 1e300), `record 1, column "v": FLOAT does not fit float32: it is 1e+300`},
		{"integer into float", into[float64](t, 1), `record 1, column "v": INTEGER does not fit float64: the option ConvertNumbers allows it where the value stays the same`},
		{"float into integer", into[int](t, 1.0), `record 1, column "v": FLOAT does not fit int: the option ConvertNumbers allows it where the value stays the same`},
		{"date into time", into[time.Time](t, today), `record 1, column "v": DATE does not fit time.Time`},
		{"months", into[time.Duration](t, records.Duration{Months: 1}), `record 1, column "v": DURATION does not fit time.Duration: months and days have no fixed length, and P1M has some: use records.Duration`},
		{"array", into[[2]int](t, []int{1}), `record 1, column "v": LIST does not fit [2]int: it has 1 items`},
		{"bytes", into[[2]byte](t, []byte{1}), `record 1, column "v": BYTES does not fit [2]uint8: there are 1`},
		{"vector", into[[]float64](t, records.Vector[float32]{1}), `record 1, column "v": VECTOR does not fit []float64`},
		{"item", into[[]int](t, []any{1, "x"}), `record 1, column "v" (field [1]): STRING does not fit int`},
		{"entry", into[map[string]int](t, map[string]any{"k": 1.5}), `record 1, column "v" (field ["k"]): FLOAT does not fit int: the option ConvertNumbers allows it where the value stays the same`},
		{"nested", into[outer](t, map[string]any{"address": map[string]any{"lines": []int{1, 300}}}), `record 1, column "v" (field Address.Lines[1]): INTEGER does not fit int8: it is 300`},
		{"absent property", into[Person](t, records.Node{ElementID: "e", Props: map[string]any{"name": "x"}}), `record 1, column "v" (field Born): NULL does not fit int: the value has no "born", only name; a pointer could hold it, or NullAsZero make it zero`},
		{"list into struct", into[Person](t, []any{}), `record 1, column "v": LIST does not fit records_test.Person: the result has the one column "v", and no field of that name; the fields are called name, born, nick, heightInMetres`},
		{"date into struct", into[Person](t, today), `record 1, column "v": DATE does not fit records_test.Person: the result has the one column "v", and no field of that name; the fields are called name, born, nick, heightInMetres`},
		{"path into map", into[map[string]any](t, path), `record 1, column "v": PATH does not fit map[string]interface {}`},
		{"text", into[colour](t, "blue"), `record 1, column "v": STRING does not fit records_test.colour: no colour`},
		{"text of another type", into[netip.Addr](t, 1), `record 1, column "v": INTEGER does not fit netip.Addr`},
		{"converter", into[money](t, 1), `record 1, column "v": INTEGER does not fit records_test.money: no cents`},
		{"field", func() error { _, err := decodeRow[one](t, []string{"age"}, []any{"x"}); return err }, `record 1, column "age" (field Age): STRING does not fit int8`},
		{"second column", func() error { _, err := decodeRow[[]int](t, []string{"a", "b"}, []any{1, "x"}); return err }, `record 1, column "b": STRING does not fit int`},
		{"missing column", func() error { _, err := decodeRow[one](t, []string{"a", "b"}, []any{1, 2}); return err }, `column "age" (field Age): the result has no such column; it has a, b`},
		{"part of an entity", func() error { _, err := decodeRow[Person](t, []string{"name", "born"}, nil); return err }, `field ElementID: it stands for a part of a node or a relationship, and the result has columns name, born`},
		{"unsupported", into[records.UUID](t, records.Unsupported{Name: "UUID", MinVersion: "6.1"}), `record 1, column "v": UNSUPPORTED does not fit records.UUID: UUID (needs Bolt 6.1)`},
		{"unknown property", into[one](t, map[string]any{"ages": 1}, records.RejectUnknown()), `record 1, column "v": there is no field for the property "ages"`},
		{"unknown column", func() error {
			_, err := decodeRow[one](t, []string{"age", "b"}, []any{1, 2}, records.RejectUnknown())
			return err
		}, `column "b": records_test.one has no field for it`},
		{"converted float", into[int8](t, 128.0, records.ConvertNumbers()), `record 1, column "v": FLOAT does not fit int8: it is 128.0`},
		{"converted fraction", into[int8](t, 1.5, records.ConvertNumbers()), `record 1, column "v": FLOAT does not fit int8: it is 1.5`},
		{"converted NaN", into[int](t, math.NaN(), records.ConvertNumbers()), `record 1, column "v": FLOAT does not fit int: it is NaN`},
		{"converted integer", into[float32](t, 1<<24+1, records.ConvertNumbers()), `record 1, column "v": INTEGER does not fit float32: it is 16777217`},
		{"converted largest integer", into[float64](t, int64(math.MaxInt64), records.ConvertNumbers()), `record 1, column "v": INTEGER does not fit float64: it is 9223372036854775807`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.decode()
			var e *records.DecodeError
			require.ErrorAs(t, err, &e)
			assert.EqualError(t, err, tt.want)
		})
	}
}

func into[T any](t *testing.T, v any, opts ...records.DecodeOption) func() error {
	return func() error {
		_, err := decodeRow[T](t, []string{"v"}, []any{v}, opts...)
		return err
	}
}

func TestTypesThatNothingFits(t *testing.T) {
	type bad struct{ C struct{ Ch chan int } }
	type tagged struct {
		A int `neo4j:"a,omit"`
	}
	keys := []string{"a", "b"}
	for want, err := range map[string]error{
		"cannot decode into chan int: chan int has no Cypher type":                                                    records.NewStructRows[chan int]().Keys(keys[:1]),
		"cannot decode into error: the interface error says nothing about the types of values; any takes all of them": records.NewStructRows[error]().Keys(keys[:1]),
		"cannot decode into map[int]int: the keys of map[int]int are not strings":                                     records.NewStructRows[map[int]int]().Keys(keys[:1]),
		"cannot decode into records_test.bad: field C: field Ch: chan int has no Cypher type":                         records.NewStructRows[bad]().Keys(keys),
		"cannot decode into int: a row of 2 columns (a, b) needs a struct, a map or a slice":                          records.NewStructRows[int]().Keys(keys),
		"cannot decode into [3]int: a row has 2 columns, by the names a, b":                                           records.NewStructRows[[3]int]().Keys(keys),
		"cannot decode into []func(): func() has no Cypher type":                                                      records.NewStructRows[[]func()]().Keys(keys),
		"cannot decode into *records.Record: a Record is a whole row, and not decoded but by NewRows":                 records.NewStructRows[*records.Record]().Keys(keys[:1]),
		"cannot decode into records.Record: a row of 2 columns (a, b) needs a struct, a map or a slice":               records.NewStructRows[records.Record]().Keys(keys),
		"cannot decode into records_test.tagged: the tag of records_test.tagged.A has the unknown option \"omit\"":    records.NewStructRows[tagged]().Keys(keys),
	} {
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		assert.EqualError(t, err, want)
	}
}

func TestLaxRules(t *testing.T) {
	type row struct {
		A int
		B string
	}
	r, err := decodeRow[row](t, []string{"a", "b"}, []any{nil, nil}, records.NullAsZero())
	require.NoError(t, err)
	assert.Equal(t, row{}, r)
	r, err = decodeRow[row](t, []string{"m"}, []any{map[string]any{"b": "x"}}, records.NullAsZero())
	require.NoError(t, err)
	assert.Equal(t, row{B: "x"}, r)
	r, err = decodeRow[row](t, []string{"b", "c"}, []any{"x", 1}, records.AllowMissing())
	require.NoError(t, err)
	assert.Equal(t, row{B: "x"}, r)
	f, err := decodeRow[float64](t, []string{"f"}, []any{-3}, records.ConvertNumbers())
	require.NoError(t, err)
	assert.InDelta(t, -3.0, f, 0)
	i, err := decodeRow[uint8](t, []string{"f"}, []any{255.0}, records.ConvertNumbers())
	require.NoError(t, err)
	assert.Equal(t, uint8(255), i)
	when, err := decodeRow[time.Time](t, []string{"t"}, []any{nil}, records.NullAsZero())
	require.NoError(t, err)
	assert.True(t, when.IsZero())
}

func TestStructRowsStream(t *testing.T) {
	type row struct {
		N int
		S *string
	}
	rows := records.NewStructRows[row]()
	require.NoError(t, rows.Keys([]string{"n", "s"}))
	require.NoError(t, rows.Row(encodeRow(t, 1, "x")))
	require.NoError(t, rows.Row(encodeRow(t, 2, nil)))
	first := rows.Take()
	require.Len(t, first, 2)
	assert.Nil(t, rows.Take())
	require.NoError(t, rows.Row(encodeRow(t, 3, nil)))
	third := rows.Take()
	require.Len(t, third, 1)
	assert.Equal(t, row{N: 3}, third[0], "nothing is left of the record before")
	err := rows.Row(encodeRow(t, nil, nil))
	require.ErrorContains(t, err, "record 4, column \"n\" (field N)")

	var malformed *packstream.Error
	require.ErrorAs(t, rows.Row([]byte{0x92, 0x01, 0xC4}), &malformed)
	require.ErrorAs(t, rows.Row([]byte{0x91, 0x01}), &malformed)
	require.ErrorAs(t, rows.Row([]byte{0x92, 0x01, 0xC0, 0xC0}), &malformed)
}

func TestBadValuesLeaveTheConnectionIntact(t *testing.T) {
	type row struct {
		When time.Time
		N    int
	}
	for name, in := range map[string]string{
		"unknown zone":           "92 B3 69 00 00 84 4D617273 01",
		"unknown structure":      "92 B1 7A 01 01",
		"node with odd parts":    "92 B4 4E 01 91 01 A0 81 41 01",
		"string that is no UTF8": "92 82 C328 01",
	} {
		rows := records.NewStructRows[row]()
		require.NoError(t, rows.Keys([]string{"when", "n"}))
		var e *records.DecodeError
		require.ErrorAs(t, rows.Row(unhex(t, in)), &e, name)
		assert.Equal(t, "when", e.Column)
	}
	people := records.NewStructRows[Person]()
	require.NoError(t, people.Keys([]string{"p"}))
	var e *records.DecodeError
	require.ErrorAs(t, people.Row(unhex(t, "91 B4 4E 01 91 01 A0 81 41")), &e)
	assert.EqualError(t, e, `record 1, column "p": packstream: byte 5: expected String, found Integer`)
	require.ErrorAs(t, people.Row(unhex(t, "91 B2 4E 01 90")), &e)
	assert.Contains(t, e.Error(), "undecodable NODE: a structure of 2 fields instead of 3")
}

func TestEmbeddedFields(t *testing.T) {
	type base struct{ ID, Name string }
	type middle struct {
		base
		Name string
	}
	type outer struct {
		middle
		Extra string `neo4j:"id"`
	}
	o, err := decodeRow[outer](t, []string{"id", "name"}, []any{"1", "n"})
	require.NoError(t, err)
	assert.Equal(t, "1", o.Extra)
	assert.Empty(t, o.ID, "hidden by a field less deep")
	assert.Equal(t, "n", o.middle.Name)
	assert.Empty(t, o.base.Name)
}

func TestNamesOfFields(t *testing.T) {
	type names struct {
		Name, ID, IDs, IDsOf, ISsue, ElementID, URLPath, HTTPServer, Élan, A, AB, As, X509Cert string
	}
	b, err := records.AppendValue(nil, names{}, bolt58)
	require.NoError(t, err)
	m, _ := decode(t, b).AsMap()
	var got []string
	for _, e := range m {
		got = append(got, e.Key)
	}
	assert.Equal(t, []string{"name", "id", "ids", "idsOf", "iSsue", "elementID", "urlPath", "httpServer", "élan", "a", "ab", "as", "x509Cert"}, got)
}

func TestGetErrors(t *testing.T) {
	rec := records.NewRecord([]string{"a", "bad", "list"},
		records.IntValue(1), records.DateValue(records.Date{}), records.ListValue(records.DateValue(records.Date{})))
	_, err := records.Get[int](rec, "b")
	require.EqualError(t, err, `column "b": the record has no such column; it has a, bad, list`)
	_, err = records.Get[chan int](rec, "a")
	var usage *records.UsageError
	require.ErrorAs(t, err, &usage)

	var invalid records.Invalid
	_, err = records.Get[records.Date](rec, "bad")
	require.ErrorAs(t, err, &invalid)
	require.EqualError(t, err, `column "bad": undecodable DATE: the date 0000-00-00 does not exist`)
	_, err = records.Get[[]records.Date](rec, "list")
	require.EqualError(t, err, `column "list": value [0]: undecodable DATE: the date 0000-00-00 does not exist`)
	_, err = records.As[map[string]any](rec)
	require.ErrorAs(t, err, &invalid)
	_, err = records.As[int](rec)
	require.ErrorAs(t, err, &usage)
	_, err = records.As[[]string](records.NewRecord([]string{"a", "b"}, records.IntValue(1)))
	require.EqualError(t, err, `column "a": INTEGER does not fit string`)
}

func TestGetOfCommonTypes(t *testing.T) {
	rec := records.NewRecord([]string{"int", "float", "bool", "node", "null"},
		records.IntValue(1), records.FloatValue(1.5), records.BoolValue(true), records.NodeValue(ada))
	got(t, rec, "int", int64(1))
	got(t, rec, "int", 1)
	got[any](t, rec, "int", int64(1))
	got(t, rec, "float", 1.5)
	got(t, rec, "bool", true)
	got(t, rec, "node", ada)
	got(t, rec, "node", map[string]any{"born": int64(1815), "name": "Ada"})
	got[*records.Node](t, rec, "null", nil)
	got[any](t, rec, "null", nil)
	v, err := records.Get[records.Value](rec, "int")
	require.NoError(t, err)
	assert.True(t, v.Equal(records.IntValue(1)))
	_, err = records.Get[records.Node](rec, "null")
	require.ErrorContains(t, err, "NULL does not fit records.Node")
}

func got[T any](t *testing.T, rec *records.Record, key string, want T) {
	t.Helper()
	v, err := records.Get[T](rec, key)
	require.NoError(t, err)
	assert.Equal(t, want, v)
}

// TestManyFields uses a struct with more fields than fit into one word of bits, and more columns than are scanned.
func TestManyFields(t *testing.T) {
	fields := make([]reflect.StructField, 100)
	keys := make([]string, len(fields))
	m := map[string]any{}
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[*int]()}
		keys[i] = fmt.Sprintf("f%d", i)
		if i%3 > 0 {
			m[keys[i]] = i
		}
	}
	out, err := records.DecodeRowInto(reflect.StructOf(fields), []string{"m"}, encodeRow(t, m))
	require.NoError(t, err)
	for i := range fields {
		if i%3 == 0 {
			assert.True(t, out.Field(i).IsNil())
			continue
		}
		assert.Equal(t, int64(i), out.Field(i).Elem().Int())
	}
}

// TestOddResultsDoNotGrowTheTables decodes rows which never have a key twice.
func TestOddResultsDoNotGrowTheTables(t *testing.T) {
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"m"}))
	for i := range 3000 {
		key := fmt.Sprintf("key %d", i)
		if i%2 == 0 {
			key = strings.Repeat(key, 20)
		}
		require.NoError(t, rows.Row(encodeRow(t, map[string]any{key: i})))
		rec := rows.Take()[0]
		v, ok := rec.At(0).Get(key)
		assert.True(t, ok)
		assert.Equal(t, int64(i), v.Any())
	}
}

// named has texts and numbers in turn.
type named struct {
	ID    int64
	First string
	Age   int
	Last  string
	Notes string
}

func TestShortTextsOfARowShareAnAllocation(t *testing.T) {
	keys := []string{"id", "first", "age", "last", "notes"}
	long := strings.Repeat("x", 300)
	for name, tt := range map[string]struct {
		row  named
		most float64
	}{
		"short": {named{1, "Grace", 85, "Hopper", "rear admiral"}, 1},
		"empty": {named{1, "", 85, "", ""}, 0},
		"long":  {named{1, "Grace", 85, "Hopper", long}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			row := encodeRow(t, tt.row.ID, tt.row.First, tt.row.Age, tt.row.Last, tt.row.Notes)
			rows := records.NewStructRows[named]()
			require.NoError(t, rows.Keys(keys))
			var kept []named
			decode := func() {
				require.NoError(t, rows.Row(row))
				kept = append(kept[:0], rows.Take()...)
			}
			decode()
			assert.LessOrEqual(t, testing.AllocsPerRun(100, decode), tt.most)
			clear(row)
			assert.Equal(t, []named{tt.row}, kept)
		})
	}
}

// spy notes what it is shown.
type spy struct{}

var shown []string

func (*spy) DecodeCypher(v records.Value) error {
	shown = append(shown, v.String())
	return nil
}

type textSpy struct{}

func (*textSpy) UnmarshalText(b []byte) error {
	shown = append(shown, string(b))
	return nil
}

// TestDecodersSeeNothingHalfRead: what is not what the server has sent is shown to nobody, and the column that is named is the bad one.
func TestDecodersSeeNothingHalfRead(t *testing.T) {
	for name, tt := range map[string]struct {
		to  reflect.Type
		row string
	}{
		"methods": {reflect.TypeFor[struct{ A, B spy }](), "92 93 01 02 C7 05"},
		"texts":   {reflect.TypeFor[struct{ A, B textSpy }](), "92 81 FF 81 62"},
		"array":   {reflect.TypeFor[[2]spy](), "92 93 01 02 C7 05"},
		"slice":   {reflect.TypeFor[[]spy](), "92 93 01 02 C7 05"},
		"map":     {reflect.TypeFor[map[string]spy](), "92 93 01 02 C7 05"},
		"items":   {reflect.TypeFor[struct{ A [2]spy }](), "92 92 C7 01 05"},
	} {
		shown = nil
		_, err := records.DecodeRowInto(tt.to, []string{"a", "b"}, unhex(t, tt.row))
		require.Error(t, err, name)
		assert.Empty(t, shown, name)
	}
	_, err := records.DecodeRowInto(reflect.TypeFor[struct{ A, B textSpy }](), []string{"a", "b"}, unhex(t, "92 81 FF 81 62"))
	var e *records.DecodeError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "a", e.Column)
}

// Of repeated keys the last one counts, as everywhere else.
func TestKeyThatComesTwice(t *testing.T) {
	rows := records.NewStructRows[struct {
		X *int
		Y records.Value
	}]()
	require.NoError(t, rows.Keys([]string{"n"}))
	require.NoError(t, rows.Row(unhex(t, "91 A4 81 78 01 81 78 C0 81 79 B3 49 00 00 00 81 79 07")))
	got := rows.Take()[0]
	assert.Nil(t, got.X)
	assert.True(t, got.Y.Equal(records.IntValue(7)), got.Y)
}

// An id that is no number is none, also where it stands in for an element id.
func TestElementIDOfNoNumber(t *testing.T) {
	rows := records.NewStructRows[struct {
		E string `neo4j:",elementId"`
	}]()
	require.NoError(t, rows.Keys([]string{"n"}))
	err := rows.Row(unhex(t, "91 B3 4E 81 78 90 A0"))
	var e *records.DecodeError
	require.ErrorAs(t, err, &e)
}
