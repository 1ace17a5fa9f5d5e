package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
)

// value is a value as tests expect it.
type value struct {
	Name string         `json:"name"`
	Data map[string]any `json:"data"`
}

func simple(name string, v any) value { return value{name, map[string]any{"value": v}} }

// recordValues is a record as tests expect it.
func recordValues(r *neorx.Record) (map[string]any, error) {
	values := make([]value, r.Len())
	for i, v := range r.Values() {
		var err error
		if values[i], err = fromGo(v.Any()); err != nil {
			return nil, err
		}
	}
	return map[string]any{"values": values}, nil
}

func recordList(rows []*neorx.Record) ([]map[string]any, error) {
	list := make([]map[string]any, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = recordValues(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fromGo translates a value of a record. It fails for those that could not be decoded.
func fromGo(v any) (value, error) {
	switch v := v.(type) {
	case nil:
		return simple("CypherNull", nil), nil
	case bool:
		return simple("CypherBool", v), nil
	case int64:
		return simple("CypherInt", v), nil
	case float64:
		return simple("CypherFloat", decimal(v)), nil
	case string:
		return simple("CypherString", v), nil
	case []byte:
		return simple("CypherBytes", strings.TrimSpace(fmt.Sprintf("% x", v))), nil
	case []any:
		return listFromGo(v)
	case map[string]any:
		return mapFromGo(v)
	case neorx.Node:
		return node(v)
	case neorx.Relationship:
		return relationship(v)
	case neorx.Path:
		return path(v)
	case neorx.Invalid:
		return value{}, v
	}
	return fromTyped(v)
}

// fromTyped translates points, dates and times.
func fromTyped(v any) (value, error) {
	switch v := v.(type) {
	case neorx.Point2D:
		return value{"CypherPoint", map[string]any{"system": system(v.SRID), "x": v.X, "y": v.Y}}, nil
	case neorx.Point3D:
		return value{"CypherPoint", map[string]any{"system": system(v.SRID), "x": v.X, "y": v.Y, "z": v.Z}}, nil
	case neorx.Duration:
		return value{"CypherDuration", map[string]any{"months": v.Months, "days": v.Days, "seconds": v.Seconds, "nanoseconds": v.Nanos}}, nil
	case neorx.Date:
		return value{"CypherDate", withDate(map[string]any{}, v)}, nil
	case neorx.LocalTime:
		return value{"CypherTime", withTime(map[string]any{}, v)}, nil
	case neorx.Time:
		return value{"CypherTime", withTime(map[string]any{"utc_offset_s": v.Offset}, v.LocalTime)}, nil
	case neorx.LocalDateTime:
		return value{"CypherDateTime", withDate(withTime(map[string]any{}, v.LocalTime), v.Date)}, nil
	case time.Time:
		return dateTime(v), nil
	}
	return value{}, backendError{fmt.Sprintf("no test knows a %T", v)}
}

func system(srid uint32) string {
	for name, srids := range systems {
		if srid == srids[0] || srid == srids[1] {
			return name
		}
	}
	return fmt.Sprint(srid)
}

func withDate(fields map[string]any, d neorx.Date) map[string]any {
	fields["year"], fields["month"], fields["day"] = d.Year, int(d.Month), d.Day
	return fields
}

func withTime(fields map[string]any, t neorx.LocalTime) map[string]any {
	fields["hour"], fields["minute"], fields["second"], fields["nanosecond"] = t.Hour, t.Minute, t.Second, t.Nanosecond
	return fields
}

func dateTime(t time.Time) value {
	_, offset := t.Zone()
	fields := map[string]any{"utc_offset_s": offset}
	if loc := t.Location(); loc != time.UTC && loc.String() != "" {
		fields["timezone_id"] = loc.String()
	}
	return value{"CypherDateTime", withDate(withTime(fields, records.LocalTimeOf(t)), records.DateOf(t))}
}

func listFromGo(list []any) (value, error) {
	values := make([]value, len(list))
	for i, v := range list {
		var err error
		if values[i], err = fromGo(v); err != nil {
			return value{}, err
		}
	}
	return simple("CypherList", values), nil
}

func mapFromGo(m map[string]any) (value, error) {
	values, err := entries(m)
	return simple("CypherMap", values), err
}

func entries(m map[string]any) (map[string]value, error) {
	values := make(map[string]value, len(m))
	for key, v := range m {
		var err error
		if values[key], err = fromGo(v); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func node(n neorx.Node) (value, error) {
	labels := make([]value, len(n.Labels))
	for i, l := range n.Labels {
		labels[i] = simple("CypherString", l)
	}
	props, err := mapFromGo(n.Props)
	return value{"Node", map[string]any{
		"id": simple("CypherInt", n.ID), "elementId": simple("CypherString", n.ElementID),
		"labels": simple("CypherList", labels), "props": props,
	}}, err
}

func relationship(r neorx.Relationship) (value, error) {
	props, err := mapFromGo(r.Props)
	return value{"Relationship", map[string]any{
		"id": simple("CypherInt", r.ID), "elementId": simple("CypherString", r.ElementID),
		"startNodeId": simple("CypherInt", r.StartID), "startNodeElementId": simple("CypherString", r.StartElementID),
		"endNodeId": simple("CypherInt", r.EndID), "endNodeElementId": simple("CypherString", r.EndElementID),
		"type": simple("CypherString", r.Type), "props": props,
	}}, err
}

func path(p neorx.Path) (value, error) {
	nodes, rels := make([]value, len(p.Nodes)), make([]value, len(p.Relationships))
	for i, n := range p.Nodes {
		var err error
		if nodes[i], err = node(n); err != nil {
			return value{}, err
		}
	}
	for i, r := range p.Relationships {
		var err error
		if rels[i], err = relationship(r); err != nil {
			return value{}, err
		}
	}
	return value{"Path", map[string]any{"nodes": simple("CypherList", nodes), "relationships": simple("CypherList", rels)}}, nil
}
