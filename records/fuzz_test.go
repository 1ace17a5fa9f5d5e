package records_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// FuzzRow decodes arbitrary bytes as rows. Whatever comes out can be looked at in every way, copied, and, if there is
// nothing invalid in it, sent and read again.
func FuzzRow(f *testing.F) {
	for _, g := range goldens {
		f.Add(append([]byte{0x91}, unhex(f, g.bytes)...))
	}
	for _, s := range samples {
		if b, err := records.AppendResult([]byte{0x91}, s.value, bolt61); err == nil {
			f.Add(b)
		}
	}
	f.Add(append([]byte{0x91}, rawPath(2, 2, 1, 1, -2, 0)...))
	for _, in := range []string{"91 D6 7FFFFFFF", "91 B1 7A 01", "91 B1 44 81 41", "91 B2 56 CC01C9 CC03 010203", "91 91 91 B4 4E 01 90 A1 81 6B C4 C0"} {
		f.Add(unhex(f, in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		rows := records.NewRows()
		if err := rows.Keys([]string{"v"}); err != nil {
			t.Fatal(err)
		}
		if rows.Row(in) != nil {
			return
		}
		v := rows.Take()[0].At(0)
		clone := v.Clone()
		if !clone.Equal(v) {
			t.Fatalf("clone %v of %v", clone, v)
		}
		if j := v.AppendJSON(nil); !json.Valid(j) {
			t.Fatalf("not JSON: %s", j)
		}
		_, _ = v.String(), v.Any()
		b, err := records.AppendResult(nil, v, bolt61)
		if err != nil {
			return // something in it is invalid
		}
		r := packstream.NewReader(b)
		again := records.DecodeValue(&r)
		if r.Err() == nil && again.Equal(v) {
			return
		}
		// The nodes of a path that have one id are one node, whatever else a hostile server says about them: then what is read stays as it is.
		second, err := records.AppendResult(nil, again, bolt61)
		if r.Err() != nil || err != nil || !strings.Contains(v.String(), ")-[") || !bytes.Equal(b, second) {
			t.Fatalf("got %v, want %v, errors %v, %v", again, v, r.Err(), err)
		}
	})
}

// FuzzStructRows decodes arbitrary bytes into types of every kind, strictly and not.
func FuzzStructRows(f *testing.F) {
	for _, v := range []any{
		ada, wrote, path,
		Tree{Children: []Tree{{}}},
		Person{},
		Wrote{},
		map[string]any{"cents": 5},
		"green",
		[]any{"a", nil},
		everything{Value: records.IntValue(1), Audit: Audit{Author: "x"}, Link: &Link{}},
	} {
		b, err := records.AppendResult([]byte{0x91}, v, bolt61)
		if err == nil {
			f.Add(b)
		}
	}
	for _, g := range goldens {
		f.Add(append([]byte{0x91}, unhex(f, g.bytes)...))
	}
	types := []reflect.Type{
		reflect.TypeFor[everything](), reflect.TypeFor[Person](), reflect.TypeFor[*Wrote](), reflect.TypeFor[Tree](),
		reflect.TypeFor[map[string][]any](), reflect.TypeFor[[]money](), reflect.TypeFor[any](), reflect.TypeFor[colour](),
		reflect.TypeFor[[][2]float32](), reflect.TypeFor[records.Path](), reflect.TypeFor[sql.Null[time.Time]](),
	}
	lax := []records.DecodeOption{records.NullAsZero(), records.AllowMissing(), records.ConvertNumbers()}
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, typ := range types {
			for _, opts := range [][]records.DecodeOption{nil, lax, {records.RejectUnknown()}} {
				_, err := records.DecodeRowInto(typ, []string{"v"}, in, opts...)
				if err != nil && err.Error() == "" {
					t.Fatalf("%v: an error without a text", typ)
				}
			}
		}
	})
}

// FuzzSummary decodes arbitrary bytes as metadata.
func FuzzSummary(f *testing.F) {
	for _, metadata := range []map[string]any{
		{"has_more": true},
		{"type": "rw", "t_last": 3, "db": "neo4j", "bookmark": "b", "stats": map[string]any{"nodes-created": 1}},
		{"plan": map[string]any{"operatorType": "x", "children": []any{map[string]any{"args": map[string]any{"a": 1}}}}},
		{"notifications": []any{map[string]any{"severity": "WARNING", "position": position}}},
		{"statuses": []any{map[string]any{"gql_status": "00000", "neo4j_code": "c", "diagnostic_record": map[string]any{"_severity": "WARNING"}}}},
	} {
		b, err := records.AppendResult(nil, metadata, bolt61)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, true)
		f.Add(b, false)
	}
	f.Fuzz(func(t *testing.T, in []byte, statusesKnown bool) {
		r := packstream.NewReader(in)
		var s records.Summary
		records.DecodeSummary(&r, r.Map(), &s)
		if r.Err() != nil {
			return
		}
		s.Finish(true, true, false, statusesKnown)
		for i := range s.Statuses {
			s.Statuses[i].Diagnostic()
		}
	})
}

// FuzzDuration parses arbitrary text. What it accepts it writes in a form that means the same.
func FuzzDuration(f *testing.F) {
	for _, s := range []string{"PT0S", "P1Y2M3W4DT5H6M7.000000008S", "PT-0.5S", "P-1M", "P1", "PT.5S", "P9223372036854775807D"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d, again records.Duration
		if d.UnmarshalText([]byte(s)) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(d.String())); err != nil || again != d {
			t.Fatalf("%q is %+v, %q is %+v, error %v", s, d, d.String(), again, err)
		}
	})
}
