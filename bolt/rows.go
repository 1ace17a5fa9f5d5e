package bolt

import "encoding/binary"

// rowQueue holds the undecoded rows of a result, each behind its length, in one piece of memory that is used again.
type rowQueue struct {
	buf  []byte
	head int
	n    int
}

// keptRowBytes is the largest buffer that an empty queue keeps.
const keptRowBytes = 256 << 10

func (q *rowQueue) push(row []byte) {
	q.buf = binary.NativeEndian.AppendUint32(q.buf, uint32(len(row)))
	q.buf = append(q.buf, row...)
	q.n++
}

// pop returns the oldest row, valid until the next push.
func (q *rowQueue) pop() []byte {
	size := int(binary.NativeEndian.Uint32(q.buf[q.head:]))
	row := q.buf[q.head+4 : q.head+4+size]
	q.head += 4 + size
	q.n--
	return row
}

// clear forgets the rows, and the memory too if it is large.
func (q *rowQueue) clear() {
	if cap(q.buf) > keptRowBytes {
		q.buf = nil
	}
	q.buf, q.head, q.n = q.buf[:0], 0, 0
}
