package records

import (
	"encoding/binary"
	"strconv"
	"unsafe"
)

func (v Value) appendVectorJSON(dst []byte) []byte {
	switch v.vectorType() {
	case vectorInt8:
		return appendJSONArray(dst, vectorElements[int8](v), appendJSONInt)
	case vectorInt16:
		return appendJSONArray(dst, vectorElements[int16](v), appendJSONInt)
	case vectorInt32:
		return appendJSONArray(dst, vectorElements[int32](v), appendJSONInt)
	case vectorInt64:
		return appendJSONArray(dst, vectorElements[int64](v), appendJSONInt)
	case vectorFloat32:
		return appendJSONArray(dst, vectorElements[float32](v), func(f float32, dst []byte) []byte { return appendJSONFloat(dst, float64(f), 32) })
	default:
		return appendJSONArray(dst, vectorElements[float64](v), func(f float64, dst []byte) []byte { return appendJSONFloat(dst, f, 64) })
	}
}

func appendJSONInt[T int8 | int16 | int32 | int64](i T, dst []byte) []byte {
	return strconv.AppendInt(dst, int64(i), 10)
}

// appendVectorText appends the vector in Cypher's notation.
func (v Value) appendVectorText(dst []byte) []byte {
	dst = v.appendVectorJSON(append(dst, "vector("...))
	dst = strconv.AppendUint(append(dst, ", "...), v.num, 10)
	return append(append(append(dst, ", "...), v.vectorType().String()...), ')')
}

// appendVectorData appends the elements as they travel.
func appendVectorData(dst []byte, v Value) []byte {
	switch v.vectorType() {
	case vectorInt8:
		return appendInt8s(dst, vectorElements[int8](v))
	case vectorInt16:
		return appendInt16s(dst, vectorElements[int16](v))
	case vectorInt32:
		return appendInt32s(dst, vectorElements[int32](v))
	case vectorInt64:
		return appendInt64s(dst, vectorElements[int64](v))
	case vectorFloat32:
		return appendInt32s(dst, unsafe.Slice((*int32)(v.ptr), int(v.num))) // the bits of a float32, NaN payloads included
	default:
		return appendInt64s(dst, unsafe.Slice((*int64)(v.ptr), int(v.num)))
	}
}

func appendInt8s(dst []byte, elements []int8) []byte {
	for _, e := range elements {
		dst = append(dst, byte(e))
	}
	return dst
}

func appendInt16s(dst []byte, elements []int16) []byte {
	for _, e := range elements {
		dst = binary.BigEndian.AppendUint16(dst, uint16(e))
	}
	return dst
}

func appendInt32s(dst []byte, elements []int32) []byte {
	for _, e := range elements {
		dst = binary.BigEndian.AppendUint32(dst, uint32(e))
	}
	return dst
}

func appendInt64s(dst []byte, elements []int64) []byte {
	for _, e := range elements {
		dst = binary.BigEndian.AppendUint64(dst, uint64(e))
	}
	return dst
}
