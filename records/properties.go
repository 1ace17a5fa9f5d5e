package records

import (
	"slices"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// The properties of a node or a relationship are a Record: like the records of a result, the entities in it share their keys.

// propertiesOf returns the properties of an entity that a program made.
func propertiesOf(props map[string]any) Record { return mapOf(props).record() }

// record returns the entries, whose keys are unique, as a Record.
func (m Map) record() Record {
	keys, values := make([]string, len(m)), make([]Value, len(m))
	for i := range m {
		keys[i], values[i] = m[i].Key, m[i].Value
	}
	return *NewRecord(keys, values...)
}

// outline is what an entity had that the one at the same place of the next row mostly has as well: its labels, and the keys of its properties.
type outline struct {
	labels []string
	raw    []byte  // the labels on the wire, if they are short
	header *header // with the keys; nil before there were any
}

// outlines holds those of a row, in order.
type outlines struct {
	seen []outline
	next int
}

// maxOutlines bounds them: entities further behind are compared with the one before.
const maxOutlines = 64

// maxRawLabels bounds the labels that are compared as they are on the wire: each outline has a copy of them.
const maxRawLabels = 256

// begin starts a row.
func (o *outlines) begin() { o.next = 0 }

// enter returns the outline for the next entity. A new one is like that of the entity before.
func (o *outlines) enter() *outline {
	switch n := len(o.seen); {
	case o.next < n:
		o.next++
	case n == 0:
		o.seen, o.next = append(o.seen, outline{}), 1
	case n < maxOutlines:
		last := o.seen[n-1]
		last.raw = slices.Clone(last.raw)
		o.seen, o.next = append(o.seen, last), n+1
	}
	return &o.seen[o.next-1]
}

// labels reads the labels of a node. A slice of them is shared by all nodes that have the same ones in a row.
func (d *valueDecoder) labels(o *outline) []string {
	rest := d.r.Rest()
	if n := len(o.raw); n > 0 && n <= len(rest) && string(rest[:n]) == string(o.raw) {
		d.r.Seek(d.r.Offset() + n)
		return o.labels
	}
	n := d.r.List()
	if !d.promise(n) {
		return nil
	}
	d.promised -= n // nothing nests in them
	labels := d.strings.take(n, chunkStrings)
	for i := range labels {
		labels[i] = d.name()
	}
	if size := len(rest) - d.r.Len(); d.r.Err() == nil && size <= maxRawLabels {
		o.labels, o.raw = labels, append(o.raw[:0], rest[:size]...)
	}
	return labels
}

// ownProperties reads the properties of an entity. Their keys are those of o as long as they are the same.
func (d *valueDecoder) ownProperties(o *outline) Record {
	n := d.r.Map()
	if !d.promiseEntries(n) {
		return Record{}
	}
	h := o.header
	known := h != nil && len(h.keys) == n
	var keys []string // where they are not known
	if !known {
		keys = d.strings.take(n, chunkStrings)
	}
	values := d.values.take(n, chunkValues)
	in, at := d.r.Input(), d.r.Offset()
	d.within++
	for i := range values {
		d.promised -= 2
		k, size, next := packstream.Token(in, at)
		end := next + int(size)
		if !known || k != packstream.String || h.keys[i] != string(in[next:end]) {
			if known {
				known, keys = false, append(d.strings.take(n, chunkStrings)[:0], h.keys[:i]...)[:n]
			}
			d.r.Seek(at)
			keys[i] = d.name()
			end = d.r.Offset()
		}
		at = d.valueAt(&values[i], in, end)
	}
	d.within--
	d.r.Seek(at)
	if !known {
		h = newHeader(keys)
		h.twice = !h.unique()
	}
	o.header = h
	return h.record(values)
}

// valueAt reads the value at in[at], in being the reader's input, and returns where the next one is.
func (d *valueDecoder) valueAt(v *Value, in []byte, at int) (next int) {
	if n, next := d.scalars(unsafe.Slice(v, 1), in, at); n == 1 {
		return next
	}
	d.r.Seek(at)
	d.value(v)
	return d.r.Offset()
}

// record returns the properties with these values. Of repeated keys the last one counts.
func (h *header) record(values []Value) Record {
	if !h.twice {
		return Record{header: h, first: unsafe.SliceData(values)}
	}
	m := make(Map, len(values))
	for i := range m {
		m[i] = Entry{h.keys[i], values[i]}
	}
	return m.unique().record()
}

// unique reports whether no key comes twice.
func (h *header) unique() bool {
	if h.index != nil {
		return len(h.index) == len(h.keys)
	}
	for i := 1; i < len(h.keys); i++ {
		if slices.Contains(h.keys[:i], h.keys[i]) {
			return false
		}
	}
	return true
}
