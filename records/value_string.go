package records

import (
	"math"
	"strconv"
)

// String returns the value for people to read: text as it is, everything else in the manner of Cypher. It is not meant
// to be read by programs; see [Value.AppendJSON].
func (v Value) String() string {
	if v.kind == KindString {
		return v.str()
	}
	return string(v.appendCypher(nil))
}

// String returns the record for people to read: {name: "Ada", born: 1815}.
func (r *Record) String() string { return string(r.appendCypher(nil)) }

func (r *Record) appendCypher(dst []byte) []byte {
	dst = append(dst, '{')
	for i, key := range r.header.keys {
		dst = append(append(appendComma(dst, i), key...), ": "...)
		dst = r.At(i).appendCypher(dst)
	}
	return append(dst, '}')
}

func (v Value) appendCypher(dst []byte) []byte {
	switch v.kind {
	case KindNull:
		return append(dst, "null"...)
	case KindBool:
		return strconv.AppendBool(dst, v.num != 0)
	case KindInt:
		return strconv.AppendInt(dst, int64(v.num), 10)
	case KindFloat:
		f, _ := v.AsFloat()
		return append(dst, formatFloat(f)...)
	case KindString:
		return strconv.AppendQuote(dst, v.str())
	case KindList:
		dst = append(dst, '[')
		for i, item := range v.list() {
			dst = appendComma(dst, i)
			dst = item.appendCypher(dst)
		}
		return append(dst, ']')
	case KindMap:
		return v.entries().appendCypher(dst)
	case KindNode:
		return v.node().appendCypher(dst)
	case KindRelationship:
		return v.relationship().appendCypher(dst)
	case KindPath:
		return v.path().appendCypher(dst)
	case KindVector:
		return v.appendVectorText(dst)
	default:
		return v.appendISO(dst)
	}
}

func appendComma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ", "...)
	}
	return dst
}

func (m Map) appendCypher(dst []byte) []byte {
	dst = append(dst, '{')
	for i := range m {
		dst = append(append(appendComma(dst, i), m[i].Key...), ": "...)
		dst = m[i].Value.appendCypher(dst)
	}
	return append(dst, '}')
}

func (r *Record) appendProps(dst []byte) []byte {
	if r.Len() == 0 {
		return dst
	}
	return r.appendCypher(append(dst, ' '))
}

func (n *node) appendCypher(dst []byte) []byte {
	dst = append(dst, '(')
	for _, label := range n.labels {
		dst = append(append(dst, ':'), label...)
	}
	return append(n.props.appendProps(dst), ')')
}

func (r *relationship) appendCypher(dst []byte) []byte {
	dst = append(append(dst, "[:"...), r.typ...)
	return append(r.props.appendProps(dst), ']')
}

func (p *path) appendCypher(dst []byte) []byte {
	dst = p.nodes[0].appendCypher(dst)
	for i, rel := range p.relationships {
		if rel.endElementID == p.nodes[i+1].elementID {
			dst = append(rel.appendCypher(append(dst, '-')), "->"...)
		} else {
			dst = append(rel.appendCypher(append(dst, "<-"...)), '-')
		}
		dst = p.nodes[i+1].appendCypher(dst)
	}
	return dst
}

// appendISO appends the values whose notation needs no brackets of ours.
func (v Value) appendISO(dst []byte) []byte {
	switch x := v.otherOrBytes().(type) {
	case []byte:
		return appendHex(dst, x)
	case interface{ append(dst []byte) []byte }: // dates, times, durations, UUIDs
		return x.append(dst)
	case interface{ String() string }: // points, what is unsupported
		return append(dst, x.String()...)
	case error:
		return append(append(append(dst, '!'), x.Error()...), '!')
	default:
		t, _ := v.AsDateTime()
		return appendDateTime(dst, t)
	}
}

func (v Value) otherOrBytes() any {
	switch v.kind {
	case KindBytes:
		return v.bytes()
	case KindDateTime:
		return nil
	default:
		return v.otherAny()
	}
}

func appendHex(dst, b []byte) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, "0x"...)
	for _, c := range b {
		dst = append(dst, digits[c>>4], digits[c&0x0F])
	}
	return dst
}

// formatFloat always shows that it is no integer.
func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	for _, c := range s {
		if c == '.' || c == 'e' {
			return s
		}
	}
	return s + ".0"
}
