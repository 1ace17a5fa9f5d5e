package packstream_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
)

func TestReaderKinds(t *testing.T) {
	tests := []struct {
		in   string
		want packstream.Kind
	}{
		{"", packstream.Invalid},
		{"00", packstream.Int},
		{"7F", packstream.Int},
		{"F0", packstream.Int},
		{"FF", packstream.Int},
		{"C8", packstream.Int},
		{"CB", packstream.Int},
		{"C0", packstream.Null},
		{"C1", packstream.Float},
		{"C2", packstream.Bool},
		{"C3", packstream.Bool},
		{"C4", packstream.Invalid},
		{"C7", packstream.Invalid},
		{"CC", packstream.Bytes},
		{"CE", packstream.Bytes},
		{"CF", packstream.Invalid},
		{"80", packstream.String},
		{"D2", packstream.String},
		{"D3", packstream.Invalid},
		{"9F", packstream.List},
		{"D6", packstream.List},
		{"D7", packstream.Invalid},
		{"A0", packstream.Map},
		{"DA", packstream.Map},
		{"DC", packstream.Invalid},
		{"B0", packstream.Struct},
		{"E0", packstream.UUID},
		{"E1", packstream.Invalid},
		{"EF", packstream.Invalid},
	}
	for _, tt := range tests {
		r := packstream.NewReader(unhex(t, tt.in))
		assert.Equal(t, tt.want, r.Kind(), "%q", tt.in)
		assert.NoError(t, r.Err())
	}
	assert.Equal(t, "Dictionary", packstream.Map.String())
	assert.Equal(t, "Kind(200)", packstream.Kind(200).String())
}

func TestReaderAcceptsLongForms(t *testing.T) {
	for _, in := range []string{"05", "C805", "C90005", "CA00000005", "CB0000000000000005"} {
		r := packstream.NewReader(unhex(t, in))
		assert.Equal(t, int64(5), r.Int(), in)
		assert.NoError(t, r.Err())
	}
	for _, in := range []string{"8141", "D00141", "D1000141", "D20000000141"} {
		r := packstream.NewReader(unhex(t, in))
		assert.Equal(t, "A", r.String(), in)
		assert.NoError(t, r.Err())
	}
	for _, in := range []string{"9101", "D40101", "D5000101", "D60000000101"} {
		r := packstream.NewReader(unhex(t, in))
		assert.Equal(t, 1, r.List(), in)
		assert.Equal(t, int64(1), r.Int())
		assert.NoError(t, r.Err())
	}
	for _, in := range []string{"A18101", "D8018101", "D900018101", "DA000000018101"} {
		r := packstream.NewReader(unhex(t, in))
		assert.Equal(t, 1, r.Map(), in)
		assert.NoError(t, r.Err())
	}
	for _, in := range []string{"CC0107", "CD000107", "CE0000000107"} {
		r := packstream.NewReader(unhex(t, in))
		assert.Equal(t, []byte{7}, r.Bytes(), in)
		assert.NoError(t, r.Err())
	}
}

func TestReaderMessage(t *testing.T) {
	// RUN "RETURN 1 AS n" {x: -17} {mode: "r", db: "neo4j"}
	r := packstream.NewReader(unhex(t, "B3 10 8D 52455455524E2031204153206E A1 81 78 C8 EF A2 84 6D6F6465 81 72 82 6462 85 6E656F346A"))
	tag, fields := r.Struct()
	assert.Equal(t, byte(0x10), tag)
	assert.Equal(t, 3, fields)
	assert.Equal(t, "RETURN 1 AS n", string(r.Text()))
	assert.Equal(t, 1, r.Map())
	assert.Equal(t, "x", r.String())
	assert.Equal(t, int64(-17), r.Int())
	assert.Equal(t, unhex(t, "A2 84 6D6F6465 81 72 82 6462 85 6E656F346A"), r.Rest())
	raw := r.Raw()
	assert.Len(t, raw, 17)
	assert.Zero(t, r.Len())
	require.NoError(t, r.Err())
	assert.Equal(t, 38, r.Offset())
}

func TestReaderViewsEndWhereTheValueEnds(t *testing.T) {
	in := unhex(t, "CC0107 8141 9101 05")
	r := packstream.NewReader(in)
	_ = append(r.Bytes(), 0xFF)
	_ = append(r.Text(), 0xFF)
	_ = append(r.Raw(), 0xFF)
	assert.Equal(t, unhex(t, "CC0107 8141 9101 05"), in)
}

func TestReaderErrors(t *testing.T) {
	tests := []struct {
		name, in string
		read     func(*packstream.Reader)
		want     string
	}{
		{"null from integer", "01", func(r *packstream.Reader) { r.Null() }, "packstream: byte 0: expected Null, found Integer"},
		{"boolean from end", "", func(r *packstream.Reader) { r.Bool() }, "packstream: byte 0: expected Boolean, found the end"},
		{"integer from float", "C1 0000000000000000", func(r *packstream.Reader) { r.Int() }, "packstream: byte 0: expected Integer, found Float"},
		{"integer from reserved", "C5", func(r *packstream.Reader) { r.Int() }, "packstream: byte 0: expected Integer, found the reserved marker C5"},
		{"integer cut", "CB 00000000000000", func(r *packstream.Reader) { r.Int() }, "packstream: byte 0: the input ends within a value"},
		{"float cut", "C1 0000", func(r *packstream.Reader) { r.Float() }, "packstream: byte 0: the input ends within a value"},
		{"float from integer", "01", func(r *packstream.Reader) { r.Float() }, "packstream: byte 0: expected Float, found Integer"},
		{"bytes from list", "90", func(r *packstream.Reader) { r.Bytes() }, "packstream: byte 0: expected Bytes, found List"},
		{"bytes cut", "CC 02 00", func(r *packstream.Reader) { r.Bytes() }, "packstream: byte 2: a size larger than what has arrived"},
		{"bytes size cut", "CD 02", func(r *packstream.Reader) { r.Bytes() }, "packstream: byte 0: the input ends within a value"},
		{"bytes of 2^31", "CE 80000000", func(r *packstream.Reader) { r.Bytes() }, "packstream: byte 0: a size beyond 2147483647"},
		{"string from bytes", "CC 00", func(r *packstream.Reader) { r.Text() }, "packstream: byte 0: expected String, found Bytes"},
		{"tiny string cut", "82 41", func(r *packstream.Reader) { r.Text() }, "packstream: byte 1: the input ends within a value"},
		{"string not UTF-8", "82 C328", func(r *packstream.Reader) { r.Text() }, "packstream: byte 0: a String that is not valid UTF-8"},
		{"list of 2^31-1", "D6 7FFFFFFF", func(r *packstream.Reader) { r.List() }, "packstream: byte 5: a size larger than what has arrived"},
		{"list from map", "A0", func(r *packstream.Reader) { r.List() }, "packstream: byte 0: expected List, found Dictionary"},
		{"map needs two bytes an entry", "A2 80 C0 80", func(r *packstream.Reader) { r.Map() }, "packstream: byte 1: a size larger than what has arrived"},
		{"map from list", "90", func(r *packstream.Reader) { r.Map() }, "packstream: byte 0: expected Dictionary, found List"},
		{"structure from map", "A0", func(r *packstream.Reader) { r.Struct() }, "packstream: byte 0: expected Structure, found Dictionary"},
		{"structure without tag", "B1", func(r *packstream.Reader) { r.Struct() }, "packstream: byte 0: the input ends within a value"},
		{"structure without fields", "B1 4E", func(r *packstream.Reader) { r.Struct() }, "packstream: byte 2: a size larger than what has arrived"},
		{"uuid cut", "E0 0102", func(r *packstream.Reader) { r.UUID() }, "packstream: byte 1: the input ends within a value"},
		{"uuid from string", "80", func(r *packstream.Reader) { r.UUID() }, "packstream: byte 0: expected UUID, found String"},
		{"skip at the end", "", func(r *packstream.Reader) { r.Skip() }, "packstream: byte 0: the input ends within a value"},
		{"skip a reserved marker", "91 C4", func(r *packstream.Reader) { r.Skip() }, "packstream: byte 1: a reserved marker"},
		{"skip lists that promise too much", "94 94 94 94", func(r *packstream.Reader) { r.Skip() }, "packstream: byte 1: a size larger than what has arrived"},
		{"skip siblings that are not there", "92 92 C0 C0", func(r *packstream.Reader) { r.Skip() }, "packstream: byte 2: the input ends within a value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := packstream.NewReader(unhex(t, tt.in))
			tt.read(&r)
			require.EqualError(t, r.Err(), tt.want)
			var e *packstream.Error
			require.ErrorAs(t, r.Err(), &e)
		})
	}
}

func TestReaderErrorsStick(t *testing.T) {
	r := packstream.NewReader(unhex(t, "01 02 8141 C3"))
	r.Float()
	first := r.Err()
	require.Error(t, first)

	assert.Equal(t, packstream.Invalid, r.Kind())
	assert.Zero(t, r.Int())
	assert.Zero(t, r.Float())
	assert.False(t, r.Bool())
	assert.Empty(t, r.Bytes())
	assert.Empty(t, r.Text())
	assert.Empty(t, r.String())
	assert.Zero(t, r.UUID())
	assert.Zero(t, r.List())
	assert.Zero(t, r.Map())
	tag, n := r.Struct()
	assert.Zero(t, tag)
	assert.Zero(t, n)
	r.Null()
	r.Skip()
	assert.Nil(t, r.Raw())
	assert.Zero(t, r.Len())
	assert.Empty(t, r.Rest())
	assert.Same(t, first, r.Err())

	r.Reset([]byte{0x05})
	assert.NoError(t, r.Err())
	assert.Equal(t, int64(5), r.Int())
}

func TestReaderFail(t *testing.T) {
	cause := errors.New("a field that makes no sense")
	r := packstream.NewReader([]byte{1, 2})
	r.Fail(cause)
	r.Fail(errors.New("later"))
	assert.Same(t, cause, r.Err())
	assert.Zero(t, r.Int())
}

func TestSkipPassesAnyDepth(t *testing.T) {
	deep := make([]byte, 1<<20)
	for i := range deep {
		deep[i] = 0x91
	}
	deep[len(deep)-1] = 0xC0
	r := packstream.NewReader(deep)
	r.Skip()
	require.NoError(t, r.Err())
	assert.Zero(t, r.Len())
}

func TestHostileSizesAllocateNothing(t *testing.T) {
	in := unhex(t, "D6 7FFFFFFF 01 02 03")
	allocs := testing.AllocsPerRun(100, func() {
		r := packstream.NewReader(in)
		if r.List() != 0 || r.Err() == nil {
			t.Fail()
		}
	})
	assert.LessOrEqual(t, allocs, 1.0, "the error only")
}

func TestReadingAllocatesNothing(t *testing.T) {
	in := packstream.AppendList(nil, 5)
	in = packstream.AppendInt(in, math.MaxInt64)
	in = packstream.AppendFloat(in, 1)
	in = packstream.AppendString(in, "hello")
	in = packstream.AppendBytes(in, []byte{1})
	in = packstream.AppendBool(in, true)
	allocs := testing.AllocsPerRun(100, func() {
		r := packstream.NewReader(in)
		r.List()
		r.Int()
		r.Float()
		r.Text()
		r.Bytes()
		r.Bool()
		if r.Err() != nil {
			t.Fail()
		}
	})
	assert.Zero(t, allocs)
}
