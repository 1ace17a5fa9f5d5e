package packstream_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/neorx/neorx/bolt/packstream"
)

// tree is a token with the tokens below it: what one value looks like without its meaning.
type tree struct {
	kind  packstream.Kind
	i     int64
	f     float64
	b     bool
	s     string
	u     [16]byte
	tag   byte
	items []tree
}

func drawTree(depth int) *rapid.Generator[tree] {
	return rapid.Custom(func(t *rapid.T) tree {
		last := packstream.UUID
		kinds := []packstream.Kind{packstream.Null, packstream.Bool, packstream.Int, packstream.Float, packstream.Bytes, packstream.String, last}
		if depth > 0 {
			kinds = append(kinds, packstream.List, packstream.Map, packstream.Struct)
		}
		v := tree{kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
		switch v.kind {
		case packstream.Bool:
			v.b = rapid.Bool().Draw(t, "bool")
		case packstream.Int:
			v.i = rapid.Int64().Draw(t, "int")
		case packstream.Float:
			v.f = rapid.Float64().Draw(t, "float")
		case packstream.Bytes:
			v.s = string(rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes"))
		case packstream.String:
			v.s = rapid.StringN(0, 300, -1).Draw(t, "string")
		case packstream.UUID:
			copy(v.u[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
		case packstream.List:
			v.items = rapid.SliceOfN(drawTree(depth-1), 0, 20).Draw(t, "items")
		case packstream.Map:
			for _, item := range rapid.SliceOfN(drawTree(depth-1), 0, 20).Draw(t, "values") {
				key := tree{kind: packstream.String, s: rapid.String().Draw(t, "key")}
				v.items = append(v.items, key, item)
			}
		case packstream.Struct:
			v.tag = rapid.ByteMax(127).Draw(t, "tag")
			v.items = rapid.SliceOfN(drawTree(depth-1), 0, 15).Draw(t, "fields")
		default: // null
		}
		return v
	})
}

func (v tree) append(dst []byte) []byte {
	switch v.kind {
	case packstream.Null:
		return packstream.AppendNull(dst)
	case packstream.Bool:
		return packstream.AppendBool(dst, v.b)
	case packstream.Int:
		return packstream.AppendInt(dst, v.i)
	case packstream.Float:
		return packstream.AppendFloat(dst, v.f)
	case packstream.Bytes:
		return packstream.AppendBytes(dst, []byte(v.s))
	case packstream.String:
		return packstream.AppendString(dst, v.s)
	case packstream.UUID:
		return packstream.AppendUUID(dst, v.u)
	case packstream.List:
		dst = packstream.AppendList(dst, len(v.items))
	case packstream.Map:
		dst = packstream.AppendMap(dst, len(v.items)/2)
	case packstream.Struct:
		dst = packstream.AppendStruct(dst, v.tag, len(v.items))
	default:
		panic("no kind to write")
	}
	for _, item := range v.items {
		dst = item.append(dst)
	}
	return dst
}

// readTree reads one value; maxDepth bounds its recursion as every consumer has to.
func readTree(r *packstream.Reader, maxDepth int) tree {
	v := tree{kind: r.Kind()}
	n := 0
	switch v.kind {
	case packstream.Null:
		r.Null()
	case packstream.Bool:
		v.b = r.Bool()
	case packstream.Int:
		v.i = r.Int()
	case packstream.Float:
		v.f = r.Float()
	case packstream.Bytes:
		v.s = string(r.Bytes())
	case packstream.String:
		v.s = r.String()
	case packstream.UUID:
		v.u = r.UUID()
	case packstream.List:
		n = r.List()
	case packstream.Map:
		n = 2 * r.Map()
	case packstream.Struct:
		v.tag, n = r.Struct()
	default:
		r.Skip() // reports what is wrong
	}
	if n > 0 && maxDepth == 0 {
		r.Fail(&packstream.Error{Offset: r.Offset(), Reason: "too deep"})
	}
	for i := 0; i < n && r.Err() == nil; i++ {
		v.items = append(v.items, readTree(r, maxDepth-1))
	}
	return v
}

func (v tree) equal(w tree) bool {
	if v.kind != w.kind || v.i != w.i || math.Float64bits(v.f) != math.Float64bits(w.f) || v.b != w.b ||
		v.s != w.s || v.u != w.u || v.tag != w.tag || len(v.items) != len(w.items) {
		return false
	}
	for i := range v.items {
		if !v.items[i].equal(w.items[i]) {
			return false
		}
	}
	return true
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawTree(3).Draw(t, "value")
		b := v.append(nil)

		r := packstream.NewReader(b)
		if got := readTree(&r, packstream.MaxDepth); r.Err() != nil || r.Len() != 0 || !got.equal(v) {
			t.Fatalf("read % X: got %+v, want %+v, %d bytes left, error %v", b, got, v, r.Len(), r.Err())
		}
		r.Reset(b)
		if r.Skip(); r.Err() != nil || r.Len() != 0 {
			t.Fatalf("skip % X: %d bytes left, error %v", b, r.Len(), r.Err())
		}
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		r.Reset(b[:cut])
		if r.Skip(); r.Err() == nil {
			t.Fatalf("skip % X: no error although the last %d bytes are missing", b[:cut], len(b)-cut)
		}
	})
}
