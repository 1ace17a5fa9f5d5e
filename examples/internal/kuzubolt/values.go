//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"fmt"
	"math/big"
	"time"

	"github.com/google/uuid"
	"github.com/kuzudb/go-kuzu"
	"github.com/shopspring/decimal"

	"github.com/neorx/neorx/records"
)

// fromKuzu turns a value of a result into what the server end of Bolt encodes. Cypher has one integer and one float;
// Kùzu's dates and timestamps, which its binding does not tell apart, become date-times in UTC; its decimals and UUIDs,
// which have no type in most versions of Bolt, become strings.
func fromKuzu(value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, int64, float64, string, []byte:
		return v, nil
	case int8, int16, int32, uint8, uint16, uint32, uint64, *big.Int:
		return integer(v)
	case float32:
		return float64(v), nil
	case decimal.Decimal:
		return v.String(), nil
	case uuid.UUID:
		return v.String(), nil
	case time.Time:
		return v.UTC(), nil
	case time.Duration:
		return records.DurationOf(v), nil
	case kuzu.InternalID:
		return elementID(v), nil
	case []any:
		return list(v)
	case map[string]any:
		return properties(v)
	case []kuzu.MapItem:
		return mapOf(v)
	case kuzu.Node:
		return node(v)
	case kuzu.Relationship:
		return relationship(v)
	case kuzu.RecursiveRelationship:
		return path(v)
	}
	return nil, fmt.Errorf("kuzubolt: a result holds a %T", value)
}

// integer widens every integer type to Cypher's one; sum() of integers, for example, is one of 128 bits.
func integer(value any) (int64, error) {
	n, ok := new(big.Int).SetString(fmt.Sprint(value), 10)
	if !ok || !n.IsInt64() {
		return 0, fmt.Errorf("kuzubolt: Overflow exception: %v does not fit into 64 bits", value)
	}
	return n.Int64(), nil
}

func list(items []any) ([]any, error) {
	converted := make([]any, len(items))
	for i, item := range items {
		var err error
		if converted[i], err = fromKuzu(item); err != nil {
			return nil, err
		}
	}
	return converted, nil
}

// properties converts the fields of a struct, a node or a relationship.
func properties(fields map[string]any) (map[string]any, error) {
	converted := make(map[string]any, len(fields))
	for name, field := range fields {
		value, err := fromKuzu(field)
		if err != nil {
			return nil, err
		}
		converted[name] = value
	}
	return converted, nil
}

func mapOf(items []kuzu.MapItem) (map[string]any, error) {
	fields := make(map[string]any, len(items))
	for _, item := range items {
		fields[fmt.Sprint(item.Key)] = item.Value
	}
	return properties(fields)
}

func node(n kuzu.Node) (records.Node, error) {
	props, err := entityProperties(n.Properties)
	return records.Node{ID: id(n.ID), ElementID: elementID(n.ID), Labels: []string{n.Label}, Props: props}, err
}

func relationship(r kuzu.Relationship) (records.Relationship, error) {
	props, err := entityProperties(r.Properties)
	return records.Relationship{
		ID: id(r.ID), ElementID: elementID(r.ID), Type: r.Label, Props: props,
		StartID: id(r.SourceID), StartElementID: elementID(r.SourceID),
		EndID: id(r.DestinationID), EndElementID: elementID(r.DestinationID),
	}, err
}

// entityProperties leaves out nulls: a column that is empty in Kùzu's table is a property that the node does not have.
func entityProperties(columns map[string]any) (map[string]any, error) {
	present := make(map[string]any, len(columns))
	for name, column := range columns {
		if column != nil {
			present[name] = column
		}
	}
	return properties(present)
}

// path converts what Kùzu has for a path, and for the variable of a variable-length relationship, which is a list in
// Neo4j: it lacks the nodes at both ends.
func path(p kuzu.RecursiveRelationship) (any, error) {
	relationships := make([]records.Relationship, len(p.Relationships))
	for i := range relationships {
		var err error
		if relationships[i], err = relationship(p.Relationships[i]); err != nil {
			return nil, err
		}
	}
	if len(p.Nodes) <= len(p.Relationships) {
		converted := make([]any, len(relationships))
		for i := range converted {
			converted[i] = relationships[i]
		}
		return converted, nil
	}
	nodes := make([]records.Node, len(p.Nodes))
	for i := range nodes {
		var err error
		if nodes[i], err = node(p.Nodes[i]); err != nil {
			return nil, err
		}
	}
	return records.Path{Nodes: nodes, Relationships: relationships}, nil
}

// elementID writes an id as Kùzu itself does, table:offset.
func elementID(id kuzu.InternalID) string { return fmt.Sprintf("%d:%d", id.TableID, id.Offset) }

// id packs an id into the number that Bolt before 5.0 wants: tables are few, and offsets below 2^48.
func id(id kuzu.InternalID) int64 { return int64(id.TableID<<48 | id.Offset) }
