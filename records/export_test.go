package records

import (
	"reflect"
)

// DecodeRowInto decodes a row into a new value of a type that is known at run time only.
func DecodeRowInto(t reflect.Type, keys []string, row []byte, opts ...DecodeOption) (reflect.Value, error) {
	plan, err := rowPlanFor(t, keys, rulesOf(opts))
	if err != nil {
		return reflect.Value{}, err
	}
	out := reflect.New(t)
	d := valueDecoder{memory: unlimited, own: true}
	return out.Elem(), plan.decodeRow(&d, row, out.UnsafePointer())
}
