package records

import "unsafe"

// Size estimates the memory that the record keeps from being freed, in bytes: its values with everything in them. Keys, and what is shared with its
// neighbours beyond that, are not counted.
func (r *Record) Size() int { return sizeOf(r.Values()) }

const valueSize = int(unsafe.Sizeof(Value{}))

func sizeOf(values []Value) int {
	n := 0
	for i := range values {
		n += values[i].size()
	}
	return n
}

func (v Value) size() int {
	switch v.kind {
	case KindString, KindBytes:
		return valueSize + int(v.num)
	case KindVector:
		return valueSize + 8*int(v.num)
	case KindList:
		return valueSize + sizeOf(v.list())
	case KindMap:
		return valueSize + v.entries().size()
	case KindNode:
		return valueSize + v.node().size()
	case KindRelationship:
		return valueSize + v.relationship().size()
	case KindPath:
		return valueSize + v.path().size()
	default:
		return valueSize
	}
}

func (m Map) size() int {
	n := 0
	for _, e := range m {
		n += len(e.Key) + e.Value.size()
	}
	return n
}

func (n *node) size() int { return int(unsafe.Sizeof(*n)) + n.props.Size() }

func (r *relationship) size() int { return int(unsafe.Sizeof(*r)) + r.props.Size() }

func (p *path) size() int {
	pointers := 8 * (len(p.nodes) + len(p.relationships))
	return pointers + sizeOfEach(p.nodes, (*node).size) + sizeOfEach(p.relationships, (*relationship).size)
}

// sizeOfEach counts what is in a path several times once, as it is kept once.
func sizeOfEach[T any](items []*T, size func(*T) int) (n int) {
	counted := make(map[*T]struct{}, len(items))
	for _, item := range items {
		if _, again := counted[item]; !again {
			counted[item] = struct{}{}
			n += size(item)
		}
	}
	return n
}
