package packstream

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// MaxDepth is how deep values may nest before a consumer that recurses into them must give up. The Reader itself has no
// such limit, since it does not recurse: [Reader.Skip] passes any depth.
const MaxDepth = 1000

// Reader walks the tokens of one complete message or row. Its errors stick: after the first one every method returns a
// zero value, so a caller may read a whole message and look at [Reader.Err] once.
//
// A Reader is a small value which never allocates, except to report an error. Copying one keeps the place in the
// input. It is not safe for concurrent use. What Bytes, Text and Raw return are views of the input, which stay valid as
// long as the input does.
type Reader struct {
	buf []byte
	pos int // after an error: len(buf), so that no fast path needs to look at err
	err error
}

// NewReader returns a Reader that stands at the first token of b.
func NewReader(b []byte) Reader { return Reader{buf: b} }

// Reset makes the Reader stand at the first token of b, without an error.
func (r *Reader) Reset(b []byte) {
	r.buf, r.pos = b, 0
	if r.err != nil { // while the collector runs, writing what is there already is not free
		r.err = nil
	}
}

// Err returns the first error, nil when there was none. It is an [*Error] unless it came from [Reader.Fail].
func (r *Reader) Err() error { return r.err }

// Fail makes err the Reader's error unless it has one, and ends the input.
func (r *Reader) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.pos = len(r.buf)
}

// Len returns the number of bytes that are left.
func (r *Reader) Len() int { return len(r.buf) - r.pos }

// Offset returns the number of bytes that have been read.
func (r *Reader) Offset() int { return r.pos }

// Seek makes the Reader stand at the token that begins offset bytes behind the first. After an error it does nothing.
func (r *Reader) Seek(offset int) {
	if r.err == nil {
		r.pos = min(offset, len(r.buf))
	}
}

// Input returns all bytes, read or not (a view).
func (r *Reader) Input() []byte { return r.buf }

// Rest returns the bytes that are left (a view), and leaves them unread.
func (r *Reader) Rest() []byte { return r.buf[r.pos:] }

// Kind returns the kind of the next token without reading it: Invalid at the end, at a reserved marker and after an error.
func (r *Reader) Kind() Kind {
	if r.pos < len(r.buf) {
		return kinds[r.buf[r.pos]]
	}
	return Invalid
}

// Null reads a Null.
func (r *Reader) Null() {
	if r.pos < len(r.buf) && r.buf[r.pos] == markerNull {
		r.pos++
		return
	}
	r.unexpected(Null)
}

// Bool reads a Boolean.
func (r *Reader) Bool() bool {
	if r.pos < len(r.buf) {
		if m := r.buf[r.pos]; m == markerTrue || m == markerFalse {
			r.pos++
			return m == markerTrue
		}
	}
	r.unexpected(Bool)
	return false
}

// Int reads an Integer of any form, the longer ones included where a shorter one would do.
func (r *Reader) Int() int64 {
	if r.pos < len(r.buf) {
		if v := int8(r.buf[r.pos]); v >= -16 {
			r.pos++
			return int64(v)
		}
	}
	return r.longInt()
}

func (r *Reader) longInt() int64 {
	b := r.buf[r.pos:]
	if len(b) == 0 || b[0] < markerInt8 || b[0] > markerInt64 {
		r.unexpected(Int)
		return 0
	}
	size := 1 << (b[0] - markerInt8)
	if len(b) <= size {
		r.truncated()
		return 0
	}
	r.pos += 1 + size
	switch b = b[1:]; size {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b)))
	}
	return int64(binary.BigEndian.Uint64(b))
}

// Float reads a Float; it does not convert an Integer.
func (r *Reader) Float() float64 {
	if b := r.buf[r.pos:]; len(b) >= 9 && b[0] == markerFloat {
		r.pos += 9
		return math.Float64frombits(binary.BigEndian.Uint64(b[1:]))
	}
	if r.Kind() == Float {
		r.truncated()
		return 0
	}
	r.unexpected(Float)
	return 0
}

// Bytes reads a Bytes and returns a view of it.
func (r *Reader) Bytes() []byte {
	if r.Kind() != Bytes {
		r.unexpected(Bytes)
		return nil
	}
	return r.take(r.longSize(markerBytes8, 1))
}

// Text reads a String and returns a view of its bytes, which are valid UTF-8.
func (r *Reader) Text() []byte {
	start := r.pos
	b := r.RawText()
	if !utf8.Valid(b) {
		r.pos = start
		r.fail("a String that is not valid UTF-8")
		return nil
	}
	return b
}

// RawText reads a String and returns a view of its bytes without looking whether they are valid UTF-8.
func (r *Reader) RawText() []byte {
	if r.pos < len(r.buf) {
		if m := r.buf[r.pos]; m&0xF0 == markerTinyString {
			r.pos++
			return r.take(int(m & 0x0F))
		}
	}
	if r.Kind() != String {
		r.unexpected(String)
		return nil
	}
	return r.take(r.longSize(markerString8, 1))
}

// String reads a String and returns a copy of it. (A Reader is therefore not a useful fmt.Stringer.)
func (r *Reader) String() string { return string(r.Text()) }

// UUID reads a UUID.
func (r *Reader) UUID() (u [16]byte) {
	if r.Kind() != UUID {
		r.unexpected(UUID)
		return u
	}
	r.pos++
	copy(u[:], r.take(len(u)))
	return u
}

// List reads the header of a List and returns how many items follow. That many bytes are there at least.
func (r *Reader) List() int {
	if r.pos < len(r.buf) {
		if m := r.buf[r.pos]; m&0xF0 == markerTinyList {
			r.pos++
			return r.fits(int(m&0x0F), 1)
		}
	}
	if r.Kind() != List {
		r.unexpected(List)
		return 0
	}
	return r.longSize(markerList8, 1)
}

// Map reads the header of a Dictionary and returns how many pairs of a String and a value follow. Twice as many bytes
// are there at least.
func (r *Reader) Map() int {
	if r.pos < len(r.buf) {
		if m := r.buf[r.pos]; m&0xF0 == markerTinyMap {
			r.pos++
			return r.fits(int(m&0x0F), 2)
		}
	}
	if r.Kind() != Map {
		r.unexpected(Map)
		return 0
	}
	return r.longSize(markerMap8, 2)
}

// Struct reads the header of a Structure and returns its tag and how many fields follow.
func (r *Reader) Struct() (tag byte, fields int) {
	b := r.buf[r.pos:]
	switch {
	case len(b) == 0 || b[0]&0xF0 != markerTinyStruct:
		r.unexpected(Struct)
		return 0, 0
	case len(b) < 2:
		r.truncated()
		return 0, 0
	}
	r.pos += 2
	if fields = r.fits(int(b[0]&0x0F), 1); r.err != nil {
		return 0, 0
	}
	return b[1], fields
}

// longSize reads a size of 1, 2 or 4 bytes behind one of three markers that follow each other, and checks that as many
// elements of at least unit bytes each can be there.
func (r *Reader) longSize(first byte, unit int) int {
	b := r.buf[r.pos:]
	width := 1 << (b[0] - first)
	if len(b) <= width {
		r.truncated()
		return 0
	}
	var n uint32
	switch width {
	case 1:
		n = uint32(b[1])
	case 2:
		n = uint32(binary.BigEndian.Uint16(b[1:]))
	default:
		n = binary.BigEndian.Uint32(b[1:])
	}
	if n > MaxSize {
		r.fail("a size beyond 2147483647")
		return 0
	}
	r.pos += 1 + width
	return r.fits(int(n), unit)
}

// fits returns n if n elements of at least unit bytes can still be there, and fails otherwise. It divides, since a
// product could overflow where int has 32 bits.
func (r *Reader) fits(n, unit int) int {
	if n > r.Len()/unit {
		r.fail("a size larger than what has arrived")
		return 0
	}
	return n
}

// take returns a view of the next n bytes. Its capacity ends with it: an append cannot reach what follows.
func (r *Reader) take(n int) []byte {
	if n > r.Len() {
		r.truncated()
		return nil
	}
	b := r.buf[r.pos : r.pos+n : r.pos+n]
	r.pos += n
	return b
}

func (r *Reader) fail(reason string) {
	r.Fail(&Error{Offset: r.pos, Reason: reason})
}

func (r *Reader) truncated() { r.fail("the input ends within a value") }

// unexpected fails because the next token is none of the kind that was asked for.
func (r *Reader) unexpected(want Kind) {
	if r.err != nil {
		return
	}
	switch k := r.Kind(); {
	case k != Invalid:
		r.fail("expected " + want.String() + ", found " + k.String())
	case r.pos < len(r.buf):
		const hex = "0123456789ABCDEF"
		m := r.buf[r.pos]
		r.fail("expected " + want.String() + ", found the reserved marker " + string([]byte{hex[m>>4], hex[m&0x0F]}))
	default:
		r.fail("expected " + want.String() + ", found the end")
	}
}
