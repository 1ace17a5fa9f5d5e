package records

import (
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// any encodes a value of any type: the usual ones by a switch, the rest by reflection.
func (e *encoder) any(v any) error {
	switch x := v.(type) {
	case nil:
		e.null()
	case bool:
		e.bool(x)
	case int:
		e.int(int64(x))
	case int64:
		e.int(x)
	case float64:
		e.float(x)
	case string:
		return e.string(x)
	case []byte:
		return e.bytesOrNull(x)
	case map[string]any:
		return encodeMap(e, x, (*encoder).any)
	case []any:
		return encodeList(e, x, (*encoder).any)
	case Value:
		return e.value(&x)
	default:
		return e.common(v)
	}
	return nil
}

// common encodes the less usual types that need no reflection.
func (e *encoder) common(v any) error {
	switch x := v.(type) {
	case []string:
		return encodeList(e, x, (*encoder).string)
	case []int:
		return encodeList(e, x, func(e *encoder, i int) error { e.int(int64(i)); return nil })
	case []int64:
		return encodeList(e, x, func(e *encoder, i int64) error { e.int(i); return nil })
	case []float64:
		return encodeList(e, x, func(e *encoder, f float64) error { e.float(f); return nil })
	case []bool:
		return encodeList(e, x, func(e *encoder, b bool) error { e.bool(b); return nil })
	case []map[string]any:
		return encodeList(e, x, func(e *encoder, m map[string]any) error { return encodeMap(e, m, (*encoder).any) })
	case map[string]string:
		return encodeMap(e, x, (*encoder).string)
	case []Value:
		return encodeList(e, x, func(e *encoder, v Value) error { return e.value(&v) })
	case time.Time:
		return e.dateTime(x)
	case time.Duration:
		return e.duration(DurationOf(x))
	default:
		return e.own(v)
	}
}

// own encodes the types of this package.
func (e *encoder) own(v any) error {
	switch x := v.(type) {
	case Date:
		return e.date(x)
	case LocalTime:
		return e.localTime(x)
	case Time:
		return e.time(x)
	case LocalDateTime:
		return e.localDateTime(x)
	case Duration:
		return e.duration(x)
	case Point2D:
		return e.point2D(x)
	case Point3D:
		return e.point3D(x)
	case UUID:
		return e.uuid(x)
	case Vector[int8], Vector[int16], Vector[int32], Vector[int64], Vector[float32], Vector[float64]:
		return e.vector(x)
	case Map:
		return e.entries(x)
	case *Record:
		return e.record(x)
	case Node, Relationship, Path, Unsupported, Invalid:
		return e.resultOnly(x)
	default:
		return e.reflected(v)
	}
}

func (e *encoder) bytesOrNull(b []byte) error {
	if b == nil {
		e.null()
		return nil
	}
	return e.bytes(b)
}

func encodeList[T any](e *encoder, list []T, item func(*encoder, T) error) error {
	if list == nil {
		e.null()
		return nil
	}
	if err := e.listHeader(len(list)); err != nil {
		return err
	}
	if err := enterSlice(e, list); err != nil {
		return err
	}
	for i := range list {
		if err := item(e, list[i]); err != nil {
			return atIndex(err, i)
		}
	}
	leaveSlice(e, list)
	return nil
}

func encodeMap[T any](e *encoder, m map[string]T, item func(*encoder, T) error) error {
	if m == nil {
		e.null()
		return nil
	}
	if err := e.mapHeader(len(m)); err != nil {
		return err
	}
	if err := e.enter(mapMemory(m), notCounted); err != nil {
		return err
	}
	for key, v := range m {
		if err := e.string(key); err != nil {
			return atKey(errorString("the key "+quoted([]byte(key))+" is not valid UTF-8"), key)
		}
		if err := item(e, v); err != nil {
			return atKey(err, key)
		}
	}
	e.leave(mapMemory(m), notCounted)
	return nil
}

func (e *encoder) listHeader(n int) error {
	if err := checkSize(n); err != nil {
		return err
	}
	e.buf = packstream.AppendList(e.buf, n)
	return nil
}

func (e *encoder) mapHeader(n int) error {
	if err := checkSize(n); err != nil {
		return err
	}
	e.buf = packstream.AppendMap(e.buf, n)
	return nil
}

// record encodes a record as a map, so that what one query yields can be given to the next.
func (e *encoder) record(r *Record) error {
	if r == nil {
		e.null()
		return nil
	}
	values := r.Values()
	e.buf = packstream.AppendMap(e.buf, len(values))
	for i, key := range r.header.keys {
		if err := e.string(key); err != nil {
			return err
		}
		if err := e.value(&values[i]); err != nil {
			return atKey(err, key)
		}
	}
	return nil
}
