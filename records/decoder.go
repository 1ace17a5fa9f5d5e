package records

import (
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// Decoder receives the rows of one result from a connection. It is not safe for concurrent use.
type Decoder interface {
	// Keys is called once, before the first row, with the names of the columns. The decoder keeps the slice.
	Keys(keys []string) error
	// Row decodes one row: the list of values of a RECORD message. The bytes are valid during the call only. A
	// *packstream.Error says that they are not what the protocol allows; any other error ends the result and leaves the
	// connection intact.
	Row(row []byte) error
}

// Rows is a Decoder whose decoded rows are taken in blocks.
type Rows[T any] interface {
	Decoder
	// Take returns what was decoded since the last Take. The slice, though not its elements, is used again by the next
	// Row.
	Take() []T
}

// valueDecoder reads values into memory that they share: see chunk. Its memory has to be given.
type valueDecoder struct {
	r packstream.Reader // of the row; here because a pointer to one in a function would escape

	text          chunk[byte]
	values        chunk[Value]
	items         chunk[Entry]
	strings       chunk[string]
	nodes         chunk[node]
	relationships chunk[relationship]
	names         interner
	outlines      outlines
	zone          zoneMemo
	noUUIDs       string // the version of Bolt in which there are none
	memory        memory
	own           bool // every row has its texts to itself: they end up in a type of the caller's
	scratch       Value

	// promised counts the items that lists and maps have announced and that are still to come. Each needs a byte, so
	// nested lists which all announce the same bytes are found out before anything is allocated for them.
	promised int
	depth    int
	within   int  // how many structures that hold values are around
	broken   bool // the input is malformed: no use in trying to skip what failed
}

// How much one allocation may hold at most: little enough that keeping one record of many pins little. The numbers are odd since Go's allocator adds a
// word to what holds pointers, and has sizes of its own: 31 values fill 768 bytes and 127 fill 3072, where one more would take the next larger size.
const (
	textBytes      = 4 << 10
	ownTextBytes   = 128
	chunkValues    = 127
	chunkEntries   = 76
	chunkStrings   = 63
	chunkEntities  = 31
	recordsPerSlab = 31
	slabValues     = 127
	slabWide       = 511 // where that would be few rows
)

const errDepth = errorString("it nests deeper than 1000 levels")

// DecodeValue reads one value, which has its memory to itself. Malformed input is reported by r's Err; a value which is
// well formed and makes no sense is an [Invalid] one.
func DecodeValue(r *packstream.Reader) Value {
	return decodeAlone(r, valueDecoder{memory: unlimited})
}

// decodeMetadata reads a part of what a server says about a result. A message can have millions of such values, so no zone is looked up for any of them.
func decodeMetadata(r *packstream.Reader) Value {
	return decodeAlone(r, valueDecoder{memory: unlimited, zone: zoneMemo{lookUps: maxLookUps}})
}

func decodeAlone(r *packstream.Reader, d valueDecoder) Value {
	d.r = *r
	var v Value
	d.value(&v)
	*r = d.r
	return v
}

// value reads one value into v, which is null.
func (d *valueDecoder) value(v *Value) {
	switch d.r.Kind() {
	case packstream.Int:
		v.kind, v.num = KindInt, uint64(d.r.Int())
	case packstream.String:
		d.stringValue(v, d.r.RawText())
	case packstream.Float:
		*v = FloatValue(d.r.Float())
	case packstream.Null:
		d.r.Null()
	case packstream.Bool:
		*v = BoolValue(d.r.Bool())
	case packstream.List:
		if d.enter(v) {
			d.list(v)
			d.depth--
		}
	case packstream.Map:
		if d.enter(v) {
			d.dictionary(v)
			d.depth--
		}
	case packstream.Struct:
		if d.enter(v) {
			d.structure(v)
			d.depth--
		}
	case packstream.Bytes:
		d.bytes(v)
	case packstream.UUID:
		d.uuid(v)
	default:
		d.r.Skip() // reports what is wrong
	}
}

// stringValue makes a STRING of b. One that is no UTF-8 spoils only itself.
func (d *valueDecoder) stringValue(v *Value, b []byte) {
	if !validText(b) {
		d.charge(invalidBytes)
		*v = invalidValue(KindString, errorString("it is not valid UTF-8"))
		return
	}
	v.kind, v.num, v.ptr = KindString, uint64(len(b)), d.copy(b)
}

func (d *valueDecoder) bytes(v *Value) {
	b := d.r.Bytes()
	v.kind, v.num, v.ptr = KindBytes, uint64(len(b)), d.copy(b)
}

func (d *valueDecoder) uuid(v *Value) {
	u := d.readUUID()
	v.kind, v.num, v.ptr = KindUUID, uint64(len(u)), d.copy(u[:])
}

// readUUID reads a UUID. Before Bolt 6.1 there are none, and a server that sends one is broken.
func (d *valueDecoder) readUUID() [16]byte {
	if d.noUUIDs != "" {
		d.broken = true
		d.r.Fail(&packstream.Error{Offset: d.r.Offset(), Reason: "a UUID, which there is none of in Bolt " + d.noUUIDs})
	}
	return d.r.UUID()
}

// copy returns the first byte of a copy of b, nil where b is empty.
func (d *valueDecoder) copy(b []byte) unsafe.Pointer {
	if d.own {
		return unsafe.Pointer(unsafe.StringData(d.ownString(b, d.r.Len())))
	}
	if len(b) == 0 {
		return nil
	}
	dst := d.text.take(len(b), textBytes)
	copy(dst, b)
	return unsafe.Pointer(unsafe.SliceData(dst))
}

// ownString returns a copy of b that shares its memory with the texts behind it in the row, if with any. left is how many bytes are behind b.
func (d *valueDecoder) ownString(b []byte, left int) string {
	n := len(b)
	switch c := &d.text; {
	case n == 0:
		return ""
	case n > len(c.memory)-c.used:
		if n > ownTextBytes/2 || left == 0 {
			return string(b)
		}
		c.memory, c.used = make([]byte, min(n+left, ownTextBytes)), 0
	}
	dst := d.text.take(n, ownTextBytes)
	copy(dst, b)
	return unsafe.String(unsafe.SliceData(dst), n)
}

// str reads a String that is part of a structure; the structure fails with it.
func (d *valueDecoder) str() string {
	b := d.r.Text()
	return unsafe.String((*byte)(d.copy(b)), len(b))
}

// name reads a String that is likely to come again in every row: a key, a label, a type.
func (d *valueDecoder) name() string {
	offset := d.r.Offset()
	s, ok := d.names.intern(d.r.RawText())
	if !ok {
		d.r.Fail(&packstream.Error{Offset: offset, Reason: "a String that is not valid UTF-8"})
	}
	return s
}

// enter reports whether a value that holds others may be read. One that is too deep is skipped.
func (d *valueDecoder) enter(v *Value) bool {
	if d.depth == packstream.MaxDepth {
		d.r.Skip()
		*v = invalidValue(KindInvalid, errDepth)
		return false
	}
	d.depth++
	return true
}

// promise takes note of n announced values, and pays for them. It fails when more are announced than can be there.
func (d *valueDecoder) promise(n int) bool {
	d.promised += n
	d.memory.room -= n * itemBytes
	return min(d.r.Len()-d.promised, d.memory.room) >= 0 || d.overpromised()
}

func (d *valueDecoder) overpromised() bool {
	if d.promised <= d.r.Len() {
		return d.overdrawn()
	}
	d.r.Fail(&packstream.Error{Offset: d.r.Offset(), Reason: "a size larger than what has arrived"})
	return false
}

func (d *valueDecoder) list(v *Value) {
	n := d.r.List()
	if !d.promise(n) {
		return
	}
	items := d.values.take(n, chunkValues)
	for i := range items {
		d.promised--
		d.value(&items[i])
	}
	v.kind, v.num, v.ptr = KindList, uint64(n), unsafe.Pointer(unsafe.SliceData(items))
}

func (d *valueDecoder) dictionary(v *Value) {
	m := d.entries()
	v.kind, v.num, v.ptr = KindMap, uint64(len(m)), unsafe.Pointer(unsafe.SliceData(m))
}

// entries reads a Dictionary.
func (d *valueDecoder) entries() Map {
	n := d.r.Map()
	if !d.promiseEntries(n) {
		return nil
	}
	m := Map(d.items.take(n, chunkEntries))
	for i := range m {
		d.promised -= 2
		m[i].Key = d.name()
		d.value(&m[i].Value)
	}
	if d.r.Err() != nil {
		return nil // of no use to anybody
	}
	return m.unique()
}
