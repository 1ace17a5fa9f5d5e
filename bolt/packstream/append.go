package packstream

import (
	"encoding/binary"
	"math"
)

// MaxSize is the largest size that a String, a Bytes, a List or a Map can have on the wire.
const MaxSize = math.MaxInt32

// AppendNull appends a Null.
func AppendNull(dst []byte) []byte { return append(dst, markerNull) }

// AppendBool appends a Boolean.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, markerTrue)
	}
	return append(dst, markerFalse)
}

// AppendInt appends an Integer in the smallest form that holds it.
func AppendInt(dst []byte, v int64) []byte {
	switch {
	case v >= -16 && v <= math.MaxInt8:
		return append(dst, byte(v))
	case v >= math.MinInt8 && v < -16:
		return append(dst, markerInt8, byte(v))
	case v >= math.MinInt16 && v <= math.MaxInt16:
		return append(dst, markerInt16, byte(v>>8), byte(v))
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return binary.BigEndian.AppendUint32(append(dst, markerInt32), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(dst, markerInt64), uint64(v))
}

// AppendFloat appends a Float. NaN payloads and infinities travel unchanged.
func AppendFloat(dst []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, markerFloat), math.Float64bits(v))
}

// AppendString appends a String. Whether s is valid UTF-8, and no longer than [MaxSize], is the caller's to see to.
func AppendString(dst []byte, s string) []byte {
	return append(appendSize(dst, len(s), markerTinyString, markerString8), s...)
}

// AppendBytes appends a Bytes, which may be no longer than [MaxSize].
func AppendBytes(dst, b []byte) []byte {
	return append(AppendBytesHeader(dst, len(b)), b...)
}

// AppendBytesHeader appends the header of a Bytes of n bytes, which the caller appends next.
func AppendBytesHeader(dst []byte, n int) []byte {
	return appendLongSize(dst, n, markerBytes8) // Bytes have no tiny form
}

// AppendList appends the header of a List; its n items follow. n is at most [MaxSize].
func AppendList(dst []byte, n int) []byte {
	return appendSize(dst, n, markerTinyList, markerList8)
}

// AppendMap appends the header of a Dictionary; n pairs of a String and a value follow. n is at most [MaxSize].
func AppendMap(dst []byte, n int) []byte {
	return appendSize(dst, n, markerTinyMap, markerMap8)
}

// AppendStruct appends the header of a Structure of n fields, 0 to 15, which follow.
func AppendStruct(dst []byte, tag byte, n int) []byte {
	return append(dst, markerTinyStruct|byte(n&0x0F), tag)
}

// AppendUUID appends a UUID, which only Bolt 6.1 and newer understand.
func AppendUUID(dst []byte, u [16]byte) []byte {
	return append(append(dst, markerUUID), u[:]...)
}

func appendSize(dst []byte, n int, tiny, long byte) []byte {
	if n < 16 {
		return append(dst, tiny|byte(n))
	}
	return appendLongSize(dst, n, long)
}

// appendLongSize relies on the three long forms of every type following each other.
func appendLongSize(dst []byte, n int, long byte) []byte {
	switch {
	case n <= math.MaxUint8:
		return append(dst, long, byte(n))
	case n <= math.MaxUint16:
		return append(dst, long+1, byte(n>>8), byte(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, long+2), uint32(n))
}
