package subject

import "fmt"

// The kinds of rows that are loaded.
const (
	OfMaps    = "maps"    // what every driver takes
	OfStructs = "structs" // what only neorx takes
)

// row is one of them.
type row struct {
	ID     int64   `neo4j:"id"`
	Name   string  `neo4j:"name"`
	Score  float64 `neo4j:"score"`
	Active bool    `neo4j:"active"`
	Tag    string  `neo4j:"tag"`
}

// Rows makes n rows of a kind.
func Rows(kind string, n int) (any, error) {
	structs := make([]row, n)
	for i := range structs {
		structs[i] = row{int64(i), "Grace Hopper", float64(i) / 4, i%2 == 0, "admiral"}
	}
	switch kind {
	case OfStructs:
		return structs, nil
	case OfMaps:
		return maps(structs), nil
	}
	return nil, fmt.Errorf("subject: there are no rows of %q", kind)
}

func maps(structs []row) []any {
	list := make([]any, len(structs))
	for i, r := range structs {
		list[i] = map[string]any{"id": r.ID, "name": r.Name, "score": r.Score, "active": r.Active, "tag": r.Tag}
	}
	return list
}
