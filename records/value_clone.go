package records

import (
	"slices"
	"strings"
	"unsafe"
)

// Clone returns a copy that shares no memory with other values.
func (v Value) Clone() Value {
	switch v.kind {
	case KindString:
		return StringValue(strings.Clone(v.str()))
	case KindBytes:
		return BytesValue(slices.Clone(v.bytes()))
	case KindUUID:
		return UUIDValue(v.uuid())
	case KindList:
		return ListValue(cloneValues(v.list())...)
	case KindMap:
		m := v.entries().clone()
		v.ptr = unsafe.Pointer(unsafe.SliceData(m))
	case KindNode:
		v.ptr = unsafe.Pointer(v.node().clone())
	case KindRelationship:
		v.ptr = unsafe.Pointer(v.relationship().clone())
	case KindPath:
		v.ptr = unsafe.Pointer(v.path().clone())
	default: // the others have their memory to themselves already
	}
	return v
}

func cloneValues(values []Value) []Value {
	out := make([]Value, len(values))
	for i := range values {
		out[i] = values[i].Clone()
	}
	return out
}

func (m Map) clone() Map {
	out := make(Map, len(m))
	for i := range m {
		out[i] = Entry{Key: strings.Clone(m[i].Key), Value: m[i].Value.Clone()}
	}
	return out
}

func cloneStrings(list []string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = strings.Clone(list[i])
	}
	return out
}

// cloneAll is Clone with keys of its own.
func (r *Record) cloneAll() Record {
	return *NewRecord(cloneStrings(r.Keys()), cloneValues(r.Values())...)
}

func (n *node) clone() *node {
	return &node{id: n.id, elementID: strings.Clone(n.elementID), labels: cloneStrings(n.labels), props: n.props.cloneAll()}
}

func (r *relationship) clone() *relationship {
	out := *r
	out.elementID = strings.Clone(r.elementID)
	out.startElementID = strings.Clone(r.startElementID)
	out.endElementID = strings.Clone(r.endElementID)
	out.typ = strings.Clone(r.typ)
	out.props = r.props.cloneAll()
	return &out
}

func (p *path) clone() *path {
	return &path{nodes: each(p.nodes, (*node).clone), relationships: each(p.relationships, (*relationship).clone)}
}
