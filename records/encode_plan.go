package records

import (
	"database/sql/driver"
	"encoding"
	"encoding/binary"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// encoders holds the plan of every type that has been encoded: map[reflect.Type]encodeFunc.
var encoders sync.Map

// encoderFor returns the plan for a type, or why it has none.
func encoderFor(t reflect.Type) (encodeFunc, error) {
	if plan, ok := encoders.Load(t); ok {
		return plan.(encodeFunc), nil
	}
	plan, err := encodeBuilder{}.build(t)
	if err != nil {
		return nil, err
	}
	encoders.Store(t, plan)
	return plan, nil
}

// encodeBuilder makes a plan. It remembers the types that it is at, since types may be recursive.
type encodeBuilder map[reflect.Type]*encodeFunc

func (b encodeBuilder) build(t reflect.Type) (encodeFunc, error) {
	plan, ok := b[t]
	switch {
	case !ok:
		plan = new(encodeFunc)
		b[t] = plan
		var err error
		*plan, err = b.make(t)
		return *plan, err
	case *plan != nil:
		return *plan, nil
	}
	return func(e *encoder, p unsafe.Pointer) error { return (*plan)(e, p) }, nil // the type is part of itself
}

func (b encodeBuilder) make(t reflect.Type) (encodeFunc, error) {
	if plan, ok := scalarEncoders[t]; ok {
		return plan, nil
	}
	if t.Kind() == reflect.Pointer {
		elem, err := b.build(t.Elem())
		if err != nil {
			return nil, err
		}
		return encodePointer(elem), nil
	}
	if value, ok := sqlNull(t); ok {
		return b.sqlNull(t, value)
	}
	if plan := encodeByMethod(t); plan != nil {
		return plan, nil
	}
	if isNamedTime(t) {
		return scalarEncoders[timeType], nil
	}
	if err := refuseOpaque(t); err != nil {
		return nil, err
	}
	if plan := scalarKinds[t.Kind()]; plan != nil {
		return plan, nil
	}
	return b.container(t)
}

func (b encodeBuilder) container(t reflect.Type) (encodeFunc, error) {
	switch t.Kind() {
	case reflect.Interface:
		return encodeInterface(t), nil
	case reflect.Slice, reflect.Array:
		return b.sequence(t)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, errorString("the keys of " + t.String() + " are not strings")
		}
		elem, err := b.build(t.Elem())
		if err != nil {
			return nil, err
		}
		return encodeMapOf(t, elem), nil
	case reflect.Struct:
		return b.structure(t)
	case reflect.Func:
		if isSequence(t) {
			return encodeSequence(t), nil
		}
		return nil, errorString(t.String() + " has no Cypher type; of functions only an iter.Seq has one")
	default:
		return nil, errorString(t.String() + " has no Cypher type")
	}
}

func (b encodeBuilder) sequence(t reflect.Type) (encodeFunc, error) {
	elem := t.Elem()
	if elem.Kind() == reflect.Uint8 && encodeByMethod(elem) == nil {
		if t.Kind() == reflect.Array {
			return encodeByteArray(t.Len()), nil
		}
		return encodeByteSlice, nil
	}
	item, err := b.build(elem)
	if err != nil {
		return nil, err
	}
	if t.Kind() == reflect.Array {
		return encodeArrayOf(t.Len(), elem.Size(), item), nil
	}
	return encodeSliceOf(elem.Size(), item), nil
}

func (b encodeBuilder) structure(t reflect.Type) (encodeFunc, error) {
	fields, err := fieldsOf(t)
	if err != nil {
		return nil, err
	}
	out := make([]encodeField, 0, len(fields))
	for _, f := range fields {
		if f.name == "" {
			continue // a part of an entity, which is nothing to be sent
		}
		value, err := b.build(f.typ)
		if err != nil {
			return nil, atKey(err, f.name)
		}
		out = append(out, f.encoded(value))
	}
	if err := refuseEmpty(t, len(out)); err != nil {
		return nil, err
	}
	return encodeStruct(out), nil
}

func (f *field) encoded(value encodeFunc) encodeField {
	ef := encodeField{name: f.name, key: packstream.AppendString(nil, f.name), offset: f.offset, value: value}
	var word [8]byte
	copy(word[:], ef.key)
	ef.word = binary.LittleEndian.Uint64(word[:])
	for _, step := range f.through {
		ef.through = append(ef.through, step.offset)
	}
	if f.omitEmpty {
		ef.skip = emptyTest(f.typ)
	}
	return ef
}

// emptyTest returns the test of omitempty: false, 0, "", nil, what has no elements, and what says of itself that it
// IsZero.
func emptyTest(t reflect.Type) func(p unsafe.Pointer) bool {
	if t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().Len() == 0 }
	}
	if reflect.PointerTo(t).Implements(zeroerType) && t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
		return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Interface().(zeroer).IsZero() }
	}
	return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().IsZero() }
}

type zeroer interface{ IsZero() bool }

var (
	zeroerType        = reflect.TypeFor[zeroer]()
	cypherEncoderType = reflect.TypeFor[CypherEncoder]()
	textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()
	valuerType        = reflect.TypeFor[driver.Valuer]()
)

// encodeByMethod returns the plan for a type that encodes itself, nil for others. The order is the
// rule: a type's own word for Cypher, then the value behind types that everybody knows, then what
// the type gives to databases (a uuid.NullUUID is NULL there, and the text "null" otherwise), then
// its text.
func encodeByMethod(t reflect.Type) encodeFunc {
	if t.Kind() == reflect.Interface {
		return nil // the value in it will be looked at
	}
	pointer := reflect.PointerTo(t)
	if pointer.Implements(cypherEncoderType) {
		return encodeMethod(t, func(e *encoder, c CypherEncoder) error {
			v, err := c.EncodeCypher()
			if err != nil {
				return err
			}
			return e.any(v)
		})
	}
	if plan := foreignEncoders[t]; plan != nil {
		return plan
	}
	if plan := encodeProto(t); plan != nil {
		return plan
	}
	switch {
	case pointer.Implements(valuerType):
		return encodeMethod(t, encodeValuer)
	case pointer.Implements(textMarshalerType):
		return encodeMethod(t, func(e *encoder, m encoding.TextMarshaler) error {
			text, err := m.MarshalText()
			if err != nil {
				return err
			}
			return e.string(string(text))
		})
	}
	return nil
}

// sqlNull returns the field with the value of sql.Null[T], sql.NullString and their like, which are recognised without
// importing database/sql.
func sqlNull(t reflect.Type) (value reflect.StructField, ok bool) {
	if t.PkgPath() != "database/sql" || !strings.HasPrefix(t.Name(), "Null") || t.NumField() != 2 || t.Field(1).Name != "Valid" {
		return value, false
	}
	return t.Field(0), true
}

// sqlNull makes the plan for sql.Null[T] and its like.
func (b encodeBuilder) sqlNull(t reflect.Type, value reflect.StructField) (encodeFunc, error) {
	inner, err := b.build(value.Type)
	if err != nil {
		return nil, err
	}
	return encodeSQLNull(t, inner), nil
}

// encodeSQLNull relies on Valid coming second, which sqlNull has seen to.
func encodeSQLNull(t reflect.Type, inner encodeFunc) encodeFunc {
	valid := t.Field(1).Offset
	return func(e *encoder, p unsafe.Pointer) error {
		if !*(*bool)(unsafe.Add(p, valid)) {
			e.null()
			return nil
		}
		return inner(e, p)
	}
}
