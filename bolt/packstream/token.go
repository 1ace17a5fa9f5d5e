package packstream

import "encoding/binary"

// Token reads the token at b[at] if it is a Null, a Boolean, an Integer, a Float, or the header of a String, a List or a Dictionary, and returns its kind
// and where the next byte is. bits is the value, that of a Float as [math.Float64bits] has it, or the size, for which there are bytes enough.
//
// The kind of everything else is Invalid, also of a token that is cut off, and the rest of no meaning: a [Reader] can tell what it is. Token is for rows, most of which hold
// nothing else: a place that is passed along stays in a register, that of a Reader does not.
func Token(b []byte, at int) (k Kind, bits uint64, next int) {
	if uint(at) >= uint(len(b)) {
		return Invalid, 0, at
	}
	m := b[at]
	rest := b[at+1:]
	switch {
	case int8(m) >= -16:
		return Int, uint64(int8(m)), at + 1
	case m < markerTinyStruct:
		return sized(kinds[m], uint64(m&0x0F), at+1, len(rest))
	case len(rest) < int(payload[m]):
		return Invalid, 0, at
	}
	switch m {
	case markerNull:
		return Null, 0, at + 1
	case markerFalse, markerTrue:
		return Bool, uint64(m & 1), at + 1
	case markerFloat:
		return Float, binary.BigEndian.Uint64(rest), at + 9
	case markerInt8:
		return Int, uint64(int8(rest[0])), at + 2
	case markerInt16:
		return Int, uint64(int16(binary.BigEndian.Uint16(rest))), at + 3
	case markerInt32:
		return Int, uint64(int32(binary.BigEndian.Uint32(rest))), at + 5
	case markerInt64:
		return Int, binary.BigEndian.Uint64(rest), at + 9
	case markerString8, markerList8, markerMap8:
		return sized(kinds[m], uint64(rest[0]), at+2, len(rest)-1)
	case markerString16, markerList16, markerMap16:
		return sized(kinds[m], uint64(binary.BigEndian.Uint16(rest)), at+3, len(rest)-2)
	}
	return Invalid, 0, at
}

// sized is a String, a List or a Dictionary of n, if so much can be there in what is left.
func sized(k Kind, n uint64, at, left int) (Kind, uint64, int) {
	if k == Map {
		left /= 2
	}
	if n > uint64(left) {
		return Invalid, 0, at
	}
	return k, n, at
}

// payload is how many bytes belong to a marker.
var payload = [256]uint8{
	markerFloat: 8, markerInt8: 1, markerInt16: 2, markerInt32: 4, markerInt64: 8,
	markerString8: 1, markerList8: 1, markerMap8: 1, markerString16: 2, markerList16: 2, markerMap16: 2,
}
