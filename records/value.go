package records

import (
	"math"
	"time"
	"unsafe"
)

// Value is one Cypher value: a tagged union of 24 bytes, in the manner of [log/slog.Value]. The zero Value is null.
//
// Numbers, booleans, dates and times live in it; the others are a pointer into memory that several values of a result
// share. A Value is immutable and safe for concurrent use. The accessors named As… report whether the value is of their
// type, and never convert or panic; [Value.Any] returns the ordinary Go value. Values cannot be compared by ==; use
// [Value.Equal].
type Value struct {
	_ [0]func() // not comparable: equal values point to different memory

	// What ptr, num and aux hold depends on kind:
	//
	//	Bool, Int, Float        num: the value or its bits
	//	String, Bytes, UUID     ptr: the first byte; num: how many
	//	List, Map               ptr: the first Value or Entry; num: how many
	//	Date                    num: days since 1970
	//	LocalTime, Time         num: nanoseconds of the day; aux: the offset in seconds
	//	LocalDateTime           num: seconds since 1970; aux: nanoseconds
	//	DateTime                as LocalDateTime, in UTC; ptr: the *time.Location
	//	Vector                  ptr: the first element; num: how many; aux: the wire's name of their type
	//	the others              ptr: the Go type, or the struct that it is made from
	ptr  unsafe.Pointer
	num  uint64
	aux  uint32
	kind Kind
}

// Kind returns the Cypher type of the value.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether the value is null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// BoolValue returns a BOOLEAN.
func BoolValue(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// IntValue returns an INTEGER.
func IntValue(i int64) Value { return Value{kind: KindInt, num: uint64(i)} }

// FloatValue returns a FLOAT.
func FloatValue(f float64) Value { return Value{kind: KindFloat, num: math.Float64bits(f)} }

// StringValue returns a STRING.
func StringValue(s string) Value {
	return Value{kind: KindString, ptr: unsafe.Pointer(unsafe.StringData(s)), num: uint64(len(s))}
}

// BytesValue returns a BYTES. It keeps b, which must not be changed afterwards.
func BytesValue(b []byte) Value {
	return Value{kind: KindBytes, ptr: unsafe.Pointer(unsafe.SliceData(b)), num: uint64(len(b))}
}

// ListValue returns a LIST. It keeps the slice, which must not be changed afterwards.
func ListValue(items ...Value) Value {
	return Value{kind: KindList, ptr: unsafe.Pointer(unsafe.SliceData(items)), num: uint64(len(items))}
}

// MapValue returns a MAP. It keeps the slice, which must not be changed afterwards. Of entries with the same key the
// last one counts.
func MapValue(entries ...Entry) Value {
	m := Map(entries).unique()
	return Value{kind: KindMap, ptr: unsafe.Pointer(unsafe.SliceData(m)), num: uint64(len(m))}
}

// DateTimeValue returns a ZONED DATETIME in the location of t.
func DateTimeValue(t time.Time) Value {
	return Value{kind: KindDateTime, ptr: unsafe.Pointer(t.Location()), num: uint64(t.Unix()), aux: uint32(t.Nanosecond())}
}

// AsBool returns a BOOLEAN.
func (v Value) AsBool() (b, ok bool) {
	return v.kind == KindBool && v.num != 0, v.kind == KindBool
}

// AsInt returns an INTEGER.
func (v Value) AsInt() (i int64, ok bool) {
	if v.kind != KindInt {
		return 0, false
	}
	return int64(v.num), true
}

// AsFloat returns a FLOAT. An INTEGER is none.
func (v Value) AsFloat() (f float64, ok bool) {
	if v.kind != KindFloat {
		return 0, false
	}
	return math.Float64frombits(v.num), true
}

// AsString returns a STRING.
func (v Value) AsString() (s string, ok bool) {
	if v.kind != KindString {
		return "", false
	}
	return v.str(), true
}

// AsBytes returns a BYTES. The slice belongs to the value and must not be changed.
func (v Value) AsBytes() (b []byte, ok bool) {
	if v.kind != KindBytes {
		return nil, false
	}
	return v.bytes(), true
}

// AsList returns the items of a LIST. The slice belongs to the value and must not be changed.
func (v Value) AsList() (items []Value, ok bool) {
	if v.kind != KindList {
		return nil, false
	}
	return v.list(), true
}

// AsMap returns the entries of a MAP. They belong to the value and must not be changed.
func (v Value) AsMap() (m Map, ok bool) {
	if v.kind != KindMap {
		return nil, false
	}
	return v.entries(), true
}

// AsDateTime returns a ZONED DATETIME in its zone.
func (v Value) AsDateTime() (t time.Time, ok bool) {
	if v.kind != KindDateTime {
		return time.Time{}, false
	}
	return time.Unix(int64(v.num), int64(v.aux)).In((*time.Location)(v.ptr)), true
}

// Get returns the value of a key of a MAP, or of a property of a NODE or a RELATIONSHIP.
func (v Value) Get(key string) (value Value, ok bool) {
	switch v.kind {
	case KindMap:
		return v.entries().Get(key)
	case KindNode:
		return v.node().props.Get(key)
	case KindRelationship:
		return v.relationship().props.Get(key)
	default:
		return Value{}, false
	}
}

// The following require the kind; only code that has looked at it calls them.

func (v Value) str() string {
	return unsafe.String((*byte)(v.ptr), int(v.num))
}

func (v Value) bytes() []byte {
	if v.ptr == nil {
		return []byte{}
	}
	return unsafe.Slice((*byte)(v.ptr), int(v.num))
}

func (v Value) list() []Value { return unsafe.Slice((*Value)(v.ptr), int(v.num)) }

func (v Value) entries() Map { return unsafe.Slice((*Entry)(v.ptr), int(v.num)) }
