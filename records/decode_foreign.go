package records

import (
	"database/sql/driver"
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// asJSONNumber returns an INTEGER, or a FLOAT that JSON can write.
func (v Value) asJSONNumber() (json.Number, bool) {
	f, ok := v.AsFloat()
	if !ok && v.kind != KindInt || math.IsNaN(f) || math.IsInf(f, 0) {
		return "", false
	}
	return json.Number(v.String()), true
}

// asRawJSON returns any value as AppendJSON writes it.
func (v Value) asRawJSON() (json.RawMessage, bool) { return v.AppendJSON(nil), v.kind != KindInvalid }

// decodeBigInt makes the plan for a big.Int: an INTEGER, or a STRING of digits.
func decodeBigInt(t reflect.Type, rules decodeRules) decodeFunc {
	text := decodeText(t, rules, nil)
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if d.r.Kind() != packstream.Int {
			return text(d, p)
		}
		(*big.Int)(p).SetInt64(d.r.Int())
		return nil
	}
}

// scanner is sql.Scanner.
type scanner interface{ Scan(src any) error }

var scannerType = reflect.TypeFor[scanner]()

// decodeScanner makes the plan for a type that takes what a driver of database/sql gives: null, and
// values of the types that such drivers have. The type's own plan, if there is one, comes first.
func decodeScanner(t reflect.Type, rules decodeRules, own func(packstream.Kind) decodeFunc) decodeFunc {
	return func(d *valueDecoder, p unsafe.Pointer) error {
		if plan := own(d.r.Kind()); plan != nil {
			return plan(d, p)
		}
		start := d.r
		v := d.one()
		if d.r.Err() != nil {
			return nil
		}
		target := reflect.NewAt(t, p)
		if !scannable(v.kind) || v.kind == KindNull && !scansNull(target.Interface()) {
			target.Elem().SetZero()
			d.r = start
			return d.unfit(t, rules)
		}
		if err := target.Interface().(scanner).Scan(v.Any()); err != nil {
			return &DecodeError{Type: v.kind.String(), Target: t, Err: err}
		}
		return nil
	}
}

// scannable reports whether a driver of database/sql has values of that kind.
func scannable(k Kind) bool {
	switch k {
	case KindNull, KindBool, KindInt, KindFloat, KindString, KindBytes, KindDateTime:
		return true
	default:
		return false
	}
}

// scansNull reports whether a type can say that it holds null. Some take a null and stay zero, which
// would be a value that was never there.
func scansNull(target any) bool {
	valuer, ok := target.(driver.Valuer)
	if !ok || target.(scanner).Scan(nil) != nil {
		return false
	}
	v, err := valuer.Value()
	return err == nil && v == nil
}

// decodesByScan reports whether a type is a sql.Scanner, but for sql.Null and its like, which have
// plans of their own.
func decodesByScan(t reflect.Type) bool {
	if t.Kind() == reflect.Interface || !reflect.PointerTo(t).Implements(scannerType) {
		return false
	}
	_, null := sqlNull(t)
	return !null
}
