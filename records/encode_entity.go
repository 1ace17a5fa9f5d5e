package records

import (
	"strconv"
	"strings"

	"github.com/neorx/neorx/bolt/packstream"
)

// resultOnly encodes the Go types that a server can send and a client cannot.
func (e *encoder) resultOnly(v any) error {
	switch x := v.(type) {
	case Node:
		return e.resultValue(NodeValue(x))
	case Relationship:
		return e.resultValue(RelationshipValue(x))
	case Path:
		return e.resultValue(PathValue(x))
	case Unsupported:
		return e.resultValue(UnsupportedValue(x))
	default:
		return v.(Invalid)
	}
}

func (e *encoder) resultValue(v Value) error {
	if v.kind == KindInvalid {
		return *v.invalid()
	}
	if !e.server {
		return notSendable(v.kind)
	}
	switch v.kind {
	case KindNode:
		return e.node(v.node())
	case KindRelationship:
		return e.relationship(v.relationship())
	case KindPath:
		return e.path(v.path())
	default:
		return e.unsupported((*Unsupported)(v.ptr))
	}
}

func notSendable(k Kind) error {
	switch k {
	case KindNode, KindRelationship:
		return errorString("a " + k.String() + " cannot be a parameter: send its element id, or its properties")
	case KindPath:
		return errorString("a PATH cannot be a parameter: send the element ids of its nodes")
	default:
		return errorString("a value that the negotiated Bolt version cannot carry cannot be sent back")
	}
}

func (e *encoder) node(n *node) error {
	e.buf = packstream.AppendStruct(e.buf, tagNode, 3+e.elementIDs(1))
	e.int(n.id)
	if err := encodeStrings(e, n.labels); err != nil {
		return err
	}
	if err := e.properties(&n.props); err != nil {
		return err
	}
	return e.elementID(n.elementID)
}

// elementIDs returns n where the dialect has that many fields for them.
func (e *encoder) elementIDs(n int) int {
	if e.dialect.ElementIDs {
		return n
	}
	return 0
}

func (e *encoder) elementID(ids ...string) error {
	if !e.dialect.ElementIDs {
		return nil
	}
	for _, id := range ids {
		if err := e.string(id); err != nil {
			return err
		}
	}
	return nil
}

func encodeStrings(e *encoder, list []string) error {
	e.buf = packstream.AppendList(e.buf, len(list))
	for _, s := range list {
		if err := e.string(s); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) relationship(r *relationship) error {
	e.buf = packstream.AppendStruct(e.buf, tagRelationship, 5+e.elementIDs(3))
	e.int(r.id)
	e.int(r.startID)
	e.int(r.endID)
	if err := e.string(r.typ); err != nil {
		return err
	}
	if err := e.properties(&r.props); err != nil {
		return err
	}
	return e.elementID(r.elementID, r.startElementID, r.endElementID)
}

func (e *encoder) unbound(r *relationship) error {
	e.buf = packstream.AppendStruct(e.buf, tagUnboundRelationship, 3+e.elementIDs(1))
	e.int(r.id)
	if err := e.string(r.typ); err != nil {
		return err
	}
	if err := e.properties(&r.props); err != nil {
		return err
	}
	return e.elementID(r.elementID)
}

// path encodes pools of the distinct nodes and relationships and how to walk through them; see valueDecoder.walk.
func (e *encoder) path(p *path) error {
	if len(p.nodes) == 0 || len(p.nodes) != len(p.relationships)+1 {
		return errorString("a path has one node more than relationships")
	}
	nodes, nodeAt := distinct(p.nodes, (*node).key)
	rels, relAt := distinct(p.relationships, (*relationship).key)
	e.buf = packstream.AppendStruct(e.buf, tagPath, 3)
	if err := encodeList(e, nodes, (*encoder).node); err != nil {
		return err
	}
	if err := encodeList(e, rels, (*encoder).unbound); err != nil {
		return err
	}
	e.buf = packstream.AppendList(e.buf, 2*len(p.relationships))
	for i, rel := range p.relationships {
		step := int64(relAt[i] + 1)
		if rel.startKey() != p.nodes[i].key() {
			step = -step
		}
		e.int(step)
		e.int(int64(nodeAt[i+1]))
	}
	return nil
}

// distinct returns the elements without repetitions, and for each of all where it is among them.
func distinct[T any](all []T, key func(T) string) (pool []T, at []int) {
	pool, at = make([]T, 0, len(all)), make([]int, len(all))
	known := make(map[string]int, len(all))
	for i, x := range all {
		k := key(x)
		j, ok := known[k]
		if !ok {
			j = len(pool)
			known[k] = j
			pool = append(pool, x)
		}
		at[i] = j
	}
	return pool, at
}

// key identifies an entity: by its element id, or by its number where a program has given it no element id.
func (n *node) key() string { return entityKey(n.elementID, n.id) }

func (r *relationship) key() string { return entityKey(r.elementID, r.id) }

func (r *relationship) startKey() string { return entityKey(r.startElementID, r.startID) }

func entityKey(elementID string, id int64) string {
	if elementID != "" {
		return elementID
	}
	return "#" + strconv.FormatInt(id, 10)
}

func (e *encoder) unsupported(u *Unsupported) error {
	if !e.dialect.Vectors {
		return e.dialect.missing("a placeholder of an unsupported value", "6.0")
	}
	major, minor, ok := strings.Cut(u.MinVersion, ".")
	m, err := strconv.ParseInt(major, 10, 64)
	n, err2 := strconv.ParseInt(minor, 10, 64)
	if !ok || err != nil || err2 != nil {
		return errorString("the version " + quoted([]byte(u.MinVersion)) + " is not of the form 6.1")
	}
	e.buf = packstream.AppendStruct(e.buf, tagUnsupported, 4)
	if err := e.string(u.Name); err != nil {
		return err
	}
	e.int(m)
	e.int(n)
	if u.Message == "" {
		e.buf = packstream.AppendMap(e.buf, 0)
		return nil
	}
	e.buf = packstream.AppendString(packstream.AppendMap(e.buf, 1), "message")
	return e.string(u.Message)
}
