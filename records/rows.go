package records

import (
	"strconv"

	"github.com/neorx/neorx/bolt/packstream"
)

// RecordRows decodes rows into Records. At most 31 of them share an allocation, and 4 KiB of text, so that a few which
// are kept for long do not keep much else; [Record.Clone] detaches one altogether. It is not safe for concurrent use.
type RecordRows struct {
	decoder valueDecoder
	header  *header
	records []Record // the current slab
	values  []Value  // their values
	used    int      // how many of the records have been decoded
	ready   []*Record
	taken   bool // ready has been handed out, and may be written over
}

var _ Rows[*Record] = (*RecordRows)(nil)

// NewRows returns a decoder of Records for one result.
func NewRows() *RecordRows { return &RecordRows{decoder: valueDecoder{memory: unlimited}} }

// RefuseUUIDs makes a UUID malformed, as it is in the version of Bolt that is named: connections before 6.1 call it.
func (rows *RecordRows) RefuseUUIDs(version string) { rows.decoder.noUUIDs = version }

// Keys implements [Decoder].
func (rows *RecordRows) Keys(keys []string) error {
	rows.header = newHeader(keys)
	return nil
}

// Row implements [Decoder].
func (rows *RecordRows) Row(row []byte) error {
	rec := rows.next()
	if err := rows.decoder.row(row, rec.Values()); err != nil {
		return err
	}
	if rows.taken {
		rows.ready, rows.taken = rows.ready[:0], false
	}
	rows.ready = append(rows.ready, rec)
	return nil
}

// beginRow reads the header of a row, which has to have one value per column.
func (d *valueDecoder) beginRow(row []byte, columns int) error {
	d.r.Reset(row)
	d.names.begin()
	d.outlines.begin()
	d.promised, d.depth, d.within, d.broken = 0, 0, 0, false
	d.memory.begin()
	if d.own {
		d.text.used = len(d.text.memory)
	}
	n := d.r.List()
	if err := d.r.Err(); err != nil {
		return err
	}
	if n != columns {
		return &packstream.Error{Reason: "a row of " + strconv.Itoa(n) + " values for " + strconv.Itoa(columns) + " columns"}
	}
	return nil
}

// endRow returns what was wrong with a row whose values have been read.
func (d *valueDecoder) endRow() error {
	if err := d.r.Err(); err != nil {
		return err
	}
	if d.r.Len() > 0 {
		return &packstream.Error{Offset: d.r.Offset(), Reason: "bytes after the end of a row"}
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
	if rows.used == len(rows.records) {
		rows.refill()
	}
	rec := &rows.records[rows.used]
	rec.header = rows.header
	if n := len(rows.header.keys); n > 0 {
		rec.first = &rows.values[rows.used*n]
	}
	rows.used++
	return rec
}

// refill allocates the next slab: the first one for two records, since many results have no more, the third and
// following ones for 31, or for as many as keeps a slab of wide rows small.
func (rows *RecordRows) refill() {
	columns := max(1, len(rows.header.keys))
	limit := slabValues / columns
	if limit < recordsPerSlab/2 {
		limit = slabWide / columns
	}
	size := min(max(4*len(rows.records), 2), max(1, min(limit, recordsPerSlab)))
	rows.records, rows.values, rows.used = make([]Record, size), make([]Value, size*len(rows.header.keys)), 0
}
