package records_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

var zoneNames = []string{"Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC", "Africa/Monrovia"}

func drawDate(t *rapid.T) records.Date {
	days := rapid.Int64Range(-365243219162, 365241780471).Draw(t, "days")
	return records.DateOf(time.Unix(days*86400, 0).UTC())
}

func drawLocalTime(t *rapid.T) records.LocalTime {
	return records.LocalTimeOf(time.Unix(0, rapid.Int64Range(0, 86400e9-1).Draw(t, "nanos")).UTC())
}

func drawOffset(t *rapid.T) int { return rapid.IntRange(-18*3600, 18*3600).Draw(t, "offset") }

func drawDateTime(t *rapid.T) time.Time {
	seconds := rapid.Int64Range(-31556889832700000, 31556889832700000).Draw(t, "seconds")
	nanos := rapid.Int64Range(0, 999999999).Draw(t, "nanos")
	if rapid.Bool().Draw(t, "named") {
		return time.Unix(seconds, nanos).In(zone(t, rapid.SampledFrom(zoneNames).Draw(t, "zone")))
	}
	return time.Unix(seconds, nanos).In(time.FixedZone("", drawOffset(t)))
}

func drawText(t *rapid.T) string {
	if rapid.IntRange(0, 50).Draw(t, "long") == 0 {
		return rapid.StringN(0, 2000, -1).Draw(t, "text")
	}
	return rapid.String().Draw(t, "text")
}

func drawMap(t *rapid.T, depth int) map[string]any {
	m := map[string]any{}
	for range rapid.IntRange(0, 20).Draw(t, "entries") {
		m[rapid.StringN(0, 3, -1).Draw(t, "key")] = drawScalarOrList(t, depth-1)
	}
	return m
}

func drawScalarOrList(t *rapid.T, depth int) any {
	if depth <= 0 || rapid.IntRange(0, 3).Draw(t, "nested") > 0 {
		return drawScalar(t)
	}
	if rapid.Bool().Draw(t, "map") {
		return drawMap(t, depth)
	}
	list := []any{}
	for range rapid.IntRange(0, 20).Draw(t, "items") {
		list = append(list, drawScalarOrList(t, depth-1))
	}
	return list
}

func drawScalar(t *rapid.T) any {
	switch rapid.IntRange(0, 16).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.Int64().Draw(t, "int")
	case 3:
		return math.Float64frombits(rapid.Uint64().Draw(t, "float"))
	case 4:
		return drawText(t)
	case 5:
		return rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")
	case 6:
		return drawDate(t)
	case 7:
		return drawLocalTime(t)
	case 8:
		return records.Time{LocalTime: drawLocalTime(t), Offset: drawOffset(t)}
	case 9:
		return records.LocalDateTime{Date: drawDate(t), LocalTime: drawLocalTime(t)}
	case 10:
		return drawDateTime(t)
	case 11:
		return records.Duration{
			Months: rapid.Int64().Draw(t, "months"), Days: rapid.Int64().Draw(t, "days"),
			Seconds: rapid.Int64Range(math.MinInt64, math.MaxInt64-1).Draw(t, "seconds"), Nanos: rapid.IntRange(0, 999999999).Draw(t, "nanos"),
		}
	case 12:
		return records.Point2D{SRID: rapid.Uint32().Draw(t, "srid"), X: rapid.Float64().Draw(t, "x"), Y: rapid.Float64().Draw(t, "y")}
	case 13:
		return records.Point3D{SRID: rapid.Uint32().Draw(t, "srid"), X: rapid.Float64().Draw(t, "x"), Z: rapid.Float64().Draw(t, "z")}
	case 14:
		return records.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
	default:
		return drawVector(t)
	}
}

func drawVector(t *rapid.T) any {
	n := rapid.IntRange(0, 20).Draw(t, "dimension")
	switch rapid.IntRange(0, 5).Draw(t, "element") {
	case 0:
		return records.Vector[int8](rapid.SliceOfN(rapid.Int8(), n, n).Draw(t, "vector"))
	case 1:
		return records.Vector[int16](rapid.SliceOfN(rapid.Int16(), n, n).Draw(t, "vector"))
	case 2:
		return records.Vector[int32](rapid.SliceOfN(rapid.Int32(), n, n).Draw(t, "vector"))
	case 3:
		return records.Vector[int64](rapid.SliceOfN(rapid.Int64(), n, n).Draw(t, "vector"))
	case 4:
		return records.Vector[float32](rapid.SliceOfN(rapid.Float32(), n, n).Draw(t, "vector"))
	default:
		return records.Vector[float64](rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "vector"))
	}
}

// drawPath walks at random through a graph of a few nodes.
func drawPath(t *rapid.T) records.Path {
	nodes := make([]records.Node, rapid.IntRange(1, 4).Draw(t, "nodes"))
	for i := range nodes {
		nodes[i] = records.Node{
			ID: int64(i), ElementID: fmt.Sprintf("4:x:%d", i),
			Labels: rapid.SliceOfN(rapid.StringN(1, 5, -1), 0, 3).Draw(t, "labels"), Props: drawMap(t, 1),
		}
	}
	at := rapid.IntRange(0, len(nodes)-1).Draw(t, "start")
	p := records.Path{Nodes: []records.Node{nodes[at]}, Relationships: []records.Relationship{}}
	for i := range rapid.IntRange(0, 6).Draw(t, "steps") {
		to := rapid.IntRange(0, len(nodes)-1).Draw(t, "to")
		start, end := nodes[at], nodes[to]
		if rapid.Bool().Draw(t, "backwards") {
			start, end = end, start
		}
		p.Relationships = append(p.Relationships, records.Relationship{
			ID: int64(i), ElementID: fmt.Sprintf("5:x:%d", i), Type: "T", Props: drawMap(t, 1),
			StartID: start.ID, StartElementID: start.ElementID, EndID: end.ID, EndElementID: end.ElementID,
		})
		p.Nodes = append(p.Nodes, nodes[to])
		at = to
	}
	return p
}

func drawResult(t *rapid.T) any {
	switch rapid.IntRange(0, 5).Draw(t, "entity") {
	case 0:
		return drawPath(t)
	case 1:
		return drawPath(t).Nodes
	case 2:
		return drawPath(t).Relationships
	default:
		return drawScalarOrList(t, 3)
	}
}

// TestRoundTrip sends values of every type and reads them again: from Go values and from Values, whole and cloned.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawResult(t)
		want, err := records.ValueOf(in)
		if err != nil {
			t.Fatalf("%v: %v", in, err)
		}
		b, err := records.AppendResult(nil, in, bolt61)
		if err != nil {
			t.Fatalf("%v: %v", in, err)
		}
		rows := records.NewRows()
		_ = rows.Keys([]string{"v"})
		if err := rows.Row(append([]byte{0x91}, b...)); err != nil {
			t.Fatalf("%v: %v", in, err)
		}
		rec := rows.Take()[0]
		for name, got := range map[string]records.Value{"decoded": rec.At(0), "cloned": rec.Clone().At(0)} {
			if !got.Equal(want) {
				t.Fatalf("%s: got %v, want %v", name, got, want)
			}
			again, err := records.ValueOf(got.Any())
			if err != nil || !again.Equal(want) {
				t.Fatalf("%s and back: got %v, want %v, error %v", name, again, want, err)
			}
			if j := got.AppendJSON(nil); !json.Valid(j) {
				t.Fatalf("not JSON: %s", j)
			}
		}
		r := packstream.NewReader(b)
		if alone := records.DecodeValue(&r); !alone.Equal(want) || r.Err() != nil || r.Len() != 0 {
			t.Fatalf("alone: got %v, want %v, error %v", alone, want, r.Err())
		}
	})
}

func TestTemporalTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		date, local := drawDate(t), drawLocalTime(t)
		duration := records.Duration{
			Months: rapid.Int64().Draw(t, "months"), Days: rapid.Int64().Draw(t, "days"),
			Seconds: rapid.Int64Range(math.MinInt64+1, math.MaxInt64-1).Draw(t, "seconds"), Nanos: rapid.IntRange(0, 999999999).Draw(t, "nanos"),
		}
		checkText(t, date, new(records.Date))
		checkText(t, local, new(records.LocalTime))
		checkText(t, records.Time{LocalTime: local, Offset: drawOffset(t)}, new(records.Time))
		checkText(t, records.LocalDateTime{Date: date, LocalTime: local}, new(records.LocalDateTime))
		checkText(t, duration, new(records.Duration))
	})
}

func checkText[T comparable, P interface {
	*T
	UnmarshalText(text []byte) error
}](t *rapid.T, v T, into P) {
	text := fmt.Sprint(v)
	if err := into.UnmarshalText([]byte(text)); err != nil || *into != v {
		t.Fatalf("%s: got %v, error %v", text, *into, err)
	}
}
