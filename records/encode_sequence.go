package records

import (
	"encoding/binary"
	"reflect"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// list32 marks a LIST whose length takes four bytes. The length of a sequence is known at its end
// only, so it always gets that form.
const list32 = 0xD6

// encodeSequence is the plan of a type such as iter.Seq[T], which becomes a LIST. The sequence runs
// once for each encoding, on the goroutine of the encoder.
func encodeSequence(t reflect.Type) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error {
		seq := reflect.NewAt(t, p).Elem()
		if seq.IsNil() {
			e.null()
			return nil
		}
		if e.depth++; e.depth > packstream.MaxDepth {
			return errorString("it nests deeper than 1000 levels")
		}
		start, n := len(e.buf), 0
		e.buf = append(e.buf, list32, 0, 0, 0, 0)
		for item := range seq.Seq() {
			if err := e.any(item.Interface()); err != nil {
				return atIndex(err, n)
			}
			n++
		}
		if err := checkSize(n); err != nil {
			return err
		}
		binary.BigEndian.PutUint32(e.buf[start+1:], uint32(n))
		e.depth--
		return nil
	}
}

// isSequence reports whether t is a func(yield func(T) bool).
func isSequence(t reflect.Type) bool { return t.Kind() == reflect.Func && t.CanSeq() }
