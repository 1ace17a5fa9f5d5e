package records

import "unsafe"

// Path is an alternating sequence of nodes and relationships. Nodes has one element more than Relationships;
// Relationships[i] lies between Nodes[i] and Nodes[i+1], in either direction: its start and end tell which. Where a path comes to a node or a
// relationship again, that one's Labels and Props are the same ones as before.
type Path struct {
	Nodes         []Node
	Relationships []Relationship
}

// path is what a Value holds of a Path; see node. The same node may be in it several times, and so may a relationship.
type path struct {
	nodes         []*node
	relationships []*relationship
}

// PathValue returns a PATH. A property that has no Cypher type becomes an [Invalid] value.
func PathValue(p Path) Value {
	inner := &path{nodes: make([]*node, len(p.Nodes)), relationships: make([]*relationship, len(p.Relationships))}
	for i, n := range p.Nodes {
		inner.nodes[i] = &node{n.ID, n.ElementID, n.Labels, propertiesOf(n.Props)}
	}
	for i, r := range p.Relationships {
		inner.relationships[i] = newRelationship(r)
	}
	return Value{kind: KindPath, ptr: unsafe.Pointer(inner)}
}

// AsPath returns a PATH.
func (v Value) AsPath() (p Path, ok bool) {
	if v.kind != KindPath {
		return Path{}, false
	}
	return v.path().any(), true
}

func (v Value) path() *path { return (*path)(v.ptr) }

func (p *path) any() Path {
	return Path{Nodes: each(p.nodes, (*node).any), Relationships: each(p.relationships, (*relationship).any)}
}

// each converts every item of a path, and those that are in it several times once: a short path can come to a large node very often.
func each[T, To any](items []*T, convert func(*T) To) []To {
	out, first := make([]To, len(items)), make(map[*T]int, len(items))
	for i, item := range items {
		if before, again := first[item]; again {
			out[i] = out[before]
			continue
		}
		first[item], out[i] = i, convert(item)
	}
	return out
}
