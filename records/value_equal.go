package records

import (
	"bytes"
	"math"
	"slices"
	"time"
)

// Equal reports whether two values are of the same type and equal: what a program would expect of values that it
// compares in a test. Floats are equal when their bits are, so NaN equals itself and 0 differs from -0; two
// date-times are equal when they are the same instant and show the same offset and zone; maps and properties are equal
// whatever their order.
func (v Value) Equal(w Value) bool {
	if v.kind != w.kind {
		return false
	}
	switch v.kind {
	case KindString:
		return v.str() == w.str()
	case KindBytes:
		return bytes.Equal(v.bytes(), w.bytes())
	case KindUUID:
		return v.uuid() == w.uuid()
	case KindList:
		return slices.EqualFunc(v.list(), w.list(), Value.Equal)
	case KindMap:
		return v.entries().equal(w.entries())
	case KindDateTime:
		return v.num == w.num && v.aux == w.aux && sameZone(v, w)
	case KindVector:
		return v.aux == w.aux && v.num == w.num && vectorEqual(v, w)
	default:
		return v.num == w.num && v.aux == w.aux && v.equalPointee(w)
	}
}

// equalPointee compares what the values of the remaining kinds point to.
func (v Value) equalPointee(w Value) bool {
	switch v.kind {
	case KindNode:
		return v.node().equal(w.node())
	case KindRelationship:
		return v.relationship().equal(w.relationship())
	case KindPath:
		a, b := v.path(), w.path()
		return slices.EqualFunc(a.nodes, b.nodes, (*node).equal) &&
			slices.EqualFunc(a.relationships, b.relationships, (*relationship).equal)
	case KindDuration:
		return *(*Duration)(v.ptr) == *(*Duration)(w.ptr)
	case KindPoint2D:
		a, b := (*Point2D)(v.ptr), (*Point2D)(w.ptr)
		return a.SRID == b.SRID && sameBits(a.X, b.X) && sameBits(a.Y, b.Y)
	case KindPoint3D:
		a, b := (*Point3D)(v.ptr), (*Point3D)(w.ptr)
		return a.SRID == b.SRID && sameBits(a.X, b.X) && sameBits(a.Y, b.Y) && sameBits(a.Z, b.Z)
	case KindUnsupported:
		return *(*Unsupported)(v.ptr) == *(*Unsupported)(w.ptr)
	case KindInvalid:
		return v.invalid().Error() == w.invalid().Error()
	default:
		return true // the others are all in num and aux
	}
}

func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

func sameZone(v, w Value) bool {
	a, b := (*time.Location)(v.ptr), (*time.Location)(w.ptr)
	if a == b {
		return true
	}
	s, _ := v.AsDateTime()
	t, _ := w.AsDateTime()
	_, offsetS := s.Zone()
	_, offsetT := t.Zone()
	return offsetS == offsetT && zoneID(s) == zoneID(t)
}

func (m Map) equal(other Map) bool {
	if len(m) != len(other) {
		return false
	}
	for i := range m {
		if v, ok := other.Get(m[i].Key); !ok || !v.Equal(m[i].Value) {
			return false
		}
	}
	return true
}

// equal is Equal for keys in any order.
func (r *Record) equal(other *Record) bool {
	if r.Len() != other.Len() {
		return false
	}
	for i, key := range r.Keys() {
		if v, ok := other.Get(key); !ok || !v.Equal(r.At(i)) {
			return false
		}
	}
	return true
}

func (n *node) equal(o *node) bool {
	return n.id == o.id && n.elementID == o.elementID && slices.Equal(n.labels, o.labels) && n.props.equal(&o.props)
}

func (r *relationship) equal(o *relationship) bool {
	return r.id == o.id && r.startID == o.startID && r.endID == o.endID &&
		r.elementID == o.elementID && r.startElementID == o.startElementID && r.endElementID == o.endElementID &&
		r.typ == o.typ && r.props.equal(&o.props)
}

func vectorEqual(v, w Value) bool {
	return bytes.Equal(appendVectorData(nil, v), appendVectorData(nil, w))
}
