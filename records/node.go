package records

import (
	"slices"
	"unsafe"
)

// Node is a node of the graph, as it was when the query read it.
type Node struct {
	ID        int64  // the numeric id of servers before 5.0; newer ones send it for compatibility only
	ElementID string // opaque; the decimal ID where the server is older than 5.0
	Labels    []string
	Props     map[string]any
}

// node is what a Value holds of a Node: its properties stay values until somebody asks for a map, and other nodes may have the same labels.
type node struct {
	id        int64
	elementID string
	labels    []string
	props     Record
}

// NodeValue returns a NODE. A property that has no Cypher type becomes an [Invalid] value.
func NodeValue(n Node) Value {
	return Value{kind: KindNode, ptr: unsafe.Pointer(&node{n.ID, n.ElementID, n.Labels, propertiesOf(n.Props)})}
}

// AsNode returns a NODE. It builds the map of properties each time: [Value.Get] returns one of them without.
func (v Value) AsNode() (n Node, ok bool) {
	if v.kind != KindNode {
		return Node{}, false
	}
	return v.node().any(), true
}

func (v Value) node() *node { return (*node)(v.ptr) }

func (n *node) any() Node {
	return Node{ID: n.id, ElementID: n.elementID, Labels: slices.Clone(n.labels), Props: n.props.AsMap()}
}
