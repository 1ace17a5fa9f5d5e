package records_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

var update = flag.Bool("update", false, "write docs/types.md instead of comparing with it")

const typesDocument = "../docs/types.md"

// docSamples are the columns of the table: one value of every Cypher type.
var docSamples = []struct {
	short string
	value any
}{
	{"null", nil},
	{"bool", true},
	{"int", 42},
	{"float", 1.0},
	{"string", "text"},
	{"bytes", []byte{1, 2}},
	{"list", []any{1, 2}},
	{"map", map[string]any{"name": "Ada"}},
	{"node", docNode},
	{"rel", wrote},
	{"path", records.PathValue(path)},
	{"date", today},
	{"local time", noon},
	{"time", records.Time{LocalTime: noon, Offset: 3600}},
	{"local date-time", records.LocalDateTime{Date: today, LocalTime: noon}},
	{"date-time", time.Date(2024, 2, 29, 12, 0, 0, 0, paris)},
	{"duration", 90 * time.Second},
	{"point 2D", records.Point2D{SRID: 4326, X: 1, Y: 2}},
	{"point 3D", records.Point3D{SRID: 9157, Z: 3}},
	{"vector", records.Vector[float32]{1.5, 2}},
	{"uuid", someUUID},
	{"unsupported", records.Unsupported{Name: "UUID", MinVersion: "6.1"}},
}

var docNode = records.Node{ID: 7, ElementID: "4:x:7", Labels: []string{"Person"}, Props: map[string]any{"name": "Ada"}}

type docStruct struct {
	Name *string
	Year *int
}

// docTypes are the rows of the table.
var docTypes = []struct {
	name string
	typ  reflect.Type
}{
	{"any", reflect.TypeFor[any]()},
	{"records.Value", reflect.TypeFor[records.Value]()},
	{"bool", reflect.TypeFor[bool]()},
	{"int, int8 … int64", reflect.TypeFor[int16]()},
	{"uint, uint8 … uint64", reflect.TypeFor[uint32]()},
	{"float32, float64", reflect.TypeFor[float64]()},
	{"string", reflect.TypeFor[string]()},
	{"*string and any pointer", reflect.TypeFor[*string]()},
	{"sql.NullString, sql.Null[string]", reflect.TypeFor[sql.NullString]()},
	{"sql.Scanner", reflect.TypeFor[anyScanner]()},
	{"sql.Scanner and driver.Valuer with a null", reflect.TypeFor[nullScanner]()},
	{"json.Number", reflect.TypeFor[json.Number]()},
	{"json.RawMessage", reflect.TypeFor[json.RawMessage]()},
	{"big.Int", reflect.TypeFor[big.Int]()},
	{"[]byte", reflect.TypeFor[[]byte]()},
	{"[2]byte", reflect.TypeFor[[2]byte]()},
	{"[]any", reflect.TypeFor[[]any]()},
	{"[]int, []T", reflect.TypeFor[[]int]()},
	{"[2]int", reflect.TypeFor[[2]int]()},
	{"[]float32", reflect.TypeFor[[]float32]()},
	{"map[string]any", reflect.TypeFor[map[string]any]()},
	{"records.Map", reflect.TypeFor[records.Map]()},
	{"struct", reflect.TypeFor[docStruct]()},
	{"encoding.TextUnmarshaler", reflect.TypeFor[anyText]()},
	{"records.CypherDecoder", reflect.TypeFor[anyValue]()},
	{"records.Node", reflect.TypeFor[records.Node]()},
	{"records.Relationship", reflect.TypeFor[records.Relationship]()},
	{"records.Path", reflect.TypeFor[records.Path]()},
	{"records.Date", reflect.TypeFor[records.Date]()},
	{"records.LocalTime", reflect.TypeFor[records.LocalTime]()},
	{"records.Time", reflect.TypeFor[records.Time]()},
	{"records.LocalDateTime", reflect.TypeFor[records.LocalDateTime]()},
	{"time.Time", reflect.TypeFor[time.Time]()},
	{"records.Duration", reflect.TypeFor[records.Duration]()},
	{"time.Duration", reflect.TypeFor[time.Duration]()},
	{"records.Point2D", reflect.TypeFor[records.Point2D]()},
	{"records.Point3D", reflect.TypeFor[records.Point3D]()},
	{"records.Vector[float32]", reflect.TypeFor[records.Vector[float32]]()},
	{"records.UUID", reflect.TypeFor[records.UUID]()},
	{"[16]byte", reflect.TypeFor[[16]byte]()},
	{"records.Unsupported", reflect.TypeFor[records.Unsupported]()},
}

type anyText string

func (a *anyText) UnmarshalText(text []byte) error { *a = anyText(text); return nil }

// anyScanner takes a null and stays zero, as a uuid.UUID does.
type anyScanner struct{ v any }

func (a *anyScanner) Scan(v any) error { a.v = v; return nil }

// nullScanner says that it holds null.
type nullScanner struct{ v any }

func (n *nullScanner) Scan(v any) error             { n.v = v; return nil }
func (n *nullScanner) Value() (driver.Value, error) { return n.v, nil }

type anyValue struct{ v records.Value }

func (a *anyValue) DecodeCypher(v records.Value) error { a.v = v; return nil }

// outcome tells what becomes of a value in a Go type.
func outcome(t *testing.T, value any, typ reflect.Type) string {
	t.Helper()
	row := encodeRow(t, value)
	if _, err := records.DecodeRowInto(typ, []string{"v"}, row); err == nil {
		return "✓"
	}
	if _, err := records.DecodeRowInto(typ, []string{"v"}, row, records.NullAsZero()); err == nil {
		return "0"
	}
	if _, err := records.DecodeRowInto(typ, []string{"v"}, row, records.ConvertNumbers()); err == nil {
		return "n"
	}
	return "·"
}

// TestTypesDocument generates docs/types.md from what decoding and encoding do. Run with -update to write it.
func TestTypesDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString(docHead)
	writeValueTable(t, &b)
	writeMatrix(t, &b)
	writeFieldNames(t, &b)
	writeErrors(t, &b)
	writeParameterTable(t, &b)
	if *update {
		require.NoError(t, os.WriteFile(typesDocument, []byte(b.String()), 0o644))
		return
	}
	committed, err := os.ReadFile(typesDocument)
	require.NoError(t, err)
	assert.Equal(t, string(committed), b.String(), "go test ./records -run TypesDocument -update writes it anew")
}

const docHead = `# Cypher types and Go types

Generated from the tests of package records (` + "`go test ./records -run TypesDocument -update`" + `); do not edit.

`

func writeValueTable(t *testing.T, b *strings.Builder) {
	t.Helper()
	b.WriteString("## What a value is\n\n`Value.Any()` and `any` fields give the Go type, `AppendJSON` the JSON.\n\n| Cypher | Go | as text | as JSON |\n|---|---|---|---|\n")
	for _, s := range docSamples {
		v, err := records.ValueOf(s.value)
		require.NoError(t, err)
		fmt.Fprintf(b, "| %s | `%T` | `%s` | `%s` |\n", v.Kind(), v.Any(), v, v.AppendJSON(nil))
	}
}

func writeMatrix(t *testing.T, b *strings.Builder) {
	t.Helper()
	b.WriteString(`
## What goes into which Go type

For fields of structs, the type of a stream of one column, ` + "`records.Get` and `records.As`" + `, alike. ✓ it does; 0 with the option
` + "`NullAsZero`; n with the option `ConvertNumbers`" + `; · it is an error. A named type goes as the type that it is defined by.
An INTEGER or a FLOAT beyond the range of a smaller Go type is an error, and so is a LIST of another length than an
array, and a DURATION with months or days in a time.Duration.

`)
	b.WriteString("| Go |")
	for _, s := range docSamples {
		b.WriteString(" " + s.short + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat(":-:|", len(docSamples)) + "\n")
	for _, typ := range docTypes {
		b.WriteString("| `" + typ.name + "` |")
		for _, s := range docSamples {
			b.WriteString(" " + outcome(t, s.value, typ.typ) + " |")
		}
		b.WriteString("\n")
	}
}

func writeFieldNames(t *testing.T, b *strings.Builder) {
	t.Helper()
	b.WriteString(`
## How a field of a struct is called

In a map, among the properties of a node and among the columns of a result, in both directions: by its tag, or else by its Go
name beginning in lower case, for which an initialism counts as one word where the name begins with it. Upper and lower case
matter: ` + "`ElementID` is not `elementId`, and `UserId` is not `userID`" + `. Give a tag where the names of the database are others. Only
exported fields take part; those of an embedded struct without a tag are the outer struct's own.

| field | key |
|---|---|
`)
	for _, field := range []struct{ name, tag string }{
		{name: "Name"},
		{name: "FirstName"},
		{name: "ID"},
		{name: "UserID"},
		{name: "IDs"},
		{name: "URL"},
		{name: "URLPath"},
		{name: "HTTPServer"},
		{name: "ElementID"},
		{name: "Born_At"},
		{name: "Born", tag: "birth_year"},
		{name: "Born", tag: "birth_year,omitempty"},
		{name: "Born", tag: ",omitempty"},
		{name: "Born", tag: "-"},
	} {
		fmt.Fprintf(b, "| `%s` | %s |\n", declared(field.name, field.tag), keyOf(t, field.name, field.tag))
	}
}

func declared(name, tag string) string {
	if tag == "" {
		return name
	}
	return fmt.Sprintf("%s neo4j:%q", name, tag)
}

// keyOf is what a parameter that is a struct of one field has for a key. A result is looked through for the same.
func keyOf(t *testing.T, name, tag string) string {
	t.Helper()
	field := reflect.StructField{Name: name, Type: reflect.TypeFor[int]()}
	if tag != "" {
		field.Tag = reflect.StructTag(fmt.Sprintf("neo4j:%q", tag))
	}
	other := reflect.StructField{Name: "More", Type: reflect.TypeFor[int]()}
	value := reflect.New(reflect.StructOf([]reflect.StructField{field, other}))
	value.Elem().Field(0).SetInt(1815)
	v, err := records.ValueOf(value.Interface())
	require.NoError(t, err)
	for key := range v.Any().(map[string]any) {
		if key == "more" {
			continue
		}
		back, err := records.DecodeRowInto(value.Type().Elem(), []string{key, "more"}, encodeRow(t, 1852, 0))
		require.NoError(t, err)
		require.Equal(t, int64(1852), back.Field(0).Int(), "the same in the other direction")
		return "`" + key + "`"
	}
	return "it is left out"
}

func writeErrors(t *testing.T, b *strings.Builder) {
	t.Helper()
	b.WriteString("\n## What an error says\n\nThe value, in a column `v`, into the Go type:\n\n| value | Go | error |\n|---|---|---|\n")
	for _, tt := range []struct {
		value any
		typ   reflect.Type
	}{
		{nil, reflect.TypeFor[string]()},
		{"text", reflect.TypeFor[int]()},
		{300, reflect.TypeFor[int8]()},
		{1.5, reflect.TypeFor[int]()},
		{[]any{1, "two"}, reflect.TypeFor[[]int]()},
		{docNode, reflect.TypeFor[struct{ Name int }]()},
		{docNode, reflect.TypeFor[struct{ Born int }]()},
		{map[string]any{"userId": 1}, reflect.TypeFor[struct {
			UserID int `json:"userId"`
		}]()},
		{"text", reflect.TypeFor[struct{ Nmae string }]()},
		{records.Duration{Days: 1}, reflect.TypeFor[time.Duration]()},
		{42, reflect.TypeFor[float64]()},
		{today, reflect.TypeFor[time.Time]()},
		{"10.0.0.300", reflect.TypeFor[netip.Addr]()},
		{records.Unsupported{Name: "UUID", MinVersion: "6.1"}, reflect.TypeFor[records.UUID]()},
	} {
		_, err := records.DecodeRowInto(tt.typ, []string{"v"}, encodeRow(t, tt.value))
		require.Error(t, err)
		v, _ := records.ValueOf(tt.value)
		fmt.Fprintf(b, "| `%v` | `%v` | %s |\n", v, tt.typ, strings.ReplaceAll(err.Error(), "|", "\\|"))
	}
}

type (
	valuer        struct{ private int }
	opaque        struct{ private int }
	cents         struct{ private int }
	fakeTimestamp struct{ private int }
	fakeDuration  struct{ private int }
	fakeStruct    struct{ private int }

	// Int64Value has the shape of wrapperspb.Int64Value.
	Int64Value struct {
		state int
		Value int64
	}
)

func (valuer) Value() (driver.Value, error)     { return int64(7), nil }
func (cents) String() string                    { return "0.07" }
func (*fakeTimestamp) ProtoMessage()            {}
func (*fakeTimestamp) CheckValid() error        { return nil }
func (*fakeTimestamp) AsTime() time.Time        { return time.Unix(7, 0).UTC() }
func (*fakeDuration) ProtoMessage()             {}
func (*fakeDuration) CheckValid() error         { return nil }
func (*fakeDuration) AsDuration() time.Duration { return time.Second }
func (*fakeStruct) ProtoMessage()               {}
func (*fakeStruct) AsMap() map[string]any       { return map[string]any{"a": 1.0} }
func (*Int64Value) ProtoMessage()               {}

func writeParameterTable(t *testing.T, b *strings.Builder) {
	t.Helper()
	b.WriteString("\n## What a parameter becomes\n\n| Go | Cypher |\n|---|---|\n")
	text := "text"
	for _, tt := range []struct {
		name  string
		value any
	}{
		{"nil, nil pointer, slice or map", []int(nil)},
		{"bool", true},
		{"int, int8 … uint64 (up to 2^63-1)", 1},
		{"float32, float64", 1.5},
		{"string", "text"},
		{"*string and any pointer", &text},
		{"[]byte, [4]byte", [4]byte{}},
		{"[]T, [n]T", []int{1}},
		{"map[string]T", map[string]int{}},
		{"struct", docStruct{}},
		{"type Color int, type Name string, with String() or without", time.March},
		{"encoding.TextMarshaler (netip.Addr, net.IP, …)", netip.MustParseAddr("10.0.0.1")},
		{"driver.Valuer: what Value() returns", valuer{}},
		{"json.Number without a fraction or exponent", json.Number("9007199254740993")},
		{"json.Number with one", json.Number("1.5")},
		{"json.RawMessage: the value that it holds", json.RawMessage(`{"a":1}`)},
		{"*big.Int within 64 bits", big.NewInt(7)},
		{"*big.Int beyond", new(big.Int).Lsh(big.NewInt(1), 64)},
		{"*big.Float, *big.Rat that are exactly a FLOAT", big.NewRat(1, 4)},
		{"others", big.NewRat(1, 3)},
		{"iter.Seq[T]", slices.Values([]int{1, 2})},
		{"timestamppb.Timestamp", &fakeTimestamp{}},
		{"durationpb.Duration", &fakeDuration{}},
		{"structpb.Value, Struct, ListValue: what they hold", &fakeStruct{}},
		{"wrapperspb.Int64Value and its like", &Int64Value{Value: 1}},
		{"error", errors.New("no")},
		{"*url.URL", &url.URL{}},
		{"struct without an exported field", opaque{}},
		{"the same with String()", cents{}},
		{"time.Time", time.Time{}},
		{"time.Duration", time.Second},
		{"sql.Null[T], not valid", sql.NullBool{}},
		{"records.Date", today},
		{"records.LocalTime", noon},
		{"records.Time", records.Time{}},
		{"records.LocalDateTime", records.LocalDateTime{Date: today}},
		{"records.Duration", records.Duration{}},
		{"records.Point2D", records.Point2D{}},
		{"records.Point3D", records.Point3D{}},
		{"records.Vector[T]", records.Vector[int8]{1}},
		{"records.UUID", someUUID},
		{"records.Value", records.IntValue(1)},
		{"*records.Record", records.NewRecord([]string{"a"}, records.Value{})},
		{"records.Node", ada},
		{"chan, func, complex", make(chan int)},
	} {
		data, err := records.AppendValue(nil, tt.value, bolt61)
		became := ""
		if err == nil {
			became = decode(t, data).Kind().String()
		} else {
			became = "error: " + strings.TrimPrefix(err.Error(), "value: ")
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", tt.name, became)
	}
	_, vector := records.AppendParameters(nil, map[string]any{"v": records.Vector[int8]{}}, bolt58)
	_, uuid := records.AppendParameters(nil, map[string]any{"id": someUUID}, bolt60)
	fmt.Fprintf(b, "\nWhat the connection's version does not have is an error before anything is sent: %s; %s.\n", vector, uuid)
}
