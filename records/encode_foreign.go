package records

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// foreignEncoders are the plans of types of the standard library whose text form is not what their
// value means: a json.Number is a number, not a STRING.
var foreignEncoders map[reflect.Type]encodeFunc

// init fills the table, which refers to functions that refer to it.
func init() {
	foreignEncoders = map[reflect.Type]encodeFunc{
		reflect.TypeFor[json.Number]():     encodeWith((*encoder).jsonNumber),
		reflect.TypeFor[json.RawMessage](): encodeWith((*encoder).rawJSON),
		reflect.TypeFor[big.Int]():         func(e *encoder, p unsafe.Pointer) error { return e.bigInt((*big.Int)(p)) },
		reflect.TypeFor[big.Float]():       func(e *encoder, p unsafe.Pointer) error { return e.bigFloat((*big.Float)(p)) },
		reflect.TypeFor[big.Rat]():         func(e *encoder, p unsafe.Pointer) error { return e.bigRat((*big.Rat)(p)) },
	}
}

// jsonNumber encodes a number as INTEGER, or as FLOAT where it has a fraction or an exponent.
func (e *encoder) jsonNumber(n json.Number) error {
	text := n.String()
	if strings.ContainsAny(text, ".eE") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return errorString("the json.Number " + quoted([]byte(text)) + " is not a FLOAT")
		}
		e.float(f)
		return nil
	}
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errorString("the json.Number " + quoted([]byte(text)) + " is not an INTEGER of 64 bits")
	}
	e.int(i)
	return nil
}

// rawJSON encodes the value that the text holds.
func (e *encoder) rawJSON(raw json.RawMessage) error {
	if raw == nil {
		e.null()
		return nil
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	err := dec.Decode(&v)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return e.any(v)
		}
		err = errorString("more than one value")
	}
	return errorString("the json.RawMessage is not valid JSON: " + err.Error())
}

func (e *encoder) bigInt(i *big.Int) error {
	if !i.IsInt64() {
		return errorString("the big.Int is beyond the range of INTEGER: send its String() or a FLOAT")
	}
	e.int(i.Int64())
	return nil
}

const errInexact = "is not exactly a FLOAT: send its Float64() or its text"

func (e *encoder) bigFloat(f *big.Float) error {
	v, accuracy := f.Float64()
	if accuracy != big.Exact {
		return errorString("the big.Float " + errInexact)
	}
	e.float(v)
	return nil
}

func (e *encoder) bigRat(r *big.Rat) error {
	v, exact := r.Float64()
	if !exact {
		return errorString("the big.Rat " + errInexact)
	}
	e.float(v)
	return nil
}

// The well-known types of Protocol Buffers are recognized by their methods, without an import.
type (
	protoMessage   interface{ ProtoMessage() }
	protoTimestamp interface {
		protoMessage
		AsTime() time.Time
		CheckValid() error
	}
	protoDuration interface {
		protoMessage
		AsDuration() time.Duration
		CheckValid() error
	}
	protoValue interface {
		protoMessage
		AsInterface() any
	}
	protoStruct interface {
		protoMessage
		AsMap() map[string]any
	}
	protoList interface {
		protoMessage
		AsSlice() []any
	}
)

var protoMessageType = reflect.TypeFor[protoMessage]()

// encodeProto returns the plan for a well-known type of Protocol Buffers, nil for all others.
func encodeProto(t reflect.Type) encodeFunc {
	pointer := reflect.PointerTo(t)
	if t.Kind() != reflect.Struct || !pointer.Implements(protoMessageType) {
		return nil
	}
	switch {
	case pointer.Implements(reflect.TypeFor[protoTimestamp]()):
		return encodeMethod(t, func(e *encoder, m protoTimestamp) error {
			if err := m.CheckValid(); err != nil {
				return err
			}
			return e.dateTime(m.AsTime())
		})
	case pointer.Implements(reflect.TypeFor[protoDuration]()):
		return encodeMethod(t, func(e *encoder, m protoDuration) error {
			if err := m.CheckValid(); err != nil {
				return err
			}
			return e.duration(DurationOf(m.AsDuration()))
		})
	case pointer.Implements(reflect.TypeFor[protoValue]()):
		return encodeMethod(t, func(e *encoder, m protoValue) error { return e.any(m.AsInterface()) })
	case pointer.Implements(reflect.TypeFor[protoStruct]()):
		return encodeMethod(t, func(e *encoder, m protoStruct) error { return e.any(m.AsMap()) })
	case pointer.Implements(reflect.TypeFor[protoList]()):
		return encodeMethod(t, func(e *encoder, m protoList) error { return e.any(m.AsSlice()) })
	}
	return encodeProtoWrapper(t)
}

// encodeProtoWrapper returns the plan for a message such as wrapperspb.StringValue: its only exported
// field is called Value, and its type is called after the type of that.
func encodeProtoWrapper(t reflect.Type) encodeFunc {
	value, ok := t.FieldByName("Value")
	if !ok || !strings.HasSuffix(t.Name(), "Value") {
		return nil
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && f.Name != value.Name {
			return nil
		}
	}
	return func(e *encoder, p unsafe.Pointer) error {
		return e.any(reflect.NewAt(t, p).Elem().FieldByIndex(value.Index).Interface())
	}
}

// encodeMethod is the plan of a type whose pointer is an I.
func encodeMethod[I any](t reflect.Type, encode func(*encoder, I) error) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error { return encode(e, reflect.NewAt(t, p).Interface().(I)) }
}

// encodeValuer encodes what a type gives to database/sql.
func encodeValuer(e *encoder, v driver.Valuer) error {
	value, err := v.Value()
	if err != nil {
		return err
	}
	if _, again := value.(driver.Valuer); again {
		return errorString("its Value() returns another driver.Valuer")
	}
	return e.any(value)
}
