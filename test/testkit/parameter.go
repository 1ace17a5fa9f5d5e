package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
)

// parameters translates the values that a test sends.
func parameters(sent map[string]message) (map[string]any, error) {
	if sent == nil {
		return nil, nil
	}
	params := make(map[string]any, len(sent))
	for name, m := range sent {
		v, err := parameter(m)
		if err != nil {
			return nil, backendError{fmt.Sprintf("%s: %v", name, err)}
		}
		params[name] = v
	}
	return params, nil
}

// parameter translates one value.
func parameter(m message) (any, error) {
	switch m.Name {
	case "CypherNull":
		return nil, nil
	case "CypherBool":
		return field[bool](m)
	case "CypherInt":
		return field[int64](m)
	case "CypherString":
		return field[string](m)
	case "CypherFloat":
		return float(m)
	case "CypherBytes":
		return bytesOf(m)
	case "CypherList":
		return listOf(m)
	case "CypherMap":
		sent, err := field[map[string]message](m)
		if err != nil {
			return nil, err
		}
		return parameters(sent)
	case "CypherPoint":
		return point(m)
	}
	return temporal(m)
}

// field returns the value of a message that has nothing else.
func field[T any](m message) (T, error) {
	var data struct {
		Value T `json:"value"`
	}
	err := decode(m.Data, &data)
	return data.Value, err
}

// float reads a number, which may lack a fraction, or the name of what JSON has no number for.
func float(m message) (any, error) {
	v, err := field[any](m)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case json.Number:
		return v.Float64()
	case string:
		return strconv.ParseFloat(v, 64)
	}
	return nil, fmt.Errorf("%v is no number", v)
}

// bytesOf reads two digits a byte, with spaces between.
func bytesOf(m message) (any, error) {
	text, err := field[string](m)
	if err != nil {
		return nil, err
	}
	digits := strings.Fields(text)
	b := make([]byte, len(digits))
	for i, d := range digits {
		n, err := strconv.ParseUint(d, 16, 8)
		if err != nil {
			return nil, err
		}
		b[i] = byte(n)
	}
	return b, nil
}

func listOf(m message) (any, error) {
	sent, err := field[[]message](m)
	if err != nil {
		return nil, err
	}
	list := make([]any, len(sent))
	for i, item := range sent {
		if list[i], err = parameter(item); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func point(m message) (any, error) {
	var p struct {
		System string   `json:"system"`
		X      float64  `json:"x"`
		Y      float64  `json:"y"`
		Z      *float64 `json:"z"`
	}
	if err := decode(m.Data, &p); err != nil {
		return nil, err
	}
	srids, ok := systems[p.System]
	if !ok {
		return nil, fmt.Errorf("unknown reference system %q", p.System)
	}
	if p.Z == nil {
		return neorx.Point2D{SRID: srids[0], X: p.X, Y: p.Y}, nil
	}
	return neorx.Point3D{SRID: srids[1], X: p.X, Y: p.Y, Z: *p.Z}, nil
}

// systems has the identifiers of the reference systems, in two and three dimensions.
var systems = map[string][2]uint32{
	"cartesian": {records.SRIDCartesian2D, records.SRIDCartesian3D},
	"wgs84":     {records.SRIDWGS84, records.SRIDWGS84In3D},
}

// moment has the fields of dates, times and durations.
type moment struct {
	Year        int     `json:"year"`
	Month       int     `json:"month"`
	Day         int     `json:"day"`
	Hour        int     `json:"hour"`
	Minute      int     `json:"minute"`
	Second      int     `json:"second"`
	Nanosecond  int     `json:"nanosecond"`
	Offset      *int    `json:"utc_offset_s"`
	Zone        *string `json:"timezone_id"`
	Months      int64   `json:"months"`
	Days        int64   `json:"days"`
	Seconds     int64   `json:"seconds"`
	Nanoseconds int     `json:"nanoseconds"`
}

func temporal(m message) (any, error) {
	var t moment
	if err := decode(m.Data, &t); err != nil {
		return nil, err
	}
	switch m.Name {
	case "CypherDate":
		return t.date(), nil
	case "CypherTime":
		if t.Offset == nil {
			return t.time(), nil
		}
		return neorx.Time{LocalTime: t.time(), Offset: *t.Offset}, nil
	case "CypherDateTime":
		return t.dateTime()
	case "CypherDuration":
		return neorx.Duration{Months: t.Months, Days: t.Days, Seconds: t.Seconds, Nanos: t.Nanoseconds}, nil
	}
	return nil, fmt.Errorf("unknown type %q", m.Name)
}

func (t *moment) date() neorx.Date {
	return neorx.Date{Year: t.Year, Month: time.Month(t.Month), Day: t.Day}
}

func (t *moment) time() neorx.LocalTime {
	return neorx.LocalTime{Hour: t.Hour, Minute: t.Minute, Second: t.Second, Nanosecond: t.Nanosecond}
}

// dateTime makes the time that clocks show. Where they show it twice the offset says which is meant; it is of no more use than that, since other
// machines round the offsets of long ago.
func (t *moment) dateTime() (any, error) {
	wall := neorx.LocalDateTime{Date: t.date(), LocalTime: t.time()}
	if t.Offset == nil {
		return wall, nil
	}
	at := wall.In(time.FixedZone("", *t.Offset))
	if t.Zone == nil {
		return at, nil
	}
	zone, err := time.LoadLocation(*t.Zone)
	if err != nil {
		return nil, err
	}
	if zone == time.UTC { // which stands for the offset of zero, and not for the zone of that name
		zone = time.FixedZone("UTC", 0)
	}
	if meant := at.In(zone); records.LocalDateTimeOf(meant) == wall {
		return meant, nil
	}
	return wall.In(zone), nil
}

// decimal is a float as JSON has it, or its name where JSON has none.
func decimal(f float64) any {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "+Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return f
}
