// Package shape has the kinds of rows that are streamed, encoded as a server sends them.
package shape

import (
	"fmt"
	"strings"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// Shape is a kind of row.
type Shape struct {
	Name   string
	Fields []string
	Row    []any
}

// All returns every shape there is.
func All() []Shape {
	return []Shape{
		{"int", []string{"x"}, []any{int64(123456)}},
		{"mixed", []string{"id", "name", "score", "active", "tag"}, []any{int64(123456), "Grace Hopper", 0.75, true, "admiral"}},
		{"node", []string{"n"}, []any{grace()}},
		{"path", []string{"p"}, []any{walk()}},
		{"string256", []string{"s"}, []any{strings.Repeat("0123456789abcdef", 16)}},
		{"bytes64k", []string{"b"}, []any{make([]byte, 64<<10)}},
		wide(),
	}
}

// Named returns the shape of that name.
func Named(name string) (Shape, error) {
	for _, s := range All() {
		if s.Name == name {
			return s, nil
		}
	}
	return Shape{}, fmt.Errorf("shape: there is no %q", name)
}

// Frame returns one record of the shape as it is on the wire of Bolt 5.8, chunk headers included.
func (s Shape) Frame() ([]byte, error) {
	caps := bolt.Version{Major: 5, Minor: 8}.Capabilities(false)
	return bolt.AppendFrame(nil, func(dst []byte) ([]byte, error) {
		return (&bolt.RecordMessage{Values: s.Row}).Append(dst, &caps)
	})
}

func grace() records.Node {
	return records.Node{
		ID: 42, ElementID: "4:f3e7:42", Labels: []string{"Person", "Author"},
		Props: map[string]any{"name": "Grace Hopper", "born": int64(1906), "score": 0.75, "active": true, "tag": "admiral"},
	}
}

// walk is a path of two relationships.
func walk() records.Path {
	ship := records.Node{ID: 43, ElementID: "4:f3e7:43", Labels: []string{"Ship"}, Props: map[string]any{"name": "USS Hopper"}}
	yard := records.Node{ID: 44, ElementID: "4:f3e7:44", Labels: []string{"Yard"}, Props: map[string]any{"name": "Bath"}}
	return records.Path{
		Nodes: []records.Node{grace(), ship, yard},
		Relationships: []records.Relationship{
			relationship(1, 42, 43, "NAMED"),
			relationship(2, 43, 44, "BUILT_IN"),
		},
	}
}

func relationship(id, start, end int64, kind string) records.Relationship {
	return records.Relationship{
		ID: id, ElementID: fmt.Sprintf("5:f3e7:%d", id), StartID: start, StartElementID: fmt.Sprintf("4:f3e7:%d", start),
		EndID: end, EndElementID: fmt.Sprintf("4:f3e7:%d", end), Type: kind, Props: map[string]any{"since": int64(1996)},
	}
}

// wide is a row of fifty columns: integers, floats, strings and booleans in turn.
func wide() Shape {
	s := Shape{Name: "wide50"}
	for i := range 50 {
		s.Fields = append(s.Fields, fmt.Sprintf("c%d", i))
		s.Row = append(s.Row, [...]any{int64(i), float64(i) / 4, "value", i%3 == 0}[i%4])
	}
	return s
}
