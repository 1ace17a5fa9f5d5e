package records

import (
	"math"
	"reflect"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// decodeKinds make the plans of types that are defined as a basic type.
var decodeKinds = [...]func(reflect.Type, decodeRules) decodeFunc{
	reflect.Bool:          decodeBool,
	reflect.String:        decodeString,
	reflect.Int:           decodeInt[int],
	reflect.Int8:          decodeInt[int8],
	reflect.Int16:         decodeInt[int16],
	reflect.Int32:         decodeInt[int32],
	reflect.Int64:         decodeInt[int64],
	reflect.Uint:          decodeInt[uint],
	reflect.Uint8:         decodeInt[uint8],
	reflect.Uint16:        decodeInt[uint16],
	reflect.Uint32:        decodeInt[uint32],
	reflect.Uint64:        decodeInt[uint64],
	reflect.Float32:       decodeFloat[float32],
	reflect.Float64:       decodeFloat[float64],
	reflect.UnsafePointer: nil, // the last of all kinds
}

func decodeBool(t reflect.Type, rules decodeRules) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() != packstream.Bool {
			return d.unfit(t, rules)
		}
		*(*bool)(p) = d.r.Bool()
		return nil
	}
}

func decodeString(t reflect.Type, rules decodeRules) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() != packstream.String {
			return d.unfit(t, rules)
		}
		b := d.r.RawText()
		if !validText(b) {
			return &DecodeError{Type: KindString.String(), Target: t, Reason: "it is not valid UTF-8"}
		}
		*(*string)(p) = d.ownString(b, d.r.Len())
		return nil
	}
}

type integer interface {
	int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64
}

func decodeInt[T integer](t reflect.Type, rules decodeRules) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() != packstream.Int {
			return decodeFloatAsInt[T](d, p, t, rules)
		}
		i := d.r.Int()
		if v := T(i); int64(v) == i && (v < 0) == (i < 0) {
			*(*T)(p) = v
			return nil
		}
		return overflow(t, IntValue(i))
	}
}

func decodeFloatAsInt[T integer](d *valueDecoder, p unsafe.Pointer, t reflect.Type, rules decodeRules) error {
	if d.r.Kind() != packstream.Float || rules&convertNumbers == 0 {
		return d.unfit(t, rules)
	}
	f := d.r.Float()
	i := int64(0)
	if f >= -1<<63 && f < 1<<63 {
		i = int64(f)
	}
	if v := T(i); float64(i) == f && int64(v) == i && (v < 0) == (i < 0) {
		*(*T)(p) = v
		return nil
	}
	return overflow(t, FloatValue(f))
}

func overflow(t reflect.Type, v Value) error {
	return &DecodeError{Type: v.kind.String(), Target: t, Reason: "it is " + v.String()}
}

func decodeFloat[T float32 | float64](t reflect.Type, rules decodeRules) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() != packstream.Float {
			return decodeIntAsFloat[T](d, p, t, rules)
		}
		f := d.r.Float()
		v := T(f)
		if math.IsInf(float64(v), 0) && !math.IsInf(f, 0) {
			return overflow(t, FloatValue(f))
		}
		*(*T)(p) = v
		return nil
	}
}

func decodeIntAsFloat[T float32 | float64](d *valueDecoder, p unsafe.Pointer, t reflect.Type, rules decodeRules) error {
	if d.r.Kind() != packstream.Int || rules&convertNumbers == 0 {
		return d.unfit(t, rules)
	}
	i := d.r.Int()
	v := T(i)
	if float64(v) >= 1<<63 || int64(v) != i {
		return overflow(t, IntValue(i))
	}
	*(*T)(p) = v
	return nil
}

func decodeAny(d *valueDecoder, p unsafe.Pointer) error {
	*(*any)(p) = d.any()
	return nil
}

// any reads a value of any type as the ordinary Go value.
func (d *valueDecoder) any() any {
	switch d.r.Kind() {
	case packstream.Int:
		return d.r.Int()
	case packstream.Float:
		return d.r.Float()
	case packstream.Bool:
		return d.r.Bool()
	default:
		before := d.memory.room
		v := d.one()
		if !d.charge(2 * (before - d.memory.room)) { // Go's own values come on top, and take more
			return nil
		}
		return v.Any()
	}
}
