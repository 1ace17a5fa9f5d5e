package records

import (
	"encoding/hex"
	"unsafe"
)

// UUID is a UUID, which needs Bolt 6.1. The bytes are in the order in which they are written.
type UUID [16]byte

// ParseUUID reads the usual form, 550e8400-e29b-41d4-a716-446655440000, in either case.
func ParseUUID(s string) (UUID, error) {
	var u UUID
	err := u.UnmarshalText([]byte(s))
	return u, err
}

// String returns the usual form in lower case.
func (u UUID) String() string { return string(u.append(nil)) }

// MarshalText returns the usual form.
func (u UUID) MarshalText() ([]byte, error) { return u.append(nil), nil }

// UnmarshalText reads the usual form.
func (u *UUID) UnmarshalText(text []byte) error {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return errorString("records: " + quoted(text) + " is no UUID")
	}
	var digits [32]byte
	n := 0
	for _, part := range [][]byte{text[:8], text[9:13], text[14:18], text[19:23], text[24:]} {
		n += copy(digits[n:], part)
	}
	if _, err := hex.Decode(u[:], digits[:]); err != nil {
		return errorString("records: " + quoted(text) + " is no UUID")
	}
	return nil
}

func (u UUID) append(dst []byte) []byte {
	for i, part := range [][]byte{u[:4], u[4:6], u[6:8], u[8:10], u[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst
}

// UUIDValue returns a UUID.
func UUIDValue(u UUID) Value {
	return Value{kind: KindUUID, ptr: unsafe.Pointer(&u), num: uint64(len(u))}
}

// AsUUID returns a UUID.
func (v Value) AsUUID() (u UUID, ok bool) {
	if v.kind != KindUUID {
		return UUID{}, false
	}
	return v.uuid(), true
}

func (v Value) uuid() UUID { return *(*UUID)(v.ptr) }
