package records

import "slices"

// Entry is one pair of a MAP.
type Entry struct {
	Key   string
	Value Value
}

// Map is a MAP, or the properties of a node or a relationship, in the order in which the server sent them. Keys are
// unique.
type Map []Entry

// Get returns the value of the key.
func (m Map) Get(key string) (value Value, ok bool) {
	for i := range m {
		if m[i].Key == key {
			return m[i].Value, true
		}
	}
	return Value{}, false
}

// Any returns the ordinary Go map: every value as [Value.Any] returns it.
func (m Map) Any() map[string]any {
	out := make(map[string]any, len(m))
	for i := range m {
		out[m[i].Key] = m[i].Value.Any()
	}
	return out
}

// scanMax is up to how many entries comparing each with all is cheaper than a hash table.
const scanMax = 16

// unique returns m without the entries whose key comes again, since of repeated keys the last one wins. It changes m
// in place where there are any.
func (m Map) unique() Map {
	if len(m) > scanMax {
		return m.uniqueLarge()
	}
	for i := 1; i < len(m); i++ {
		for j := range i {
			if m[i].Key == m[j].Key {
				return m.uniqueLarge()
			}
		}
	}
	return m
}

func (m Map) uniqueLarge() Map {
	last := make(map[string]int, len(m))
	for i := range m {
		last[m[i].Key] = i
	}
	if len(last) == len(m) {
		return m
	}
	kept := m[:0]
	for i := range m {
		if last[m[i].Key] == i {
			kept = append(kept, m[i])
		}
	}
	return slices.Clip(kept)
}

// repeated returns a key that comes twice, if there is one.
func (m Map) repeated() (key string, ok bool) {
	if len(m) <= scanMax {
		for i := 1; i < len(m); i++ {
			if _, ok := m[:i].Get(m[i].Key); ok {
				return m[i].Key, true
			}
		}
		return "", false
	}
	seen := make(map[string]struct{}, len(m))
	for i := range m {
		if _, ok := seen[m[i].Key]; ok {
			return m[i].Key, true
		}
		seen[m[i].Key] = struct{}{}
	}
	return "", false
}
