package records

import "github.com/neorx/neorx/bolt/packstream"

// row reads a row into values, which are null and as many as there are columns. What most columns are is read by scalars; the reader comes in for the
// others, and to tell what is wrong.
func (d *valueDecoder) row(row []byte, values []Value) error {
	read, at := 0, 0
	if k, n, next := packstream.Token(row, 0); k == packstream.List && n == uint64(len(values)) {
		read, at = d.scalars(values, row, next)
		if read == len(values) && at == len(row) {
			return nil
		}
	}
	if err := d.beginRow(row, len(values)); err != nil {
		return err
	}
	d.r.Seek(max(at, d.r.Offset()))
	for values = values[read:]; len(values) > 0; values = values[1+read:] {
		d.value(&values[0])
		read, at = d.scalars(values[1:], row, d.r.Offset())
		d.r.Seek(at)
	}
	return d.endRow()
}

// scalars reads the values from at on, as long as they hold no others, and returns how many there were and where it has stopped.
func (d *valueDecoder) scalars(values []Value, row []byte, at int) (n, next int) {
	for n = range values {
		v := &values[n]
		k, bits, next := packstream.Token(row, at)
		switch k {
		case packstream.Int:
			v.kind, v.num = KindInt, bits
		case packstream.String:
			end := next + int(bits)
			d.stringValue(v, row[next:end])
			next = end
		case packstream.Float:
			v.kind, v.num = KindFloat, bits
		case packstream.Bool:
			v.kind, v.num = KindBool, bits
		case packstream.Null:
		default:
			return n, at
		}
		at = next
	}
	return len(values), at
}
