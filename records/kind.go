package records

import "strconv"

// Kind is the Cypher type of a [Value].
type Kind uint8

// The kinds of values. KindNull is the zero Kind, so the zero Value is null.
const (
	KindNull Kind = iota
	KindBool
	KindInt
	KindFloat
	KindString
	KindBytes
	KindList
	KindMap
	KindNode
	KindRelationship
	KindPath
	KindDate
	KindLocalTime
	KindTime
	KindLocalDateTime
	KindDateTime
	KindDuration
	KindPoint2D
	KindPoint3D
	KindVector
	KindUUID
	KindUnsupported // newer than the negotiated Bolt version
	KindInvalid     // could not be decoded
)

var kindNames = [...]string{
	"NULL", "BOOLEAN", "INTEGER", "FLOAT", "STRING", "BYTES", "LIST", "MAP", "NODE", "RELATIONSHIP", "PATH",
	"DATE", "LOCAL TIME", "ZONED TIME", "LOCAL DATETIME", "ZONED DATETIME", "DURATION", "POINT", "POINT", "VECTOR", "UUID",
	"UNSUPPORTED", "INVALID",
}

// String returns the name that Cypher gives the type, such as "ZONED DATETIME".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}
