package records

import (
	"strconv"
	"unsafe"
)

// The spatial reference systems that the server knows.
const (
	SRIDCartesian2D = 7203
	SRIDCartesian3D = 9157
	SRIDWGS84       = 4326 // x is the longitude, y the latitude, in degrees
	SRIDWGS84In3D   = 4979 // z is the height in metres
)

// Point2D is a POINT in the plane or on the globe.
type Point2D struct {
	SRID uint32
	X, Y float64
}

// Point3D is a POINT in space.
type Point3D struct {
	SRID    uint32
	X, Y, Z float64
}

// String returns the point in Cypher's notation.
func (p Point2D) String() string {
	return "point({srid: " + strconv.Itoa(int(p.SRID)) + ", x: " + formatFloat(p.X) + ", y: " + formatFloat(p.Y) + "})"
}

// String returns the point in Cypher's notation.
func (p Point3D) String() string {
	return "point({srid: " + strconv.Itoa(int(p.SRID)) + ", x: " + formatFloat(p.X) + ", y: " + formatFloat(p.Y) + ", z: " + formatFloat(p.Z) + "})"
}

// Point2DValue returns a POINT of two dimensions.
func Point2DValue(p Point2D) Value { return Value{kind: KindPoint2D, ptr: unsafe.Pointer(&p)} }

// Point3DValue returns a POINT of three dimensions.
func Point3DValue(p Point3D) Value { return Value{kind: KindPoint3D, ptr: unsafe.Pointer(&p)} }

// AsPoint2D returns a POINT of two dimensions.
func (v Value) AsPoint2D() (p Point2D, ok bool) {
	if v.kind != KindPoint2D {
		return Point2D{}, false
	}
	return *(*Point2D)(v.ptr), true
}

// AsPoint3D returns a POINT of three dimensions.
func (v Value) AsPoint3D() (p Point3D, ok bool) {
	if v.kind != KindPoint3D {
		return Point3D{}, false
	}
	return *(*Point3D)(v.ptr), true
}
