package records

import (
	"math"
	"strconv"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// memory bounds what the values of one row take besides their texts, which are never larger than
// the row itself. A byte of a row can become a Value of 24 bytes, or a struct of the program's of
// any size, so the size of a row alone says little. What is charged here is what the decoder
// allocates.
type memory struct {
	limit int
	room  int // what is left for this row
}

// What values cost. Those that live in a Value alone are free: the list or the map that holds them
// has paid.
const (
	itemBytes         = int(unsafe.Sizeof(Value{})) // each item of a list; a key and a value of a map are two
	pointBytes        = int(unsafe.Sizeof(Point3D{}))
	durationBytes     = int(unsafe.Sizeof(Duration{}))
	zoneBytes         = 256                                      // a zone that is not a quarter of an hour
	nodeBytes         = int(unsafe.Sizeof(node{})) + 128         // with its number as text, and a header for its keys
	relationshipBytes = int(unsafe.Sizeof(relationship{})) + 192 // likewise, with three of them
	pathBytes         = int(unsafe.Sizeof(path{})) + 64
	unsupportedBytes  = int(unsafe.Sizeof(Unsupported{})) + 64
	invalidBytes      = 128 // an error and its text
	keyBytes          = 64  // of a large map, to find keys that come twice
	entryBytes        = 128 // of a map of Go's, beside the element
)

// unlimited is for rows that come from a place which is trusted.
var unlimited = memory{limit: math.MaxInt, room: math.MaxInt}

// begin starts a row.
func (m *memory) begin() { m.room = m.limit }

// charge notes that n bytes are about to be allocated, and fails if that is too much.
func (d *valueDecoder) charge(n int) bool {
	d.memory.room -= n
	return d.memory.room >= 0 || d.overdrawn()
}

// promiseEntries is promise for n entries of a map.
func (d *valueDecoder) promiseEntries(n int) bool {
	return d.promise(2*n) && (n <= scanMax || d.charge(n*keyBytes))
}

// overdrawn fails. The row is of no more use, whatever is around what did not fit.
func (d *valueDecoder) overdrawn() bool {
	d.broken = true
	d.r.Fail(&packstream.Error{
		Offset: d.r.Offset(),
		Reason: "the values of a row take more than " + strconv.Itoa(d.memory.limit) +
			" bytes: WithMaxMessageMemory allows for more",
	})
	return false
}

// LimitMemory bounds the memory, in bytes, that the values of one row take besides their texts:
// connections call it. Default: no limit.
func (rows *RecordRows) LimitMemory(bytes int) { rows.decoder.memory.limit = bytes }

// LimitMemory bounds the memory, in bytes, that the values of one row take besides their texts:
// connections call it. Default: no limit.
func (rows *StructRows[T]) LimitMemory(bytes int) { rows.decoder.memory.limit = bytes }
