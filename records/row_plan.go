package records

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

// rowPlan decodes the rows of one set of columns into one Go type. It is immutable.
type rowPlan struct {
	keys []string
	read func(d *valueDecoder, p unsafe.Pointer) (column int, err error) // column: where the error is
}

// rowPlans holds the last plan made for every type: map[planKey]*rowPlan. Mostly a type goes with one set of columns.
var rowPlans sync.Map

func rowPlanFor(t reflect.Type, keys []string, rules decodeRules) (*rowPlan, error) {
	cacheKey := planKey{t, rules}
	if last, ok := rowPlans.Load(cacheKey); ok && slices.Equal(last.(*rowPlan).keys, keys) {
		return last.(*rowPlan), nil
	}
	plan, err := newRowPlan(t, keys, rules)
	if err != nil {
		return nil, err
	}
	rowPlans.Store(cacheKey, plan)
	return plan, nil
}

// newRowPlan chooses what a row is for a type: the fields of a struct by the names of the columns, or the value of the
// only column, or the entries of a map, or the items of a slice or an array by the places of the columns.
func newRowPlan(t reflect.Type, keys []string, rules decodeRules) (*rowPlan, error) {
	plan := &rowPlan{keys: slices.Clone(keys)}
	b := newDecodeBuilder(rules)
	var alone *structPlan // the struct that the only column is taken for
	elem, isPointer := t, false
	if t.Kind() == reflect.Pointer {
		elem, isPointer = t.Elem(), true
	}
	if isPair(t) {
		var err error
		plan.read, err = b.pairRow(t, plan.keys)
		return plan, err
	}
	if isPlainStruct(elem) {
		s, err := b.structure(elem)
		if err != nil {
			return nil, cannotDecode(t, err)
		}
		if _, ok := s.index[firstKey(keys)]; ok || len(keys) != 1 {
			plan.read, err = s.columns(keys, isPointer)
			return plan, err
		}
		alone = s
	}
	if len(keys) == 1 {
		value, err := decoderFor(t, rules)
		plan.read = func(d *valueDecoder, p unsafe.Pointer) (int, error) {
			err := value(d, p)
			if err != nil && alone != nil {
				err = alone.unnamedColumn(err, keys[0])
			}
			return 0, err
		}
		return plan, err
	}
	var err error
	plan.read, err = b.wholeRow(t, plan.keys)
	return plan, err
}

func firstKey(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return keys[0]
}

// isPlainStruct reports whether a struct type is decoded field by field.
func isPlainStruct(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t == recordType || isNamedTime(t) || decodesItself(t) {
		return false
	}
	if _, ok := scalarDecoders[t]; ok {
		return false
	}
	_, null := sqlNull(t)
	return !null
}

type readRow = func(d *valueDecoder, p unsafe.Pointer) (int, error)

// columns reads columns into the fields of a struct, or of one that is made for each row.
func (s *structPlan) columns(keys []string, isPointer bool) (readRow, error) {
	fields := make([]*decodeField, len(keys))
	for i, key := range keys {
		j, ok := s.index[key]
		switch {
		case ok:
			fields[i] = &s.fields[j]
		case s.rules&rejectUnknown != 0:
			return nil, &DecodeError{Column: key, Reason: s.typ.String() + " has no field for it"}
		}
	}
	if err := s.checkMissing(keys); err != nil {
		return nil, err
	}
	return func(d *valueDecoder, p unsafe.Pointer) (int, error) {
		if isPointer {
			target := reflect.New(s.typ).UnsafePointer()
			*(*unsafe.Pointer)(p) = target
			p = target
		}
		return readFields(d, p, fields)
	}, nil
}

// readFields reads one value for each of the fields of the struct at p, and skips those for nil.
func readFields(d *valueDecoder, p unsafe.Pointer, fields []*decodeField) (column int, err error) {
	row, start, at := d.r.Rest(), d.r.Offset(), 0
	for i, f := range fields {
		if f != nil {
			next, ok := f.store(d, p, row, at)
			if at = next; ok {
				continue
			}
		}
		d.r.Seek(start + at)
		if f == nil {
			d.r.Skip()
		} else if err := f.read(d, p); err != nil {
			return i, err
		}
		if d.r.Err() != nil {
			return i, nil
		}
		at = d.r.Offset() - start
	}
	d.r.Seek(start + at)
	return 0, nil
}

func (s *structPlan) checkMissing(keys []string) error {
	if s.rules&allowMissing != 0 {
		return nil
	}
	for i := range s.fields {
		f := &s.fields[i]
		if f.name == "" {
			return &DecodeError{Field: f.goName, Reason: "it stands for a part of a node or a relationship, and the result has columns " + listed(keys)}
		}
		if !slices.Contains(keys, f.name) {
			return &DecodeError{Column: f.name, Field: f.goName, Reason: "the result has no such column; it has " + listed(keys) + f.meant(keys)}
		}
	}
	return nil
}

func listed(keys []string) string {
	if len(keys) == 0 {
		return "none"
	}
	return strings.Join(keys, ", ")
}

// wholeRow reads several columns, or none, into a map, a slice or an array.
func (b *decodeBuilder) wholeRow(t reflect.Type, keys []string) (readRow, error) {
	var item decodeFunc
	var err error
	switch t.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array:
		item, err = b.build(t.Elem())
	default:
		err = errorString("a row of " + strconv.Itoa(len(keys)) + " columns (" + listed(keys) + ") needs a struct, a map or a slice")
	}
	if err != nil {
		return nil, cannotDecode(t, err)
	}
	switch {
	case t.Kind() == reflect.Slice:
		return rowAsSlice(t, len(keys), item), nil
	case t.Kind() == reflect.Array && t.Len() == len(keys):
		return rowAsArray(t.Elem().Size(), len(keys), item), nil
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		return rowAsMap(t, keys, item), nil
	default:
		return nil, cannotDecode(t, errorString("a row has "+strconv.Itoa(len(keys))+" columns, by the names "+listed(keys)))
	}
}

func rowAsSlice(t reflect.Type, n int, item decodeFunc) readRow {
	array := rowAsArray(t.Elem().Size(), n, item)
	return func(d *valueDecoder, p unsafe.Pointer) (int, error) {
		reflect.NewAt(t, p).Elem().Set(reflect.MakeSlice(t, n, n))
		return array(d, (*sliceHeader)(p).data)
	}
}

func rowAsArray(size uintptr, n int, item decodeFunc) readRow {
	return func(d *valueDecoder, p unsafe.Pointer) (int, error) {
		for i := range n {
			if err := item(d, unsafe.Add(p, uintptr(i)*size)); err != nil || d.r.Err() != nil {
				return i, err
			}
		}
		return 0, nil
	}
}

func rowAsMap(t reflect.Type, keys []string, item decodeFunc) readRow {
	return func(d *valueDecoder, p unsafe.Pointer) (int, error) {
		m := reflect.MakeMapWithSize(t, len(keys))
		reflect.NewAt(t, p).Elem().Set(m)
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem())
		for i := range keys {
			key.SetString(keys[i])
			value.Elem().SetZero()
			if err := item(d, value.UnsafePointer()); err != nil || d.r.Err() != nil {
				return i, err
			}
			m.SetMapIndex(key, value.Elem())
		}
		return 0, nil
	}
}

// decodeRow decodes one row into the zeroed memory at p.
func (plan *rowPlan) decodeRow(d *valueDecoder, row []byte, p unsafe.Pointer) error {
	if err := d.beginRow(row, len(plan.keys)); err != nil {
		return err
	}
	column, err := plan.read(d, p)
	if d.r.Err() == nil && err == nil {
		return d.endRow()
	}
	return plan.explain(d, row, column, err)
}

// explain tells malformed rows, which are the connection's trouble, from those with a value that does not fit.
func (plan *rowPlan) explain(d *valueDecoder, row []byte, column int, err error) error {
	broken := d.r.Err()
	d.r.Reset(row)
	if d.r.Skip(); d.r.Err() != nil {
		return d.r.Err()
	}
	e, ok := err.(*DecodeError) //nolint:errorlint // as inField
	if !ok || broken != nil {
		e = &DecodeError{Err: broken} // what came after it was read from nothing
	}
	if column < len(plan.keys) && e.Column == "" {
		e.Column = plan.keys[column]
	}
	return e
}
