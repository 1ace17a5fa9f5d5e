package records

import (
	"strconv"
	"unsafe"
)

func (d *valueDecoder) nodeValue(v *Value, fields int) {
	n := d.nodes.one(chunkEntities)
	d.node(n, fields)
	v.kind, v.ptr = KindNode, unsafe.Pointer(n)
}

// node reads the fields of a Node: id, labels, properties and, from 5.0 on, the element id.
func (d *valueDecoder) node(n *node, fields int) {
	n.id = d.r.Int()
	o := d.outlines.enter()
	n.labels = d.labels(o)
	n.props = d.ownProperties(o)
	if fields == 4 {
		n.elementID = d.str()
	} else {
		n.elementID = strconv.FormatInt(n.id, 10)
	}
}

func (d *valueDecoder) relationshipValue(v *Value, fields int) {
	rel := d.relationships.one(chunkEntities)
	rel.id, rel.startID, rel.endID = d.r.Int(), d.r.Int(), d.r.Int()
	rel.typ = d.name()
	rel.props = d.ownProperties(d.outlines.enter())
	if fields == 8 {
		rel.elementID, rel.startElementID, rel.endElementID = d.str(), d.str(), d.str()
	} else {
		rel.elementID = strconv.FormatInt(rel.id, 10)
		rel.startElementID = strconv.FormatInt(rel.startID, 10)
		rel.endElementID = strconv.FormatInt(rel.endID, 10)
	}
	v.kind, v.ptr = KindRelationship, unsafe.Pointer(rel)
}

// unbound reads a relationship of a Path, which does not say where it starts and ends.
func (d *valueDecoder) unbound(rel *relationship, fields int) {
	rel.id = d.r.Int()
	rel.typ = d.name()
	rel.props = d.ownProperties(d.outlines.enter())
	if fields == 4 {
		rel.elementID = d.str()
	} else {
		rel.elementID = strconv.FormatInt(rel.id, 10)
	}
}

func (d *valueDecoder) pathValue(v *Value, _ int) {
	nodes := pool(d, tagNode, &d.nodes, (*valueDecoder).node)
	rels := pool(d, tagUnboundRelationship, &d.relationships, (*valueDecoder).unbound)
	indices := d.indices()
	if d.r.Err() != nil {
		return
	}
	p, err := d.walk(nodes, rels, indices)
	if err != nil {
		*v = invalidValue(KindPath, err)
		return
	}
	v.kind, v.ptr = KindPath, unsafe.Pointer(p)
}

// pool reads the list of a path's distinct nodes or relationships.
func pool[T any](d *valueDecoder, tag byte, from *chunk[T], read func(*valueDecoder, *T, int)) []*T {
	n := d.r.List()
	if !d.promise(n) {
		return nil
	}
	if !d.charge(n * (int(unsafe.Sizeof(*new(T))) + relationshipBytes)) {
		return nil
	}
	out := make([]*T, n)
	for i := range out {
		d.promised--
		got, fields := d.r.Struct()
		if got != tag || (fields != 3 && fields != 4) {
			d.r.Fail(errorString("a path of something else than nodes and relationships"))
			return nil
		}
		out[i] = from.one(chunkEntities)
		read(d, out[i], fields)
	}
	return out
}

func (d *valueDecoder) indices() []int64 {
	n := d.r.List()
	if !d.promise(n) {
		return nil
	}
	d.promised -= n
	out := make([]int64, n)
	for i := range out {
		out[i] = d.r.Int()
	}
	return out
}

// walk puts a path together. The indices come in pairs: a relationship, counted from 1 and negative when walked against
// its direction, and the node that it leads to, counted from 0.
func (d *valueDecoder) walk(nodes []*node, rels []*relationship, indices []int64) (*path, error) {
	if len(nodes) == 0 {
		return nil, errorString("a path without nodes")
	}
	if len(indices)%2 != 0 {
		return nil, errorString("a path with an odd number of indices")
	}
	at, steps := nodes[0], len(indices)/2
	p := &path{nodes: make([]*node, 1, 1+steps), relationships: make([]*relationship, 0, steps)}
	p.nodes[0] = at
	bound := make([]ends, len(rels))
	for i := 0; i < len(indices); i += 2 {
		step, to := indices[i], indices[i+1]
		if step == 0 || step > int64(len(rels)) || step < -int64(len(rels)) {
			return nil, errorString("a path with relationship " + strconv.FormatInt(step, 10) + " of " + strconv.Itoa(len(rels)))
		}
		if to < 0 || to >= int64(len(nodes)) {
			return nil, errorString("a path with node " + strconv.FormatInt(to, 10) + " of " + strconv.Itoa(len(nodes)))
		}
		next, which := nodes[to], max(step, -step)-1
		between := ends{at, next}
		if step < 0 {
			between = ends{next, at}
		}
		if !bound[which].bind(rels[which], between) {
			return nil, errorString("a path with relationship " + strconv.FormatInt(which+1, 10) + " between several pairs of nodes")
		}
		p.relationships = append(p.relationships, rels[which])
		p.nodes = append(p.nodes, next)
		at = next
	}
	return p, nil
}

// ends are the nodes that a relationship of a path lies between.
type ends struct{ start, end *node }

// bind tells the relationship its ends, which are the same wherever it is in the path.
func (e *ends) bind(rel *relationship, between ends) bool {
	if e.start == nil {
		*e = between
		rel.startID, rel.startElementID = between.start.id, between.start.elementID
		rel.endID, rel.endElementID = between.end.id, between.end.elementID
	}
	return *e == between
}
