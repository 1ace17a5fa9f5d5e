package records

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
)

// MarshalJSON implements [json.Marshaler]; see [Value.AppendJSON].
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// MarshalJSON implements [json.Marshaler]; see [Record.AppendJSON].
func (r *Record) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// AppendJSON appends the record as an object with its columns in their order; see [Value.AppendJSON] for the values.
func (r *Record) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i, key := range r.header.keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendJSONString(dst, key), ':')
		dst = r.At(i).AppendJSON(dst)
	}
	return append(dst, '}')
}

// AppendJSON appends the value as JSON. It never fails, so where JSON has no equal a string or an object stands in:
//
//   - the floats NaN, Infinity and -Infinity are these words as strings;
//   - bytes are base64, dates, times, durations and UUIDs strings in their ISO forms, a date-time in a named zone with
//     the zone in brackets;
//   - a node is {"elementId", "labels", "properties"}, a relationship {"elementId", "type", "startNodeElementId",
//     "endNodeElementId", "properties"}, a path {"nodes", "relationships"};
//   - a point is {"srid", "x", "y"} and perhaps "z", a vector an array of numbers;
//   - what is not supported or invalid is {"unsupported": …} and {"invalid": …} with a text.
//
// Integers keep all their digits, which JavaScript's numbers do not beyond 2^53.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindFloat:
		f, _ := v.AsFloat()
		return appendJSONFloat(dst, f, 64)
	case KindString:
		return appendJSONString(dst, v.str())
	case KindBytes:
		dst = base64.StdEncoding.AppendEncode(append(dst, '"'), v.bytes())
		return append(dst, '"')
	case KindList:
		return appendJSONArray(dst, v.list(), Value.AppendJSON)
	case KindMap:
		return v.entries().appendJSON(dst)
	case KindNode:
		return v.node().appendJSON(dst)
	case KindRelationship:
		return v.relationship().appendJSON(dst)
	case KindPath:
		return v.path().appendJSON(dst)
	case KindPoint2D, KindPoint3D, KindVector:
		return v.appendNumbersJSON(dst)
	case KindUnsupported, KindInvalid:
		return v.appendProblemJSON(dst)
	case KindNull, KindBool, KindInt:
		return v.appendCypher(dst)
	default:
		return append(v.appendISO(append(dst, '"')), '"') // neither quotes nor backslashes in them
	}
}

func appendJSONArray[T any](dst []byte, items []T, item func(T, []byte) []byte) []byte {
	dst = append(dst, '[')
	for i := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = item(items[i], dst)
	}
	return append(dst, ']')
}

func appendJSONString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c > '~' {
			b, _ := json.Marshal(s) // a string cannot fail
			return append(dst, b...)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

func appendJSONFloat(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(append(append(dst, '"'), formatFloat(f)...), '"')
	}
	return strconv.AppendFloat(dst, f, 'g', -1, bits)
}

func (m Map) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i := range m {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendJSONString(dst, m[i].Key), ':')
		dst = m[i].Value.AppendJSON(dst)
	}
	return append(dst, '}')
}

func (n *node) appendJSON(dst []byte) []byte {
	dst = appendJSONString(append(dst, `{"elementId":`...), n.elementID)
	dst = appendJSONArray(append(dst, `,"labels":`...), n.labels, func(s string, dst []byte) []byte { return appendJSONString(dst, s) })
	return append(n.props.AppendJSON(append(dst, `,"properties":`...)), '}')
}

func (r *relationship) appendJSON(dst []byte) []byte {
	dst = appendJSONString(append(dst, `{"elementId":`...), r.elementID)
	dst = appendJSONString(append(dst, `,"type":`...), r.typ)
	dst = appendJSONString(append(dst, `,"startNodeElementId":`...), r.startElementID)
	dst = appendJSONString(append(dst, `,"endNodeElementId":`...), r.endElementID)
	return append(r.props.AppendJSON(append(dst, `,"properties":`...)), '}')
}

func (p *path) appendJSON(dst []byte) []byte {
	dst = appendJSONArray(append(dst, `{"nodes":`...), p.nodes, (*node).appendJSON)
	dst = appendJSONArray(append(dst, `,"relationships":`...), p.relationships, (*relationship).appendJSON)
	return append(dst, '}')
}

func (v Value) appendNumbersJSON(dst []byte) []byte {
	switch v.kind {
	case KindPoint2D:
		p := (*Point2D)(v.ptr)
		return append(appendXY(dst, p.SRID, p.X, p.Y), '}')
	case KindPoint3D:
		p := (*Point3D)(v.ptr)
		dst = append(appendXY(dst, p.SRID, p.X, p.Y), `,"z":`...)
		return append(appendJSONFloat(dst, p.Z, 64), '}')
	default:
		return v.appendVectorJSON(dst)
	}
}

func appendXY(dst []byte, srid uint32, x, y float64) []byte {
	dst = strconv.AppendUint(append(dst, `{"srid":`...), uint64(srid), 10)
	dst = appendJSONFloat(append(dst, `,"x":`...), x, 64)
	return appendJSONFloat(append(dst, `,"y":`...), y, 64)
}

func (v Value) appendProblemJSON(dst []byte) []byte {
	if v.kind == KindInvalid {
		return append(appendJSONString(append(dst, `{"invalid":`...), v.invalid().Error()), '}')
	}
	return append(appendJSONString(append(dst, `{"unsupported":`...), (*Unsupported)(v.ptr).String()), '}')
}
