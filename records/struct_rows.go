package records

import (
	"errors"
	"reflect"
	"unsafe"
)

// StructRows decodes rows into values of T, straight from their bytes and without Values between. T is
//
//   - a struct, or a pointer to one: every field takes the column of its name, which is that of its tag `neo4j:"name"` or
//     its Go name beginning in lower case; `neo4j:"-"` leaves a field alone. A result of a single column that no field is
//     named after is taken for the struct itself: a map, or a node or a relationship, for whose parts there are the tags
//     `neo4j:",elementId"`, id, labels, type, start and end;
//   - a type that the values of a single column fit into;
//   - a map or a slice, which takes a row of several columns by name or by position.
//
// Fields may be of any type that [AppendValue] takes, of any, of [Value], and of a type that implements [CypherDecoder]
// or [encoding.TextUnmarshaler], or has the Scan method of a sql.Scanner. Null goes into pointers, slices, maps, any,
// sql.Null, and a Scanner that can say that it holds null. Whatever does not fit is a
// [*DecodeError], unless an option allows for it.
//
// Short texts of a row share an allocation, of up to 128 bytes, with each other and with no other row.
//
// It is not safe for concurrent use; the plans it works by are shared, and made once for a type.
type StructRows[T any] struct {
	decoder valueDecoder
	rules   decodeRules
	plan    *rowPlan
	count   int
	ready   []T
	taken   bool // ready has been handed out, and may be written over
}

// NewStructRows returns a decoder of T for one result.
func NewStructRows[T any](opts ...DecodeOption) *StructRows[T] {
	return &StructRows[T]{decoder: valueDecoder{own: true, memory: unlimited}, rules: rulesOf(opts)}
}

// RefuseUUIDs makes a UUID malformed, as it is in the version of Bolt that is named: connections before 6.1 call it.
func (rows *StructRows[T]) RefuseUUIDs(version string) { rows.decoder.noUUIDs = version }

// Keys implements [Decoder]. It returns a [*UsageError] for a T that nothing can be decoded into, and a [*DecodeError]
// where columns are missing.
func (rows *StructRows[T]) Keys(keys []string) (err error) {
	rows.plan, err = rowPlanFor(reflect.TypeFor[T](), keys, rows.rules)
	return err
}

// Row implements [Decoder]. An error that is a [*DecodeError] names the record, the column, and the field.
func (rows *StructRows[T]) Row(row []byte) error {
	if rows.taken {
		rows.ready, rows.taken = rows.ready[:0], false
	}
	rows.count++
	var zero T
	rows.ready = append(rows.ready, zero)
	last := len(rows.ready) - 1
	err := rows.plan.decodeRow(&rows.decoder, row, unsafe.Pointer(&rows.ready[last]))
	if err == nil {
		return nil
	}
	rows.ready = rows.ready[:last]
	var e *DecodeError
	if errors.As(err, &e) {
		e.Record = rows.count
	}
	return err
}

// Take implements [Rows].
func (rows *StructRows[T]) Take() []T {
	if rows.taken {
		return nil
	}
	rows.taken = true
	return rows.ready
}
