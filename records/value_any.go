package records

import (
	"slices"
	"strings"
)

// Any returns the ordinary Go value: nil, bool, int64, float64, string, []byte, []any, map[string]any, time.Time, or one
// of this package's types. What the caller does with lists, maps and bytes does not change the value.
func (v Value) Any() any {
	switch v.kind {
	case KindNull:
		return nil
	case KindBool:
		return v.num != 0
	case KindInt:
		return int64(v.num)
	case KindFloat:
		f, _ := v.AsFloat()
		return f
	case KindString:
		return v.str()
	case KindBytes:
		return slices.Clone(v.bytes())
	case KindList:
		return listAny(v.list())
	case KindMap:
		return v.entries().Any()
	default:
		return v.otherAny()
	}
}

func listAny(items []Value) []any {
	out := make([]any, len(items))
	for i := range items {
		out[i] = items[i].Any()
	}
	return out
}

func (v Value) otherAny() any {
	switch v.kind {
	case KindNode:
		return v.node().any()
	case KindRelationship:
		return v.relationship().any()
	case KindPath:
		return v.path().any()
	case KindDuration:
		return *(*Duration)(v.ptr)
	case KindPoint2D:
		return *(*Point2D)(v.ptr)
	case KindPoint3D:
		return *(*Point3D)(v.ptr)
	case KindVector:
		return v.vectorAny()
	case KindUUID:
		return v.uuid()
	case KindUnsupported:
		return *(*Unsupported)(v.ptr)
	case KindInvalid:
		return *v.invalid()
	default:
		return v.temporalAny()
	}
}

func (v Value) temporalAny() any {
	switch v.kind {
	case KindDate:
		d, _ := v.AsDate()
		return d
	case KindLocalTime:
		t, _ := v.AsLocalTime()
		return t
	case KindTime:
		t, _ := v.AsTime()
		return t
	case KindLocalDateTime:
		t, _ := v.AsLocalDateTime()
		return t
	default:
		t, _ := v.AsDateTime()
		return t
	}
}

// ValueOf returns the value of any Go value that can be sent as a parameter, and of a [Node], a [Relationship], a
// [Path] and an [Unsupported]. The error is a [*UsageError]. The Value has its memory to itself.
func ValueOf(v any) (Value, error) {
	return valueOf(v)
}

// mapOf returns the properties of an entity that a program made.
func mapOf(props map[string]any) Map {
	m := make(Map, 0, len(props))
	for key, prop := range props {
		v, err := ValueOf(prop)
		if err != nil {
			v = invalidValue(KindInvalid, err)
		}
		m = append(m, Entry{Key: key, Value: v})
	}
	slices.SortFunc(m, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return m
}
