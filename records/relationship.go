package records

import "unsafe"

// Relationship is a relationship of the graph, as it was when the query read it.
type Relationship struct {
	ID             int64  // see [Node]; the same holds for StartID and EndID
	ElementID      string // see [Node]
	StartID        int64
	StartElementID string
	EndID          int64
	EndElementID   string
	Type           string
	Props          map[string]any
}

// relationship is what a Value holds of a Relationship; see node.
type relationship struct {
	id, startID, endID                      int64
	elementID, startElementID, endElementID string
	typ                                     string
	props                                   Record
}

// RelationshipValue returns a RELATIONSHIP. A property that has no Cypher type becomes an [Invalid] value.
func RelationshipValue(r Relationship) Value {
	return Value{kind: KindRelationship, ptr: unsafe.Pointer(newRelationship(r))}
}

func newRelationship(r Relationship) *relationship {
	return &relationship{
		id: r.ID, startID: r.StartID, endID: r.EndID,
		elementID: r.ElementID, startElementID: r.StartElementID, endElementID: r.EndElementID,
		typ: r.Type, props: propertiesOf(r.Props),
	}
}

// AsRelationship returns a RELATIONSHIP. It builds the map of properties each time: [Value.Get] returns one of them
// without.
func (v Value) AsRelationship() (r Relationship, ok bool) {
	if v.kind != KindRelationship {
		return Relationship{}, false
	}
	return v.relationship().any(), true
}

func (v Value) relationship() *relationship { return (*relationship)(v.ptr) }

func (r *relationship) any() Relationship {
	return Relationship{
		ID: r.id, ElementID: r.elementID,
		StartID: r.startID, StartElementID: r.startElementID,
		EndID: r.endID, EndElementID: r.endElementID,
		Type: r.typ, Props: r.props.AsMap(),
	}
}
