package records

import (
	"encoding/binary"
	"math"
	"strconv"
	"unsafe"
)

func (d *valueDecoder) point2D(v *Value, _ int) {
	srid, x, y := d.r.Int(), d.r.Float(), d.r.Float()
	if srid < 0 || srid > math.MaxUint32 {
		*v = invalidValue(KindPoint2D, errorString("unknown SRID "+strconv.FormatInt(srid, 10)))
		return
	}
	*v = Point2DValue(Point2D{SRID: uint32(srid), X: x, Y: y})
}

func (d *valueDecoder) point3D(v *Value, _ int) {
	srid, x, y, z := d.r.Int(), d.r.Float(), d.r.Float(), d.r.Float()
	if srid < 0 || srid > math.MaxUint32 {
		*v = invalidValue(KindPoint3D, errorString("unknown SRID "+strconv.FormatInt(srid, 10)))
		return
	}
	*v = Point3DValue(Point3D{SRID: uint32(srid), X: x, Y: y, Z: z})
}

// vector reads the type of the elements and their big-endian bytes.
func (d *valueDecoder) vector(v *Value, _ int) {
	name, data := d.r.Bytes(), d.r.Bytes()
	if d.r.Err() != nil {
		return
	}
	if len(name) != 1 || vectorType(name[0]).size() == 0 {
		*v = invalidValue(KindVector, errorString("unknown type of elements"))
		return
	}
	t := vectorType(name[0])
	if len(data)%t.size() != 0 {
		*v = invalidValue(KindVector, errorString(strconv.Itoa(len(data))+" bytes are no whole number of elements of "+t.String()))
		return
	}
	switch t {
	case vectorInt8:
		*v = VectorValue(vectorFrom(data, func(b []byte) int8 { return int8(b[0]) }))
	case vectorInt16:
		*v = VectorValue(vectorFrom(data, func(b []byte) int16 { return int16(binary.BigEndian.Uint16(b)) }))
	case vectorInt32:
		*v = VectorValue(vectorFrom(data, func(b []byte) int32 { return int32(binary.BigEndian.Uint32(b)) }))
	case vectorInt64:
		*v = VectorValue(vectorFrom(data, func(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) }))
	case vectorFloat32:
		*v = VectorValue(vectorFrom(data, func(b []byte) float32 { return math.Float32frombits(binary.BigEndian.Uint32(b)) }))
	default:
		*v = VectorValue(vectorFrom(data, func(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }))
	}
}

func vectorFrom[T VectorElement](data []byte, element func([]byte) T) Vector[T] {
	size := int(unsafe.Sizeof(*new(T)))
	vec := make(Vector[T], len(data)/size)
	for i := range vec {
		vec[i] = element(data[i*size:])
	}
	return vec
}

func (d *valueDecoder) unsupported(v *Value, _ int) {
	u := Unsupported{Name: d.r.String()}
	u.MinVersion = strconv.FormatInt(d.r.Int(), 10) + "." + strconv.FormatInt(d.r.Int(), 10)
	d.within++
	if message, ok := d.entries().Get("message"); ok {
		u.Message, _ = message.AsString()
	}
	d.within--
	*v = UnsupportedValue(u)
}
