package load

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"reflect"

	"github.com/neorx/neorx/records"
)

// Key says which key a row locks, such as the id of the node that it writes. Rows with the same key
// are written in the order of the source, and two batches that run at the same time never share a
// key. A key is of a kind of bool, integer, float or string, or an array or a struct of these.
// Integers of different types are equal where their values are; a NaN is rejected with its row.
//
// Without Key, Keys or KeySet the rows are independent of each other, and are written in any order.
func Key[T any, K comparable](key func(T) K) Option {
	return keyed(func(v T, h *hasher) error { return h.add(reflect.ValueOf(key(v))) }, reflect.TypeFor[K]())
}

// Keys is [Key] for rows that lock two keys, such as the ends of a relationship. Rows with the same
// two keys are written in the order of the source, whichever comes first; the order of rows that
// share only one is not kept. The keys may be equal.
func Keys[T any, A, B comparable](keys func(T) (A, B)) Option {
	return keyed(func(v T, h *hasher) error {
		a, b := keys(v)
		if err := h.add(reflect.ValueOf(a)); err != nil {
			return err
		}
		return h.add(reflect.ValueOf(b))
	}, reflect.TypeFor[A](), reflect.TypeFor[B]())
}

// KeySet is [Key] for rows that lock any number of keys. Rows with the same set are written in the
// order of the source. A row without keys goes anywhere.
func KeySet[T any, K comparable](keys func(T) []K) Option {
	return keyed(func(v T, h *hasher) error {
		for _, key := range keys(v) {
			if err := h.add(reflect.ValueOf(key)); err != nil {
				return err
			}
		}
		return nil
	}, reflect.TypeFor[K]())
}

func keyed[T any](add func(T, *hasher) error, types ...reflect.Type) Option {
	return func(c *config) {
		if c.keys != nil {
			c.problem("more than one of Key, Keys and KeySet is given: give one")
		}
		for _, t := range types {
			if !stable(t) {
				c.problem("a key of type %v has no lasting hash: "+
					"use a bool, a number, a string, or an array or struct of these", t)
			}
		}
		c.keys = add
	}
}

// stable tells whether equal values of a type have the same hash in every process.
func stable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return stable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !stable(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64:
		return true
	default:
		return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uintptr
	}
}

// hasher makes a lane of keys. The hash is FNV-1a with 64 bits, over a form of the key that is the
// same on every machine, so that a job that is resumed has the lanes of the first run.
type hasher struct {
	groups uint64
	lane   mask
	form   []byte
}

var errNaN = &records.UsageError{Message: "load: a key is NaN, which is not equal to itself: give the row another key"}

func (h *hasher) add(key reflect.Value) error {
	form, err := appendKey(h.form[:0], key)
	h.form = form
	if err != nil {
		return err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(form)
	h.lane |= 1 << (sum.Sum64() % h.groups)
	return nil
}

// appendKey appends a key in a form of which no two different keys of a type have the same.
func appendKey(dst []byte, key reflect.Value) ([]byte, error) {
	switch key.Kind() {
	case reflect.String:
		dst = binary.AppendUvarint(append(dst, 's'), uint64(key.Len()))
		return append(dst, key.String()...), nil
	case reflect.Bool:
		if key.Bool() {
			return append(dst, 't'), nil
		}
		return append(dst, 'f'), nil
	case reflect.Float32, reflect.Float64:
		return appendFloat(dst, key.Float())
	case reflect.Array:
		return appendParts(dst, key.Len(), key.Index)
	case reflect.Struct:
		return appendParts(dst, key.NumField(), key.Field)
	default:
		return appendInteger(dst, key)
	}
}

func appendInteger(dst []byte, key reflect.Value) ([]byte, error) {
	switch {
	case key.CanInt():
		return binary.BigEndian.AppendUint64(append(dst, 'i'), uint64(key.Int())), nil
	case key.CanUint():
		return binary.BigEndian.AppendUint64(append(dst, 'i'), key.Uint()), nil
	default:
		return dst, &records.UsageError{Message: fmt.Sprintf("load: a key of type %v has no lasting hash", key.Type())}
	}
}

func appendFloat(dst []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) {
		return dst, errNaN
	}
	if f == 0 {
		f = 0 // of the two zeros, which are equal, the positive one
	}
	return binary.BigEndian.AppendUint64(append(dst, 'd'), math.Float64bits(f)), nil
}

func appendParts(dst []byte, n int, part func(int) reflect.Value) (_ []byte, err error) {
	for i := range n {
		if dst, err = appendKey(dst, part(i)); err != nil {
			return dst, err
		}
	}
	return dst, nil
}
