package records

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// structPlan decodes a MAP, a NODE or a RELATIONSHIP into a struct.
type structPlan struct {
	typ    reflect.Type
	rules  decodeRules
	fields []decodeField
	index  map[string]int   // of the fields with a name
	parts  [partEnd + 1]int // the fields for parts of entities, -1 where there is none
}

// decodeField is one field of a struct.
type decodeField struct {
	field
	value  decodeFunc
	direct packstream.Kind // what can be stored as it is, Invalid for nothing
}

// structure makes the plan for a struct.
func (b *decodeBuilder) structure(t reflect.Type) (*structPlan, error) {
	fields, err := fieldsOf(t)
	if err != nil {
		return nil, err
	}
	s := &structPlan{typ: t, rules: b.rules, index: make(map[string]int, len(fields)), fields: make([]decodeField, len(fields))}
	for i := range s.parts {
		s.parts[i] = -1
	}
	for i, f := range fields {
		value, err := b.build(f.typ)
		if err != nil {
			return nil, errorString("field " + f.goName + ": " + err.Error())
		}
		if f.part == partLabels && f.typ == reflect.TypeFor[[]string]() && f.name == "" {
			value = decodeLabels
		}
		s.fields[i] = decodeField{f, value, directKind(&f)}
		if f.name != "" {
			s.index[f.name] = i
		}
		if f.part != partProperty {
			s.parts[f.part] = i
		}
	}
	return s, nil
}

// directKind is the kind of values that go into a field without a look at the plan for its type.
func directKind(f *field) packstream.Kind {
	_, scalar := scalarDecoders[f.typ]
	if scalar || len(f.through) > 0 || decodesItself(f.typ) {
		return packstream.Invalid
	}
	switch f.typ.Kind() {
	case reflect.Int64, reflect.Int:
		if f.typ.Size() == 8 {
			return packstream.Int
		}
		return packstream.Invalid
	case reflect.Float64:
		return packstream.Float
	case reflect.Bool:
		return packstream.Bool
	case reflect.String:
		return packstream.String
	default:
		return packstream.Invalid
	}
}

// store reads the value at row[at] into the field of the struct at p, if it goes there as it is.
func (f *decodeField) store(d *valueDecoder, p unsafe.Pointer, row []byte, at int) (next int, ok bool) {
	k, bits, next := packstream.Token(row, at)
	if k != f.direct {
		return at, false
	}
	p = unsafe.Add(p, f.offset)
	switch k {
	case packstream.Int:
		*(*int64)(p) = int64(bits)
	case packstream.Float:
		*(*float64)(p) = math.Float64frombits(bits)
	case packstream.Bool:
		*(*bool)(p) = bits != 0
	case packstream.String:
		end := next + int(bits)
		if b := row[next:end]; validText(b) {
			*(*string)(p) = d.ownString(b, len(row)-end)
			return end, true
		}
		return at, false
	default:
		return at, false
	}
	return next, true
}

// locate returns where the field is in a struct. Embedded structs on the way to it are made.
func (f *decodeField) locate(d *valueDecoder, p unsafe.Pointer) unsafe.Pointer {
	for _, step := range f.through {
		at := (*unsafe.Pointer)(unsafe.Add(p, step.offset))
		if *at == nil {
			d.charge(int(step.elem.Size()))
			*at = reflect.New(step.elem).UnsafePointer()
		}
		p = *at
	}
	return unsafe.Add(p, f.offset)
}

// read reads the next value into the field of the struct at p.
func (f *decodeField) read(d *valueDecoder, p unsafe.Pointer) error {
	if err := f.value(d, f.locate(d, p)); err != nil {
		return inField(err, f.goName)
	}
	return nil
}

func (s *structPlan) decode(d *valueDecoder, p unsafe.Pointer) error {
	switch d.r.Kind() {
	case packstream.Map:
		start := d.r
		var seen fieldSet
		if err := s.entries(d, p, &seen, false); err != nil {
			return err
		}
		return s.absent(d, p, &seen, start)
	case packstream.Struct:
		return s.entity(d, p)
	default:
		return d.unfit(s.typ, s.rules)
	}
}

// entries reads a Dictionary. The properties of an entity do not go into the fields for its parts.
func (s *structPlan) entries(d *valueDecoder, p unsafe.Pointer, seen *fieldSet, entity bool) error {
	next := 0
	for n := d.r.Map(); n > 0 && d.r.Err() == nil; n-- {
		name := d.r.RawText()
		i := s.find(name, next)
		if i < 0 || (entity && s.fields[i].part != partProperty) {
			if s.rules&rejectUnknown != 0 {
				return &DecodeError{Target: s.typ, Reason: "there is no field for the property " + quoted(name)}
			}
			d.r.Skip()
			continue
		}
		next = i + 1
		if f := &s.fields[i]; seen.has(i) {
			reflect.NewAt(f.typ, f.locate(d, p)).Elem().SetZero() // of repeated keys the last one counts
		}
		seen.add(i)
		if err := s.fields[i].read(d, p); err != nil {
			return err
		}
	}
	return nil
}

// find returns the field of that name, -1 for none. It looks first where the next one would be if the properties came in
// the order of the fields.
func (s *structPlan) find(name []byte, next int) int {
	if len(name) == 0 {
		return -1 // the name of parts of entities that have none
	}
	if len(s.fields) > scanMax {
		if i, ok := s.index[string(name)]; ok {
			return i
		}
		return -1
	}
	for i := next; i < len(s.fields); i++ {
		if s.fields[i].name == string(name) {
			return i
		}
	}
	for i := range min(next, len(s.fields)) {
		if s.fields[i].name == string(name) {
			return i
		}
	}
	return -1
}

// nullToken is what a property that is not there reads like: a graph has no other null.
var nullToken = packstream.AppendNull(nil)

// absent makes the properties null that were not there. start stands at the value, for the text of an error.
func (s *structPlan) absent(d *valueDecoder, p unsafe.Pointer, seen *fieldSet, start packstream.Reader) error {
	if d.r.Err() != nil {
		return nil
	}
	for i := range s.fields {
		if seen.has(i) {
			continue
		}
		err := s.readInstead(d, p, &s.fields[i], nullToken)
		if err == nil {
			continue
		}
		if e, ok := err.(*DecodeError); ok && e.Type == KindNull.String() { //nolint:errorlint // as inField
			s.fields[i].explainAbsence(e, start)
		}
		return err
	}
	return nil
}

// readInstead reads a field from bytes that are not the row's.
func (s *structPlan) readInstead(d *valueDecoder, p unsafe.Pointer, f *decodeField, token []byte) error {
	start := d.r
	d.r = packstream.NewReader(token)
	err := f.read(d, p)
	d.r = start
	return err
}

// entity reads a Node or a Relationship.
func (s *structPlan) entity(d *valueDecoder, p unsafe.Pointer) error {
	start := d.r
	var seen fieldSet
	var err error
	switch tag, fields := d.r.Struct(); {
	case tag == tagNode && slices.Contains(nodeFields, fields):
		err = s.node(d, p, &seen, fields == 4)
	case tag == tagRelationship && slices.Contains(relationshipFields, fields):
		err = s.relationship(d, p, &seen, fields == 8)
	default:
		d.r = start
		return d.unfit(s.typ, s.rules)
	}
	if err != nil {
		return err
	}
	return s.absent(d, p, &seen, start)
}

func (s *structPlan) node(d *valueDecoder, p unsafe.Pointer, seen *fieldSet, elementID bool) error {
	number := d.r.Rest()
	if err := s.part(d, p, seen, partID, true); err != nil {
		return err
	}
	if err := s.part(d, p, seen, partLabels, true); err != nil {
		return err
	}
	if err := s.entries(d, p, seen, true); err != nil {
		return err
	}
	return s.elementID(d, p, seen, partElementID, elementID, number)
}

func (s *structPlan) relationship(d *valueDecoder, p unsafe.Pointer, seen *fieldSet, elementIDs bool) error {
	var numbers [3][]byte // begin with the numeric ids
	for i, which := range [...]part{partID, partStart, partEnd} {
		numbers[i] = d.r.Rest()
		if err := s.part(d, p, seen, which, !s.wantsText(which)); err != nil {
			return err
		}
	}
	if err := s.part(d, p, seen, partType, true); err != nil {
		return err
	}
	if err := s.entries(d, p, seen, true); err != nil {
		return err
	}
	for i, which := range [...]part{partElementID, partStart, partEnd} {
		if err := s.elementID(d, p, seen, which, elementIDs, numbers[i]); err != nil {
			return err
		}
	}
	return nil
}

// wantsText tells the fields for the element id of a start or an end from those for its numeric id.
func (s *structPlan) wantsText(which part) bool {
	i := s.parts[which]
	if i < 0 {
		return false
	}
	t := s.fields[i].typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.String
}

// part reads the next value into the field for a part of an entity, where there is one and this is what it wants.
func (s *structPlan) part(d *valueDecoder, p unsafe.Pointer, seen *fieldSet, which part, wanted bool) error {
	i := s.parts[which]
	if i < 0 || !wanted {
		d.r.Skip()
		return nil
	}
	seen.add(i)
	return s.fields[i].read(d, p)
}

// elementID reads an element id. Where the server is too old to send one, the number stands in for it in decimal.
func (s *structPlan) elementID(d *valueDecoder, p unsafe.Pointer, seen *fieldSet, which part, there bool, number []byte) error {
	wanted := which == partElementID || s.wantsText(which)
	if there {
		return s.part(d, p, seen, which, wanted)
	}
	i := s.parts[which]
	if i < 0 || !wanted || d.r.Err() != nil {
		return nil
	}
	seen.add(i)
	r := packstream.NewReader(number)
	id := r.Int()
	if r.Err() != nil {
		return &DecodeError{Target: s.typ, Err: r.Err()}
	}
	return s.readInstead(d, p, &s.fields[i], packstream.AppendString(nil, strconv.FormatInt(id, 10)))
}

// fieldSet is a set of fields by their positions.
type fieldSet struct {
	first uint64
	rest  map[int]struct{} // beyond 63
}

func (s *fieldSet) add(i int) {
	if i < 64 {
		s.first |= 1 << i
		return
	}
	if s.rest == nil {
		s.rest = make(map[int]struct{})
	}
	s.rest[i] = struct{}{}
}

func (s *fieldSet) has(i int) bool {
	if i < 64 {
		return s.first&(1<<i) != 0
	}
	_, ok := s.rest[i]
	return ok
}
