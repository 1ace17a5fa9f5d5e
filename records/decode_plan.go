package records

import (
	"encoding"
	"reflect"
	"sync"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// decodeFunc reads the next value into the zeroed memory of its type that p points to. An error which is not nil says
// that the value does not fit; malformed input is reported by the decoder's reader instead.
type decodeFunc func(d *valueDecoder, p unsafe.Pointer) error

// planKey is what a plan is made for.
type planKey struct {
	typ   reflect.Type
	rules decodeRules
}

// decoders holds the plan of every type that has been decoded into: map[planKey]decodeFunc.
var decoders sync.Map

// decoderFor returns the plan for a type, or why it has none.
func decoderFor(t reflect.Type, rules decodeRules) (decodeFunc, error) {
	key := planKey{t, rules}
	if plan, ok := decoders.Load(key); ok {
		return plan.(decodeFunc), nil
	}
	plan, err := newDecodeBuilder(rules).build(t)
	if err != nil {
		return nil, cannotDecode(t, err)
	}
	decoders.Store(key, plan)
	return plan, nil
}

func cannotDecode(t reflect.Type, cause error) error {
	return &UsageError{Message: "cannot decode into " + t.String(), Cause: cause}
}

// decodeBuilder makes a plan. It remembers the types that it is at, since types may be recursive.
type decodeBuilder struct {
	rules decodeRules
	plans map[reflect.Type]*decodeFunc
}

func newDecodeBuilder(rules decodeRules) *decodeBuilder {
	return &decodeBuilder{rules: rules, plans: make(map[reflect.Type]*decodeFunc)}
}

func (b *decodeBuilder) build(t reflect.Type) (decodeFunc, error) {
	plan, ok := b.plans[t]
	switch {
	case !ok:
		plan = new(decodeFunc)
		b.plans[t] = plan
		var err error
		*plan, err = b.make(t)
		return *plan, err
	case *plan != nil:
		return *plan, nil
	}
	// The type is part of itself. Only here can decoding recurse, so only here it has to be bounded.
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.depth == packstream.MaxDepth {
			return d.mismatch(t, string(errDepth))
		}
		d.depth++
		err := (*plan)(d, p)
		d.depth--
		return err
	}, nil
}

var (
	cypherDecoderType   = reflect.TypeFor[CypherDecoder]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	anyType             = reflect.TypeFor[any]()
	recordType          = reflect.TypeFor[Record]()
)

func (b *decodeBuilder) make(t reflect.Type) (decodeFunc, error) {
	if scalar, ok := scalarDecoders[t]; ok {
		return scalar(t, b.rules), nil
	}
	pointer := reflect.PointerTo(t)
	switch {
	case t == anyType:
		return decodeAny, nil
	case t == recordType:
		return nil, errorString("a Record is a whole row, and not decoded but by NewRows")
	case t.Kind() == reflect.Pointer:
		return b.pointer(t)
	case pointer.Implements(cypherDecoderType):
		return decodeByMethod(t), nil
	case isNamedTime(t):
		return scalarDecoders[timeType](t, b.rules), nil
	case pointer.Implements(textUnmarshalerType):
		return b.text(t), nil
	case decodesByScan(t):
		return decodeScanner(t, b.rules, func(packstream.Kind) decodeFunc { return nil }), nil
	}
	return b.kind(t)
}

// text makes the plan for a type that reads itself from a STRING. Values of other types go to its
// kind's plan, or to its Scan.
func (b *decodeBuilder) text(t reflect.Type) decodeFunc {
	kind, err := b.kind(t)
	if err != nil || t.Kind() == reflect.Struct || t.Kind() == reflect.String {
		kind = nil
	}
	text := decodeText(t, b.rules, kind)
	if !decodesByScan(t) {
		return text
	}
	return decodeScanner(t, b.rules, func(k packstream.Kind) decodeFunc {
		if k == packstream.String || k != packstream.Null && kind != nil {
			return text
		}
		return nil
	})
}

func (b *decodeBuilder) kind(t reflect.Type) (decodeFunc, error) {
	if basic := decodeKinds[t.Kind()]; basic != nil {
		return basic(t, b.rules), nil
	}
	switch t.Kind() {
	case reflect.Slice:
		return b.slice(t)
	case reflect.Array:
		return b.array(t)
	case reflect.Map:
		return b.dictionary(t)
	case reflect.Struct:
		if value, ok := sqlNull(t); ok {
			return b.sqlNull(t, value)
		}
		s, err := b.structure(t)
		if err != nil {
			return nil, err
		}
		return s.decode, nil
	case reflect.Interface:
		return nil, errorString("the interface " + t.String() + " says nothing about the types of values; any takes all of them")
	default:
		return nil, errorString(t.String() + " has no Cypher type")
	}
}

func (b *decodeBuilder) pointer(t reflect.Type) (decodeFunc, error) {
	elem := t.Elem()
	plan, err := b.build(elem)
	if err != nil {
		return nil, err
	}
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() == packstream.Null {
			d.r.Null()
			return nil
		}
		if !d.charge(int(elem.Size())) {
			return nil
		}
		target := reflect.New(elem).UnsafePointer()
		*(*unsafe.Pointer)(p) = target
		return plan(d, target)
	}, nil
}

// sqlNull makes the plan for sql.Null[T] and its like.
func (b *decodeBuilder) sqlNull(t reflect.Type, value reflect.StructField) (decodeFunc, error) {
	plan, err := b.build(value.Type)
	if err != nil {
		return nil, err
	}
	valid := t.Field(1).Offset
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() == packstream.Null {
			d.r.Null()
			return nil
		}
		*(*bool)(unsafe.Add(p, valid)) = true
		return plan(d, p)
	}, nil
}

// decodeByMethod makes the plan for a type that decodes itself.
func decodeByMethod(t reflect.Type) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		v := d.one()
		if d.r.Err() != nil {
			return nil // the row is malformed: there is nothing to be shown
		}
		if i, ok := v.AsInvalid(); ok {
			return &DecodeError{Target: t, Err: i}
		}
		if err := reflect.NewAt(t, p).Interface().(CypherDecoder).DecodeCypher(v); err != nil {
			return &DecodeError{Type: v.kind.String(), Target: t, Err: err}
		}
		return nil
	}
}

// decodeText makes the plan for a type that reads itself from a STRING. Values of other types go to its kind's plan, if
// there is one.
func decodeText(t reflect.Type, rules decodeRules, kind decodeFunc) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() != packstream.String {
			if kind != nil {
				return kind(d, p)
			}
			return d.unfit(t, rules)
		}
		text := d.r.Text()
		if d.r.Err() != nil {
			return nil
		}
		if err := reflect.NewAt(t, p).Interface().(encoding.TextUnmarshaler).UnmarshalText(text); err != nil {
			return &DecodeError{Type: KindString.String(), Target: t, Err: err}
		}
		return nil
	}
}

// unfit deals with a value that is not of the type it is decoded into: null may be allowed for, anything else is an
// error.
func (d *valueDecoder) unfit(t reflect.Type, rules decodeRules) error {
	if d.r.Kind() == packstream.Null && rules&nullAsZero != 0 {
		d.r.Null()
		return nil
	}
	return d.mismatch(t, "")
}

// one reads a value of any type.
func (d *valueDecoder) one() Value {
	d.scratch = Value{}
	d.value(&d.scratch)
	return d.scratch
}
