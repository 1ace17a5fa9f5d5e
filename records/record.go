package records

import (
	"slices"
	"unsafe"
)

// Record is one row of a result: keys, which all records of the result share, and one value per key. It is immutable,
// never used again for another row, and safe for concurrent use. It shares its memory with up to 30 neighbours;
// [Record.Clone] detaches it, which is worth it for the few that are kept of very many.
type Record struct {
	header *header
	first  *Value // of as many as there are keys
}

// header holds what all records of a result share.
type header struct {
	keys  []string
	index map[string]int // nil where scanning the keys is faster
	twice bool           // a key comes twice: a server has sent an entity like that
}

func newHeader(keys []string) *header {
	h := &header{keys: keys}
	if len(keys) <= scanMax {
		return h
	}
	h.index = make(map[string]int, len(keys))
	for i, key := range keys {
		h.index[key] = i
	}
	return h
}

// find returns the position of a key, -1 where there is none.
func (h *header) find(key string) int {
	if h.index == nil {
		return slices.Index(h.keys, key)
	}
	if i, ok := h.index[key]; ok {
		return i
	}
	return -1
}

// NewRecord returns a record of the keys and values given, for tests and fakes: a query makes its own. It keeps both
// slices, which must not be changed afterwards. Missing values are null, values beyond the keys are dropped.
func NewRecord(keys []string, values ...Value) *Record {
	for len(values) < len(keys) {
		values = append(values, Value{})
	}
	return &Record{header: newHeader(keys), first: unsafe.SliceData(values)}
}

// Keys returns the names of the columns in their order. The slice is shared and must not be changed.
func (r *Record) Keys() []string { return r.header.keys }

// Values returns the values in the order of the keys. The slice belongs to the record and must not be changed.
func (r *Record) Values() []Value { return unsafe.Slice(r.first, len(r.header.keys)) }

// Len returns the number of columns.
func (r *Record) Len() int { return len(r.header.keys) }

// At returns the value of the column at position i; like an index expression it panics where there is none.
func (r *Record) At(i int) Value { return r.Values()[i] }

// Get returns the value of the column of that name.
func (r *Record) Get(key string) (value Value, ok bool) {
	i := r.header.find(key)
	if i < 0 {
		return Value{}, false
	}
	return r.Values()[i], true
}

// AsMap returns the record as an ordinary Go map: every value as [Value.Any] returns it.
func (r *Record) AsMap() map[string]any {
	values := r.Values()
	m := make(map[string]any, len(values))
	for i, key := range r.header.keys {
		m[key] = values[i].Any()
	}
	return m
}

// Clone returns a copy that shares no memory with other records, except for the keys.
func (r *Record) Clone() *Record {
	return &Record{header: r.header, first: unsafe.SliceData(cloneValues(r.Values()))}
}

// Equal reports whether two records have the same keys in the same order and equal values; see [Value.Equal].
func (r *Record) Equal(other *Record) bool {
	return slices.Equal(r.header.keys, other.header.keys) && slices.EqualFunc(r.Values(), other.Values(), Value.Equal)
}
