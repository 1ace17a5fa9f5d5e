package records

import (
	"reflect"
	"slices"
	"strconv"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// firstBytes is how much memory a slice gets before any of its items has been read: a list that announces more items
// than it has costs no more than this.
const firstBytes = 64 << 10

func (b *decodeBuilder) slice(t reflect.Type) (decodeFunc, error) {
	elem := t.Elem()
	if elem.Kind() == reflect.Uint8 && !decodesItself(elem) {
		return decodeBytes(t, b.rules), nil
	}
	item, err := b.build(elem)
	if err != nil {
		return nil, err
	}
	s := &slicePlan{typ: t, item: item, size: max(1, elem.Size()), vector: vectorTypeOfKind(elem.Kind()), rules: b.rules}
	return s.decode, nil
}

func decodesItself(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(cypherDecoderType) || pointer.Implements(textUnmarshalerType) || decodesByScan(t)
}

func decodeBytes(t reflect.Type, rules decodeRules) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		switch d.r.Kind() {
		case packstream.Bytes:
			*(*[]byte)(p) = append([]byte{}, d.r.Bytes()...)
		case packstream.Null:
			d.r.Null()
		default:
			return d.unfit(t, rules)
		}
		return nil
	}
}

// decodeLabels decodes the labels of a node into a []string. Unlike other text they are the same strings in every row.
func decodeLabels(d *valueDecoder, p unsafe.Pointer) error {
	switch d.r.Kind() {
	case packstream.List:
	case packstream.Null: // there are none in a map
		d.r.Null()
		return nil
	default:
		return d.mismatch(reflect.TypeFor[[]string](), "")
	}
	n := d.r.List()
	if !d.charge(n * itemBytes) {
		return nil
	}
	labels := make([]string, n)
	for i := range labels {
		labels[i] = d.name()
	}
	*(*[]string)(p) = labels
	return nil
}

// slicePlan decodes a LIST, or a VECTOR of the same elements, into a slice; null is a nil one.
type slicePlan struct {
	typ    reflect.Type
	item   decodeFunc
	size   uintptr    // of an item, at least 1
	vector vectorType // that has the same elements; 0: none
	rules  decodeRules
}

func (s *slicePlan) decode(d *valueDecoder, p unsafe.Pointer) error {
	switch d.r.Kind() {
	case packstream.List:
		return s.list(d, p)
	case packstream.Null:
		d.r.Null()
		return nil
	default:
		return s.fromVector(d, p)
	}
}

func (s *slicePlan) list(d *valueDecoder, p unsafe.Pointer) error {
	n := d.r.List()
	if !d.promise(n) {
		return nil
	}
	slice := reflect.NewAt(s.typ, p).Elem()
	if n == 0 {
		slice.Set(reflect.MakeSlice(s.typ, 0, 0)) // which is not null
		return nil
	}
	slice.SetZero()
	slice.Grow(min(n, int(firstBytes/s.size)+1))
	for i := range n {
		if i == slice.Cap() {
			if !d.charge(i * int(s.size)) {
				return nil
			}
			slice.Grow(1)
		}
		if i == slice.Len() {
			slice.SetLen(min(n, slice.Cap()))
		}
		d.promised--
		if err := s.item(d, unsafe.Add((*sliceHeader)(p).data, uintptr(i)*s.size)); err != nil {
			return inItem(err, i)
		}
		if d.r.Err() != nil {
			return nil
		}
	}
	return nil
}

func (s *slicePlan) fromVector(d *valueDecoder, p unsafe.Pointer) error {
	start := d.r
	if v := d.one(); s.vector != 0 && v.kind == KindVector && v.vectorType() == s.vector {
		*(*sliceHeader)(p) = sliceHeader{v.ptr, int(v.num), int(v.num)}
		return nil
	}
	if d.r.Err() != nil {
		return nil
	}
	d.r = start
	return d.unfit(s.typ, s.rules)
}

func vectorTypeOfKind(k reflect.Kind) vectorType {
	switch k {
	case reflect.Int8:
		return vectorInt8
	case reflect.Int16:
		return vectorInt16
	case reflect.Int32:
		return vectorInt32
	case reflect.Int64:
		return vectorInt64
	case reflect.Float32:
		return vectorFloat32
	case reflect.Float64:
		return vectorFloat64
	default:
		return 0
	}
}

// array decodes a LIST of as many items, or BYTES, or a UUID where there are 16 of them.
func (b *decodeBuilder) array(t reflect.Type) (decodeFunc, error) {
	elem, n, rules := t.Elem(), t.Len(), b.rules
	if elem.Kind() == reflect.Uint8 && !decodesItself(elem) {
		return decodeByteArray(t, rules), nil
	}
	item, err := b.build(elem)
	if err != nil {
		return nil, err
	}
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() != packstream.List {
			return d.unfit(t, rules)
		}
		got := d.r.List()
		if got != n {
			return &DecodeError{Type: KindList.String(), Target: t, Reason: "it has " + strconv.Itoa(got) + " items"}
		}
		for i := range n {
			if err := item(d, unsafe.Add(p, uintptr(i)*elem.Size())); err != nil {
				return inItem(err, i)
			}
			if d.r.Err() != nil {
				return nil
			}
		}
		return nil
	}, nil
}

func decodeByteArray(t reflect.Type, rules decodeRules) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		array := unsafe.Slice((*byte)(p), t.Len())
		switch {
		case d.r.Kind() == packstream.UUID && len(array) == len(UUID{}):
			u := d.readUUID()
			copy(array, u[:])
		case d.r.Kind() == packstream.Bytes:
			b := d.r.Bytes()
			if len(b) != len(array) {
				return &DecodeError{Type: KindBytes.String(), Target: t, Reason: "there are " + strconv.Itoa(len(b))}
			}
			copy(array, b)
		default:
			return d.unfit(t, rules)
		}
		return nil
	}
}

// dictionary makes the plan for a map, which a MAP fits into, and the properties of a NODE or a RELATIONSHIP; null is a
// nil one.
func (b *decodeBuilder) dictionary(t reflect.Type) (decodeFunc, error) {
	if t.Key().Kind() != reflect.String {
		return nil, errorString("the keys of " + t.String() + " are not strings")
	}
	item, err := b.build(t.Elem())
	if err != nil {
		return nil, err
	}
	m := &mapPlan{typ: t, item: item, rules: b.rules}
	return m.decode, nil
}

type mapPlan struct {
	typ   reflect.Type
	item  decodeFunc
	rules decodeRules
}

func (m *mapPlan) decode(d *valueDecoder, p unsafe.Pointer) error {
	switch d.r.Kind() {
	case packstream.Map:
		return m.entries(d, p)
	case packstream.Null:
		d.r.Null()
		return nil
	case packstream.Struct:
		if before, after, ok := d.properties(); ok {
			d.skip(before)
			err := m.entries(d, p)
			d.skip(after)
			return err
		}
		return d.unfit(m.typ, m.rules)
	default:
		return d.unfit(m.typ, m.rules)
	}
}

func (m *mapPlan) entries(d *valueDecoder, p unsafe.Pointer) error {
	n := d.r.Map()
	target := reflect.MakeMapWithSize(m.typ, min(n, 64))
	reflect.NewAt(m.typ, p).Elem().Set(target)
	key, value := reflect.New(m.typ.Key()).Elem(), reflect.New(m.typ.Elem())
	for ; n > 0 && d.charge(entryBytes+int(m.typ.Elem().Size())) && d.r.Err() == nil; n-- {
		key.SetString(d.name())
		value.Elem().SetZero()
		if err := m.item(d, value.UnsafePointer()); err != nil {
			return inField(err, "["+strconv.Quote(key.String())+"]")
		}
		target.SetMapIndex(key, value.Elem())
	}
	return nil
}

// properties steps into an entity. It returns how many fields come before its properties and how many after them; it is
// not ok, and has read nothing, where there is no entity.
func (d *valueDecoder) properties() (before, after int, ok bool) {
	start := d.r
	switch tag, fields := d.r.Struct(); {
	case tag == tagNode && slices.Contains(nodeFields, fields):
		return 2, fields - 3, true
	case tag == tagRelationship && slices.Contains(relationshipFields, fields):
		return 4, fields - 5, true
	}
	d.r = start
	return 0, 0, false
}

var (
	nodeFields         = []int{3, 4}
	relationshipFields = []int{5, 8}
)

func (d *valueDecoder) skip(n int) {
	for range n {
		d.r.Skip()
	}
}
