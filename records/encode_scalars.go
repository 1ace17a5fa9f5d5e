package records

import (
	"reflect"
	"time"
	"unsafe"
)

// scalarEncoders are the plans of the types that are one value each, whatever their kind in Go.
var scalarEncoders map[reflect.Type]encodeFunc

// init fills the table, which refers to functions that refer to it.
func init() {
	scalarEncoders = map[reflect.Type]encodeFunc{
		timeType:                         encodeWith((*encoder).dateTime),
		reflect.TypeFor[time.Duration](): encodeWith(func(e *encoder, d time.Duration) error { return e.duration(DurationOf(d)) }),
		reflect.TypeFor[Date]():          encodeWith((*encoder).date),
		reflect.TypeFor[LocalTime]():     encodeWith((*encoder).localTime),
		reflect.TypeFor[Time]():          encodeWith((*encoder).time),
		reflect.TypeFor[LocalDateTime](): encodeWith((*encoder).localDateTime),
		reflect.TypeFor[Duration]():      encodeWith((*encoder).duration),
		reflect.TypeFor[Point2D]():       encodeWith((*encoder).point2D),
		reflect.TypeFor[Point3D]():       encodeWith((*encoder).point3D),
		reflect.TypeFor[UUID]():          encodeWith((*encoder).uuid),
		reflect.TypeFor[Map]():           encodeWith((*encoder).entries),
		reflect.TypeFor[*Record]():       encodeWith((*encoder).record),
		reflect.TypeFor[Value]():         func(e *encoder, p unsafe.Pointer) error { return e.value((*Value)(p)) },

		reflect.TypeFor[Vector[int8]]():    encodeWith(encodeVector[int8]),
		reflect.TypeFor[Vector[int16]]():   encodeWith(encodeVector[int16]),
		reflect.TypeFor[Vector[int32]]():   encodeWith(encodeVector[int32]),
		reflect.TypeFor[Vector[int64]]():   encodeWith(encodeVector[int64]),
		reflect.TypeFor[Vector[float32]](): encodeWith(encodeVector[float32]),
		reflect.TypeFor[Vector[float64]](): encodeWith(encodeVector[float64]),

		reflect.TypeFor[Node]():         encodeWith(func(e *encoder, n Node) error { return e.resultOnly(n) }),
		reflect.TypeFor[Relationship](): encodeWith(func(e *encoder, r Relationship) error { return e.resultOnly(r) }),
		reflect.TypeFor[Path]():         encodeWith(func(e *encoder, p Path) error { return e.resultOnly(p) }),
		reflect.TypeFor[Unsupported]():  encodeWith(func(e *encoder, u Unsupported) error { return e.resultOnly(u) }),
		reflect.TypeFor[Invalid]():      encodeWith(func(e *encoder, i Invalid) error { return e.resultOnly(i) }),
	}
}

var timeType = reflect.TypeFor[time.Time]()

func encodeWith[T any](encode func(*encoder, T) error) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error { return encode(e, *(*T)(p)) }
}

// isScalar reports whether a struct type is one value rather than a map of its fields.
func isScalar(t reflect.Type) bool {
	if _, ok := scalarEncoders[t]; ok {
		return true
	}
	return isNamedTime(t) || encodeByMethod(t) != nil
}

// isNamedTime reports whether a type was declared as a time.Time.
func isNamedTime(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.ConvertibleTo(timeType)
}

// scalarKinds are the plans of types that are defined as a basic type.
var scalarKinds = map[reflect.Kind]encodeFunc{
	reflect.Bool:    func(e *encoder, p unsafe.Pointer) error { e.bool(*(*bool)(p)); return nil },
	reflect.String:  encodeWith((*encoder).string),
	reflect.Int:     encodeInt[int],
	reflect.Int8:    encodeInt[int8],
	reflect.Int16:   encodeInt[int16],
	reflect.Int32:   encodeInt[int32],
	reflect.Int64:   encodeInt[int64],
	reflect.Uint:    encodeUint[uint],
	reflect.Uint8:   encodeUint[uint8],
	reflect.Uint16:  encodeUint[uint16],
	reflect.Uint32:  encodeUint[uint32],
	reflect.Uint64:  encodeUint[uint64],
	reflect.Float32: func(e *encoder, p unsafe.Pointer) error { e.float(float64(*(*float32)(p))); return nil },
	reflect.Float64: func(e *encoder, p unsafe.Pointer) error { e.float(*(*float64)(p)); return nil },
}

func encodeInt[T int | int8 | int16 | int32 | int64](e *encoder, p unsafe.Pointer) error {
	e.int(int64(*(*T)(p)))
	return nil
}

func encodeUint[T uint | uint8 | uint16 | uint32 | uint64](e *encoder, p unsafe.Pointer) error {
	return e.uint(uint64(*(*T)(p)))
}
