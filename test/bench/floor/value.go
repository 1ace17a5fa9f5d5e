package floor

import "unsafe"

// value is a tagged union, as small as it can be: which of the two fields counts depends on kind.
type value struct {
	ptr  unsafe.Pointer // text, or the first of several values
	num  uint64         // the number, its bits, or how many ptr points to
	kind kind
}

type kind uint8

const (
	null kind = iota
	boolean
	integer
	float
	text
	bytes
	list
	dict // keys and values in turn
	structure
)

// slabs are what values are cut from. They are bounded as those of the driver are, so that keeping one record keeps no more than that.
type slabs struct {
	values []value
	text   []byte
}

const (
	rowsPerSlab  = 32
	bytesPerSlab = 4 << 10
)

// take returns room for n values.
func (s *slabs) take(n int) []value {
	if n > len(s.values) {
		s.values = make([]value, rowsPerSlab*n)
	}
	taken := s.values[:n:n]
	s.values = s.values[n:]
	return taken
}

// copy returns a copy of b.
func (s *slabs) copy(b []byte) unsafe.Pointer {
	if len(b) > bytesPerSlab/4 {
		return unsafe.Pointer(unsafe.SliceData(append([]byte(nil), b...)))
	}
	if len(b) > len(s.text) {
		s.text = make([]byte, bytesPerSlab)
	}
	n := copy(s.text, b)
	p := unsafe.Pointer(unsafe.SliceData(s.text))
	s.text = s.text[n:]
	return p
}

func ofList(k kind, items []value) value {
	return value{kind: k, ptr: unsafe.Pointer(unsafe.SliceData(items)), num: uint64(len(items))}
}

func (v value) list() []value { return unsafe.Slice((*value)(v.ptr), v.num) }
