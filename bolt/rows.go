package bolt

import "encoding/binary"

// rowQueue holds the undecoded rows of a result in one piece of memory that is used again. Each is a RECORD as it is on the wire in one chunk; a
// row that does not fit into one is behind an empty chunk and its length in four bytes.
type rowQueue struct {
	buf  []byte
	head int
	n    int
}

// keptRowBytes is the largest buffer that an empty queue keeps.
const keptRowBytes = 256 << 10

// push adds n rows, each of which has come in one chunk.
func (q *rowQueue) push(run []byte, n int) {
	q.buf = append(q.buf, run...)
	q.n += n
}

// pushOne adds a row without anything around it.
func (q *rowQueue) pushOne(row []byte) {
	q.buf = binary.BigEndian.AppendUint32(append(q.buf, 0, 0), uint32(len(row)))
	q.buf = append(q.buf, row...)
	q.n++
}

// pop returns the oldest row, valid until the next push.
func (q *rowQueue) pop() []byte {
	q.n--
	rest := q.buf[q.head:]
	size := int(binary.BigEndian.Uint16(rest))
	if size == 0 {
		size = int(binary.BigEndian.Uint32(rest[2:]))
		q.head += 6 + size
		return rest[6 : 6+size]
	}
	q.head += size + recordHead
	return rest[recordHead : 2+size]
}

// clear forgets the rows, and the memory too if it is large.
func (q *rowQueue) clear() {
	if cap(q.buf) > keptRowBytes {
		q.buf = nil
	}
	q.buf, q.head, q.n = q.buf[:0], 0, 0
}
