package records

import (
	"encoding/binary"
	"unicode/utf8"
)

const notASCII = 0x8080808080808080

// validText is utf8.Valid for what most text is: short, and ASCII.
func validText(b []byte) bool {
	n := len(b)
	switch {
	case n >= 8:
		bits := binary.LittleEndian.Uint64(b[n-8:]) // overlaps what the loop reads
		for i := 0; i+8 <= n; i += 8 {
			bits |= binary.LittleEndian.Uint64(b[i:])
		}
		if bits&notASCII == 0 {
			return true
		}
	case n >= 4:
		if (binary.LittleEndian.Uint32(b)|binary.LittleEndian.Uint32(b[n-4:]))&uint32(notASCII&0xFFFFFFFF) == 0 {
			return true
		}
	case n > 0:
		if b[0]|b[n/2]|b[n-1] < utf8.RuneSelf {
			return true
		}
	}
	return utf8.Valid(b)
}
