package records_test

import (
	"database/sql"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// leafTypes are the types of fields that random structs are built from.
var leafTypes = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](),
	reflect.TypeFor[int64](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[float32](),
	reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[name](), reflect.TypeFor[[]byte](), reflect.TypeFor[digest](),
	reflect.TypeFor[records.Date](), reflect.TypeFor[records.LocalTime](), reflect.TypeFor[records.Time](),
	reflect.TypeFor[records.LocalDateTime](), reflect.TypeFor[records.Duration](), reflect.TypeFor[time.Duration](),
	reflect.TypeFor[records.Point2D](), reflect.TypeFor[records.UUID](), reflect.TypeFor[records.Vector[float32]](),
	reflect.TypeFor[sql.Null[int16]](), reflect.TypeFor[colour](), reflect.TypeFor[money](),
}

func drawType(t *rapid.T, depth int) reflect.Type {
	shape := rapid.IntRange(0, 7).Draw(t, "shape")
	if depth == 0 || shape > 4 {
		return rapid.SampledFrom(leafTypes).Draw(t, "leaf")
	}
	switch elem := drawType(t, depth-1); shape {
	case 0:
		if slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, elem.Kind()) || elem == reflect.TypeFor[sql.Null[int16]]() {
			return elem // a pointer to what may be nil cannot tell the two apart
		}
		return reflect.PointerTo(elem)
	case 1:
		return reflect.SliceOf(elem)
	case 2:
		return reflect.ArrayOf(rapid.IntRange(0, 3).Draw(t, "length"), elem)
	case 3:
		return reflect.MapOf(reflect.TypeFor[string](), elem)
	default:
		return drawStruct(t, depth-1)
	}
}

func drawStruct(t *rapid.T, depth int) reflect.Type {
	fields := make([]reflect.StructField, rapid.IntRange(0, 6).Draw(t, "fields"))
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("Field%d", i), Type: drawType(t, depth)}
		if rapid.Bool().Draw(t, "tagged") {
			fields[i].Tag = reflect.StructTag(fmt.Sprintf(`neo4j:"tag %d"`, i))
		}
	}
	return reflect.StructOf(fields)
}

// fill sets v to something that its Cypher type can hold.
func fill(t *rapid.T, v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *records.Date:
		*p = drawDate(t)
	case *records.LocalTime:
		*p = drawLocalTime(t)
	case *records.Time:
		*p = records.Time{LocalTime: drawLocalTime(t), Offset: drawOffset(t)}
	case *records.LocalDateTime:
		*p = records.LocalDateTime{Date: drawDate(t), LocalTime: drawLocalTime(t)}
	case *records.Duration:
		*p = records.Duration{Months: rapid.Int64().Draw(t, "months"), Nanos: rapid.IntRange(0, 999999999).Draw(t, "nanos")}
	case *time.Duration:
		*p = time.Duration(rapid.Int64Range(-math.MaxInt64/2, math.MaxInt64/2).Draw(t, "duration"))
	case *colour:
		*p = colour(rapid.IntRange(0, 1).Draw(t, "colour"))
	case *money:
		p.cents = rapid.Int64Min(0).Draw(t, "cents")
	case *sql.Null[int16]:
		if p.Valid = rapid.Bool().Draw(t, "valid"); p.Valid {
			p.V = rapid.Int16().Draw(t, "int16")
		}
	default:
		fillKind(t, v)
	}
}

func fillKind(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int") >> (64 - v.Type().Bits()))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(rapid.Uint64().Draw(t, "uint") >> (64 - v.Type().Bits()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(rapid.Float32().Draw(t, "float")))
	case reflect.String:
		v.SetString(drawText(t))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "set") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
		}
	case reflect.Slice:
		if n := rapid.IntRange(-1, 5).Draw(t, "length"); n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Map:
		fillMap(t, v)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("no values of %v", v.Type())
	}
}

func fillMap(t *rapid.T, v reflect.Value) {
	n := rapid.IntRange(-1, 5).Draw(t, "entries")
	if n < 0 {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range n {
		value := reflect.New(v.Type().Elem()).Elem()
		fill(t, value)
		v.SetMapIndex(reflect.ValueOf(rapid.StringN(0, 3, -1).Draw(t, "key")), value)
	}
}

// TestRandomStructsMakeTheRoundTrip builds structs by reflection and sends them out and back: as one value, as columns,
// and by way of a record.
func TestRandomStructsMakeTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := drawStruct(t, 3)
		in := reflect.New(typ).Elem()
		fill(t, in)
		b, err := records.AppendParameters(nil, in.Interface(), bolt61)
		if err != nil {
			t.Fatalf("%v: %v", typ, err)
		}
		check := func(what string, keys []string, row []byte) {
			out, err := records.DecodeRowInto(typ, keys, row)
			if err != nil || !reflect.DeepEqual(in.Interface(), out.Interface()) {
				t.Fatalf("%v %s: got %+v, want %+v, error %v", typ, what, out, in, err)
			}
		}
		check("as a value", []string{"one column"}, append([]byte{0x91}, b...))

		r := packstream.NewReader(b)
		n := r.Map()
		keys, row := []string{}, packstream.AppendList(nil, n)
		for range n {
			keys = append(keys, r.String())
			row = append(row, r.Raw()...)
		}
		if n > 0 {
			check("by columns", keys, row)
		}

		r.Reset(b)
		again, err := records.AppendValue(nil, records.DecodeValue(&r), bolt61)
		if err != nil {
			t.Fatal(err)
		}
		check("by way of a Value", []string{"one column"}, append([]byte{0x91}, again...))
	})
}
