package records

import (
	"encoding/binary"
	"reflect"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// reflected encodes a value of a type that the switches do not know, by the plan for its type.
func (e *encoder) reflected(v any) error {
	rv := reflect.ValueOf(v)
	plan, err := encoderFor(rv.Type())
	if err != nil {
		return err
	}
	// A plan reads memory, of which an interface has none that can be pointed to. For a slice this copies the header.
	p := reflect.New(rv.Type())
	p.Elem().Set(rv)
	return plan(e, p.UnsafePointer())
}

// encodeFunc encodes the value of its type that p points to.
type encodeFunc func(e *encoder, p unsafe.Pointer) error

func encodePointer(elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error {
		target := *(*unsafe.Pointer)(p)
		if target == nil {
			e.null()
			return nil
		}
		if err := e.enter(target, notCounted); err != nil {
			return err
		}
		if err := elem(e, target); err != nil {
			return err
		}
		e.leave(target, notCounted)
		return nil
	}
}

// sliceHeader is what a slice of any type looks like.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

func encodeSliceOf(elemSize uintptr, elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error {
		s := (*sliceHeader)(p)
		if s.data == nil {
			e.null()
			return nil
		}
		if err := e.enter(s.data, s.len); err != nil {
			return err
		}
		if err := encodeItems(e, s.data, s.len, elemSize, elem); err != nil {
			return err
		}
		e.leave(s.data, s.len)
		return nil
	}
}

func encodeArrayOf(n int, elemSize uintptr, elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error { return encodeItems(e, p, n, elemSize, elem) }
}

func encodeItems(e *encoder, data unsafe.Pointer, n int, size uintptr, elem encodeFunc) error {
	if err := e.listHeader(n); err != nil {
		return err
	}
	for i := range n {
		if err := elem(e, unsafe.Add(data, uintptr(i)*size)); err != nil {
			return atIndex(err, i)
		}
	}
	return nil
}

func encodeByteSlice(e *encoder, p unsafe.Pointer) error { return e.bytesOrNull(*(*[]byte)(p)) }

func encodeByteArray(n int) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error { return e.bytes(unsafe.Slice((*byte)(p), n)) }
}

func encodeMapOf(t reflect.Type, elem encodeFunc) encodeFunc {
	return func(e *encoder, p unsafe.Pointer) error {
		m := reflect.NewAt(t, p).Elem()
		if m.IsNil() {
			e.null()
			return nil
		}
		if err := e.mapHeader(m.Len()); err != nil {
			return err
		}
		memory := m.UnsafePointer()
		if err := e.enter(memory, notCounted); err != nil {
			return err
		}
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem())
		for entries := m.MapRange(); entries.Next(); {
			key.SetIterKey(entries)
			value.Elem().SetIterValue(entries)
			if err := e.string(key.String()); err != nil {
				return atKey(errorString("the key "+quoted([]byte(key.String()))+" is not valid UTF-8"), key.String())
			}
			if err := elem(e, value.UnsafePointer()); err != nil {
				return atKey(err, key.String())
			}
		}
		e.leave(memory, notCounted)
		return nil
	}
}

// encodeInterface encodes whatever an interface holds.
func encodeInterface(t reflect.Type) encodeFunc {
	if t.NumMethod() == 0 {
		return func(e *encoder, p unsafe.Pointer) error { return e.any(*(*any)(p)) }
	}
	return func(e *encoder, p unsafe.Pointer) error {
		v := reflect.NewAt(t, p).Elem()
		if v.IsNil() {
			e.null()
			return nil
		}
		return e.any(v.Elem().Interface())
	}
}

// encodeStruct encodes a struct as a map.
func encodeStruct(fields []encodeField) encodeFunc {
	optional := false
	for i := range fields {
		optional = optional || fields[i].skip != nil || len(fields[i].through) > 0
	}
	if !optional {
		return func(e *encoder, p unsafe.Pointer) error {
			e.buf = packstream.AppendMap(e.buf, len(fields))
			for i := range fields {
				f := &fields[i]
				if err := f.encode(e, unsafe.Add(p, f.offset)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return func(e *encoder, p unsafe.Pointer) error { return encodeOptional(e, p, fields) }
}

// encodeOptional encodes a struct of which fields may be missing: a map begins with the number of its entries.
func encodeOptional(e *encoder, p unsafe.Pointer, fields []encodeField) error {
	n := 0
	for i := range fields {
		if fields[i].locate(p) != nil {
			n++
		}
	}
	e.buf = packstream.AppendMap(e.buf, n)
	for i := range fields {
		if at := fields[i].locate(p); at != nil {
			if err := fields[i].encode(e, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// encodeField is one field of a struct.
type encodeField struct {
	name    string
	key     []byte    // the name, encoded
	word    uint64    // its first bytes: a short key is one store, where append would call a function
	through []uintptr // offsets of embedded pointers to follow, from the outermost
	offset  uintptr
	value   encodeFunc
	skip    func(p unsafe.Pointer) bool // omitempty; nil: never
}

func (f *encodeField) encode(e *encoder, p unsafe.Pointer) error {
	f.appendKey(e)
	if err := f.value(e, p); err != nil {
		return atKey(err, f.name)
	}
	return nil
}

func (f *encodeField) appendKey(e *encoder) {
	n := len(e.buf)
	if len(f.key) > 8 || cap(e.buf)-n < 8 {
		e.buf = append(e.buf, f.key...)
		return
	}
	binary.LittleEndian.PutUint64(e.buf[n:n+8], f.word)
	e.buf = e.buf[:n+len(f.key)]
}

// locate returns where the field is, nil where it is to be left out.
func (f *encodeField) locate(p unsafe.Pointer) unsafe.Pointer {
	for _, offset := range f.through {
		if p = *(*unsafe.Pointer)(unsafe.Add(p, offset)); p == nil {
			return nil
		}
	}
	p = unsafe.Add(p, f.offset)
	if f.skip != nil && f.skip(p) {
		return nil
	}
	return p
}
