package records

import (
	"github.com/neorx/neorx/bolt/packstream"
)

func (e *encoder) point2D(p Point2D) error {
	e.buf = packstream.AppendStruct(e.buf, tagPoint2D, 3)
	e.int(int64(p.SRID))
	e.float(p.X)
	e.float(p.Y)
	return nil
}

func (e *encoder) point3D(p Point3D) error {
	e.buf = packstream.AppendStruct(e.buf, tagPoint3D, 4)
	e.int(int64(p.SRID))
	e.float(p.X)
	e.float(p.Y)
	e.float(p.Z)
	return nil
}

func (e *encoder) uuid(u UUID) error {
	if !e.dialect.UUIDs {
		return e.dialect.missing("UUID", "6.1")
	}
	e.buf = packstream.AppendUUID(e.buf, u)
	return nil
}

// vector encodes one of the Vector types.
func (e *encoder) vector(v any) error {
	switch x := v.(type) {
	case Vector[int8]:
		return encodeVector(e, x)
	case Vector[int16]:
		return encodeVector(e, x)
	case Vector[int32]:
		return encodeVector(e, x)
	case Vector[int64]:
		return encodeVector(e, x)
	case Vector[float32]:
		return encodeVector(e, x)
	default:
		return encodeVector(e, v.(Vector[float64]))
	}
}

func encodeVector[T VectorElement](e *encoder, vec Vector[T]) error {
	if vec == nil {
		e.null()
		return nil
	}
	return e.vectorValue(VectorValue(vec))
}

func (e *encoder) vectorValue(v Value) error {
	if !e.dialect.Vectors {
		return e.dialect.missing("VECTOR", "6.0")
	}
	t := v.vectorType()
	size := int(v.num) * t.size()
	if err := checkSize(size); err != nil {
		return err
	}
	e.buf = packstream.AppendStruct(e.buf, tagVector, 2)
	e.buf = packstream.AppendBytes(e.buf, []byte{byte(t)})
	e.buf = packstream.AppendBytesHeader(e.buf, size)
	e.buf = appendVectorData(e.buf, v)
	return nil
}
