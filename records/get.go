package records

import (
	"reflect"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// Get returns the value of the column of that name as a T, by the rules of [NewStructRows] without options. The error is
// a [*DecodeError] that names the column and its Cypher type, or a [*UsageError] for a T that nothing can be decoded
// into. A T of any, or of a pointer, takes null.
func Get[T any](rec *Record, key string) (T, error) {
	v, ok := rec.Get(key)
	if !ok {
		var zero T
		return zero, &DecodeError{Column: key, Reason: "the record has no such column; it has " + listed(rec.Keys())}
	}
	if out, ok := simple[T](v); ok {
		return out, nil
	}
	return convert[T](v, key)
}

// convert decodes a value by the plan for T.
func convert[T any](v Value, key string) (T, error) {
	var out, zero T
	plan, err := decoderFor(reflect.TypeFor[T](), 0)
	if err != nil {
		return zero, err
	}
	if err := decodeValueInto(v, plan, unsafe.Pointer(&out)); err != nil {
		err.Column = key
		return zero, err
	}
	return out, nil
}

// As returns the record as a T, by the rules of [NewStructRows].
func As[T any](rec *Record, opts ...DecodeOption) (T, error) {
	rules := rulesOf(opts)
	var out, zero T
	plan, err := rowPlanFor(reflect.TypeFor[T](), rec.Keys(), rules)
	if err != nil {
		return out, err
	}
	row := packstream.AppendList(nil, rec.Len())
	for i, v := range rec.Values() {
		var bad *DecodeError
		if row, bad = appendAgain(row, v); bad != nil {
			bad.Column = rec.Keys()[i]
			return zero, bad
		}
	}
	d := valueDecoder{memory: unlimited, own: true}
	if err := plan.decodeRow(&d, row, unsafe.Pointer(&out)); err != nil {
		return zero, err
	}
	return out, nil
}

// simple returns v as one of the types that values are asked for most; it is not ok for others, and where v does not fit.
func simple[T any](v Value) (out T, ok bool) {
	switch p := any(&out).(type) {
	case *int64:
		*p, ok = v.AsInt()
	case *int:
		var i int64
		i, ok = v.AsInt()
		*p, ok = int(i), ok && int64(int(i)) == i
	case *float64:
		*p, ok = v.AsFloat()
	case *string:
		*p, ok = v.AsString()
	case *bool:
		*p, ok = v.AsBool()
	case *any:
		*p, ok = v.Any(), true
	case *Value:
		*p, ok = v, true
	case *Node:
		*p, ok = v.AsNode()
	default:
		return out, false
	}
	return out, ok
}

// decodeValueInto decodes a Value by the plan for bytes: there is one set of rules.
func decodeValueInto(v Value, plan decodeFunc, p unsafe.Pointer) *DecodeError {
	b, bad := appendAgain(nil, v)
	if bad != nil {
		return bad
	}
	d := valueDecoder{memory: unlimited, r: packstream.NewReader(b), own: true}
	err := plan(&d, p)
	if e, ok := err.(*DecodeError); ok { //nolint:errorlint // as inField
		return e
	}
	return nil
}

// appendAgain encodes a value that was received.
func appendAgain(dst []byte, v Value) ([]byte, *DecodeError) {
	if i, ok := v.AsInvalid(); ok {
		return dst, &DecodeError{Err: i}
	}
	b, err := AppendResult(dst, v, newestDialect)
	if err != nil {
		return dst, &DecodeError{Type: v.kind.String(), Err: err}
	}
	return b, nil
}
