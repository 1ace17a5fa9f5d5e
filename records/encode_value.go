package records

import (
	"math"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// value encodes a Value. It takes a pointer because copying one per item shows.
func (e *encoder) value(v *Value) error {
	switch v.kind {
	case KindNull:
		e.null()
	case KindBool:
		e.bool(v.num != 0)
	case KindInt:
		e.int(int64(v.num))
	case KindFloat:
		e.float(math.Float64frombits(v.num))
	case KindString:
		return e.string(v.str())
	case KindBytes:
		return e.bytes(v.bytes())
	case KindList:
		return e.values(v.list())
	case KindMap:
		return e.entries(v.entries())
	case KindVector:
		return e.vectorValue(*v)
	case KindNode, KindRelationship, KindPath, KindUnsupported, KindInvalid:
		return e.resultValue(*v)
	default:
		return e.scalarValue(*v)
	}
	return nil
}

// scalarValue encodes the kinds whose Go types say all about them.
func (e *encoder) scalarValue(v Value) error {
	switch v.kind {
	case KindDate:
		e.integers(tagDate, int64(v.num))
		return nil
	case KindLocalTime:
		e.integers(tagLocalTime, int64(v.num))
		return nil
	case KindTime:
		e.integers(tagTime, int64(v.num), int64(int32(v.aux)))
		return nil
	case KindLocalDateTime:
		e.integers(tagLocalDateTime, int64(v.num), int64(v.aux))
		return nil
	case KindDateTime:
		return e.dateTime(time.Unix(int64(v.num), int64(v.aux)).In((*time.Location)(v.ptr)))
	case KindDuration:
		return e.duration(*(*Duration)(v.ptr))
	case KindPoint2D:
		return e.point2D(*(*Point2D)(v.ptr))
	case KindPoint3D:
		return e.point3D(*(*Point3D)(v.ptr))
	default:
		return e.uuid(v.uuid())
	}
}

func (e *encoder) values(list []Value) error {
	if err := e.listHeader(len(list)); err != nil {
		return err
	}
	if err := enterSlice(e, list); err != nil {
		return err
	}
	for i := range list {
		if err := e.value(&list[i]); err != nil {
			return atIndex(err, i)
		}
	}
	leaveSlice(e, list)
	return nil
}

// properties encodes the properties of an entity, whose keys are unique.
func (e *encoder) properties(props *Record) error {
	if err := e.mapHeader(props.Len()); err != nil {
		return err
	}
	values := props.Values()
	for i, key := range props.Keys() {
		if err := e.string(key); err != nil {
			return atKey(err, key)
		}
		if err := e.value(&values[i]); err != nil {
			return atKey(err, key)
		}
	}
	return nil
}

// entries encodes a map, of which the caller may have repeated a key: the server would refuse that.
func (e *encoder) entries(m Map) error {
	if err := e.mapHeader(len(m)); err != nil {
		return err
	}
	if err := enterSlice(e, m); err != nil {
		return err
	}
	if key, ok := m.repeated(); ok {
		return atKey(errorString("the key comes twice"), key)
	}
	for i := range m {
		if err := e.string(m[i].Key); err != nil {
			return atKey(err, m[i].Key)
		}
		if err := e.value(&m[i].Value); err != nil {
			return atKey(err, m[i].Key)
		}
	}
	leaveSlice(e, m)
	return nil
}

// integers encodes a structure of integers.
func (e *encoder) integers(tag byte, fields ...int64) {
	e.buf = packstream.AppendStruct(e.buf, tag, len(fields))
	for _, f := range fields {
		e.int(f)
	}
}
