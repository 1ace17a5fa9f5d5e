package records

import (
	"maps"
	"slices"
)

// Entity is what properties are read from by [Property].
type Entity interface {
	Node | Relationship | map[string]any
}

// Property returns a property of a node or a relationship, or an entry of a map, as a T, by the rules of
// [NewStructRows] without options. The error is a [*DecodeError] that names the property and those that exist, or a
// [*UsageError] for a T that nothing can be decoded into. A T of any, or of a pointer, takes null; a property that is
// not there is an error all the same.
func Property[T any, E Entity](entity E, key string) (T, error) {
	props := propertiesIn(entity)
	v, ok := props[key]
	if !ok {
		var zero T
		return zero, &DecodeError{Field: key, Reason: "there is no such property, only " + listed(slices.Sorted(maps.Keys(props)))}
	}
	value, err := valueOf(v)
	if err != nil {
		var zero T
		return zero, err
	}
	if out, ok := simple[T](value); ok {
		return out, nil
	}
	out, err := convert[T](value, "")
	return out, inField(err, key)
}

func propertiesIn[E Entity](entity E) map[string]any {
	switch e := any(entity).(type) {
	case Node:
		return e.Props
	case Relationship:
		return e.Props
	default:
		return e.(map[string]any)
	}
}
