package records

import "unsafe"

// Path is an alternating sequence of nodes and relationships. Nodes has one element more than Relationships;
// Relationships[i] lies between Nodes[i] and Nodes[i+1], in either direction: its start and end tell which.
type Path struct {
	Nodes         []Node
	Relationships []Relationship
}

// path is what a Value holds of a Path; see node. The same node may be in it several times.
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
	out := Path{Nodes: make([]Node, len(p.nodes)), Relationships: make([]Relationship, len(p.relationships))}
	for i, n := range p.nodes {
		out.Nodes[i] = n.any()
	}
	for i, r := range p.relationships {
		out.Relationships[i] = r.any()
	}
	return out
}
