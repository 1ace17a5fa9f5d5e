package records

import (
	"reflect"
	"strconv"
	"unsafe"
)

// Pair takes a row of two columns by their places, whatever they are called:
//
//	neorx.As[neorx.Pair[string, int]](driver.Query("MATCH (p:Person) RETURN p.name, p.age", nil))
//
// For more columns, and wherever names say more than places, declare a struct.
type Pair[A, B any] struct {
	First  A
	Second B
}

func (Pair[A, B]) isPair() {}

var pairType = reflect.TypeFor[interface{ isPair() }]()

// isPair reports whether t is a Pair, and not a struct that embeds one.
func isPair(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.Implements(pairType) && t.PkgPath() == pairPath
}

var pairPath = reflect.TypeFor[Pair[int, int]]().PkgPath()

// pairRow reads two columns into a Pair.
func (b *decodeBuilder) pairRow(t reflect.Type, keys []string) (readRow, error) {
	if len(keys) != 2 {
		return nil, &DecodeError{Reason: "a Pair takes a row of two columns, and the result has " +
			strconv.Itoa(len(keys)) + ": " + listed(keys)}
	}
	var values [2]decodeFunc
	for i := range values {
		value, err := b.build(t.Field(i).Type)
		if err != nil {
			return nil, cannotDecode(t, err)
		}
		values[i] = value
	}
	second := t.Field(1).Offset
	return func(d *valueDecoder, p unsafe.Pointer) (int, error) {
		if err := values[0](d, p); err != nil || d.r.Err() != nil {
			return 0, err
		}
		return 1, values[1](d, unsafe.Add(p, second))
	}, nil
}
