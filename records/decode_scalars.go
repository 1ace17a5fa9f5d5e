package records

import (
	"encoding/json"
	"math/big"
	"reflect"
	"time"
	"unsafe"
)

// scalarDecoders make the plans of the types that are one value each, whatever their kind in Go.
var scalarDecoders map[reflect.Type]func(reflect.Type, decodeRules) decodeFunc

// init fills the table, which refers to functions that refer to it.
func init() {
	scalarDecoders = map[reflect.Type]func(reflect.Type, decodeRules) decodeFunc{
		timeType:                         decodeScalar(Value.AsDateTime),
		reflect.TypeFor[time.Duration](): decodeScalar(Value.asGoDuration),
		reflect.TypeFor[Date]():          decodeScalar(Value.AsDate),
		reflect.TypeFor[LocalTime]():     decodeScalar(Value.AsLocalTime),
		reflect.TypeFor[Time]():          decodeScalar(Value.AsTime),
		reflect.TypeFor[LocalDateTime](): decodeScalar(Value.AsLocalDateTime),
		reflect.TypeFor[Duration]():      decodeScalar(Value.AsDuration),
		reflect.TypeFor[Point2D]():       decodeScalar(Value.AsPoint2D),
		reflect.TypeFor[Point3D]():       decodeScalar(Value.AsPoint3D),
		reflect.TypeFor[UUID]():          decodeScalar(Value.AsUUID),
		reflect.TypeFor[Node]():          decodeScalar(Value.AsNode),
		reflect.TypeFor[Relationship]():  decodeScalar(Value.AsRelationship),
		reflect.TypeFor[Path]():          decodeScalar(Value.AsPath),
		reflect.TypeFor[Unsupported]():   decodeScalar(Value.AsUnsupported),
		reflect.TypeFor[Map]():           decodeScalar(Value.asMapOrNull),

		reflect.TypeFor[Vector[int8]]():    decodeScalar(asVectorOrNull[int8]),
		reflect.TypeFor[Vector[int16]]():   decodeScalar(asVectorOrNull[int16]),
		reflect.TypeFor[Vector[int32]]():   decodeScalar(asVectorOrNull[int32]),
		reflect.TypeFor[Vector[int64]]():   decodeScalar(asVectorOrNull[int64]),
		reflect.TypeFor[Vector[float32]](): decodeScalar(asVectorOrNull[float32]),
		reflect.TypeFor[Vector[float64]](): decodeScalar(asVectorOrNull[float64]),

		reflect.TypeFor[json.Number]():     decodeScalar(Value.asJSONNumber),
		reflect.TypeFor[json.RawMessage](): decodeScalar(Value.asRawJSON),
		reflect.TypeFor[big.Int]():         decodeBigInt,

		reflect.TypeFor[Value](): func(reflect.Type, decodeRules) decodeFunc {
			return func(d *valueDecoder, p unsafe.Pointer) error { d.value((*Value)(p)); return nil }
		},
	}
}

// decodeScalar returns what makes the plan for a type that an accessor of Value returns, or for a type with the same
// memory.
func decodeScalar[T any](as func(Value) (T, bool)) func(reflect.Type, decodeRules) decodeFunc {
	return func(t reflect.Type, rules decodeRules) decodeFunc {
		return func(d *valueDecoder, p unsafe.Pointer) error {
			start := d.r
			if x, ok := as(d.one()); ok {
				*(*T)(p) = x
				return nil
			}
			if d.r.Err() != nil {
				return nil
			}
			d.r = start
			return d.unfit(t, rules)
		}
	}
}

// asGoDuration returns a DURATION without months and days.
func (v Value) asGoDuration() (time.Duration, bool) {
	d, ok := v.AsDuration()
	if !ok {
		return 0, false
	}
	return d.Time()
}

// asMapOrNull returns a MAP, or nil for null.
func (v Value) asMapOrNull() (Map, bool) {
	m, ok := v.AsMap()
	return m, ok || v.kind == KindNull
}

// asVectorOrNull returns a VECTOR, or nil for null.
func asVectorOrNull[T VectorElement](v Value) (Vector[T], bool) {
	vec, ok := AsVector[T](v)
	return vec, ok || v.kind == KindNull
}
