package records

import (
	"strconv"

	"github.com/neorx/neorx/bolt/packstream"
)

// RecordRows decodes rows into Records. At most 32 of them share an allocation, and 4 KiB of text, so that a few which
// are kept for long do not keep much else; [Record.Clone] detaches one altogether. It is not safe for concurrent use.
type RecordRows struct {
	decoder valueDecoder
	header  *header
	slab    int      // how many records the last slab held
	records []Record // what is left of the slab
	values  []Value  // what is left of its values
	ready   []*Record
	taken   bool // ready has been handed out, and may be written over
}

var _ Rows[*Record] = (*RecordRows)(nil)

// NewRows returns a decoder of Records for one result.
func NewRows() *RecordRows { return &RecordRows{} }

// Keys implements [Decoder].
func (rows *RecordRows) Keys(keys []string) error {
	rows.header = newHeader(keys)
	return nil
}

// Row implements [Decoder].
func (rows *RecordRows) Row(row []byte) error {
	r := packstream.NewReader(row)
	if err := rowHeader(&r, len(rows.header.keys)); err != nil {
		return err
	}
	rec := rows.next()
	d := &rows.decoder
	d.names.begin()
	for i := range rec.values {
		d.value(&r, &rec.values[i])
	}
	if err := rowEnd(&r); err != nil {
		return err
	}
	if rows.taken {
		rows.ready, rows.taken = rows.ready[:0], false
	}
	rows.ready = append(rows.ready, rec)
	return nil
}

// rowHeader reads the header of a row, which has to have one value per column.
func rowHeader(r *packstream.Reader, columns int) error {
	n := r.List()
	if err := r.Err(); err != nil {
		return err
	}
	if n != columns {
		return &packstream.Error{Reason: "a row of " + strconv.Itoa(n) + " values for " + strconv.Itoa(columns) + " columns"}
	}
	return nil
}

// rowEnd returns what was wrong with a row whose values have been read.
func rowEnd(r *packstream.Reader) error {
	if err := r.Err(); err != nil {
		return err
	}
	if r.Len() > 0 {
		return &packstream.Error{Offset: r.Offset(), Reason: "bytes after the end of a row"}
	}
	return nil
}

// Take implements [Rows].
func (rows *RecordRows) Take() []*Record {
	if rows.taken {
		return nil
	}
	rows.taken = true
	return rows.ready
}

// next returns a record with its values all null.
func (rows *RecordRows) next() *Record {
	if len(rows.records) == 0 {
		rows.refill()
	}
	rec := &rows.records[0]
	rows.records = rows.records[1:]
	n := len(rows.header.keys)
	rec.header, rec.values = rows.header, rows.values[:n:n]
	rows.values = rows.values[n:]
	return rec
}

// refill allocates the next slab: the first one for two records, since many results have no more, the third and
// following ones for 32, or for as many as keeps a slab of wide rows small.
func (rows *RecordRows) refill() {
	columns := len(rows.header.keys)
	limit := max(1, min(recordsPerSlab, slabValues/max(1, columns)))
	rows.slab = min(max(4*rows.slab, 2), limit)
	rows.records = make([]Record, rows.slab)
	rows.values = make([]Value, rows.slab*columns)
}
