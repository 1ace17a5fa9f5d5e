package records

import "unsafe"

// VectorElement is a number that a VECTOR can be made of.
type VectorElement interface {
	int8 | int16 | int32 | int64 | float32 | float64
}

// Vector is a VECTOR, which needs Bolt 6.0. It is a type of its own because a bare slice of numbers is a LIST:
//
//	params := map[string]any{"embedding": records.Vector[float32](embedding)}
type Vector[T VectorElement] []T

// vectorType is the name that the wire gives to an element type.
type vectorType byte

const (
	vectorInt8    vectorType = 0xC8
	vectorInt16   vectorType = 0xC9
	vectorInt32   vectorType = 0xCA
	vectorInt64   vectorType = 0xCB
	vectorFloat32 vectorType = 0xC6
	vectorFloat64 vectorType = 0xC1
)

// size returns the bytes of one element, 0 for an unknown type.
func (t vectorType) size() int {
	switch t {
	case vectorInt8:
		return 1
	case vectorInt16:
		return 2
	case vectorInt32, vectorFloat32:
		return 4
	case vectorInt64, vectorFloat64:
		return 8
	default:
		return 0
	}
}

// String returns Cypher's name of the element type.
func (t vectorType) String() string {
	switch t {
	case vectorInt8:
		return "INTEGER8"
	case vectorInt16:
		return "INTEGER16"
	case vectorInt32:
		return "INTEGER32"
	case vectorInt64:
		return "INTEGER"
	case vectorFloat32:
		return "FLOAT32"
	default:
		return "FLOAT"
	}
}

func vectorTypeOf[T VectorElement]() vectorType {
	var zero T
	switch any(zero).(type) {
	case int8:
		return vectorInt8
	case int16:
		return vectorInt16
	case int32:
		return vectorInt32
	case int64:
		return vectorInt64
	case float32:
		return vectorFloat32
	default:
		return vectorFloat64
	}
}

// VectorValue returns a VECTOR. It keeps the slice, which must not be changed afterwards.
func VectorValue[T VectorElement](vec Vector[T]) Value {
	return Value{
		kind: KindVector, ptr: unsafe.Pointer(unsafe.SliceData(vec)), num: uint64(len(vec)),
		aux: uint32(vectorTypeOf[T]()),
	}
}

// AsVector returns a VECTOR whose elements are of type T. The slice belongs to the value and must not be changed.
func AsVector[T VectorElement](v Value) (vec Vector[T], ok bool) {
	if v.kind != KindVector || v.vectorType() != vectorTypeOf[T]() {
		return nil, false
	}
	return vectorElements[T](v), true
}

func (v Value) vectorType() vectorType { return vectorType(v.aux) }

func vectorElements[T VectorElement](v Value) Vector[T] {
	if v.ptr == nil {
		return Vector[T]{}
	}
	return unsafe.Slice((*T)(v.ptr), int(v.num))
}

// vectorAny returns the vector as a Vector of its element type.
func (v Value) vectorAny() any {
	switch v.vectorType() {
	case vectorInt8:
		return vectorElements[int8](v)
	case vectorInt16:
		return vectorElements[int16](v)
	case vectorInt32:
		return vectorElements[int32](v)
	case vectorInt64:
		return vectorElements[int64](v)
	case vectorFloat32:
		return vectorElements[float32](v)
	default:
		return vectorElements[float64](v)
	}
}
