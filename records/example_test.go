package records_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// person stands in for what a query yields.
var person = records.NewRecord([]string{"name", "born", "tags"},
	records.StringValue("Ada"), records.IntValue(1815), records.ListValue(records.StringValue("maths")))

func Example() {
	name, err := records.Get[string](person, "name")
	fmt.Println(name, err)

	born, ok := person.Get("born") // the value itself
	fmt.Println(born, born.Kind(), ok)

	fmt.Println(person)
	// Output:
	// Ada <nil>
	// 1815 INTEGER true
	// {name: "Ada", born: 1815, tags: ["maths"]}
}

func ExampleGet() {
	tags, err := records.Get[[]string](person, "tags")
	fmt.Println(tags, err)

	_, err = records.Get[int8](person, "born")
	fmt.Println(err)
	// Output:
	// [maths] <nil>
	// column "born": INTEGER does not fit int8: it is 1815
}

func ExampleProperty() {
	ada := records.Node{Labels: []string{"Person"}, Props: map[string]any{"name": "Ada", "born": int64(1815)}}
	fmt.Println(records.Property[int](ada, "born"))

	_, err := records.Property[string](ada, "nick")
	fmt.Println(err)
	// Output:
	// 1815 <nil>
	// field nick: there is no such property, only born, name
}

// A row of two columns needs no struct of its own.
func ExamplePair() {
	row := records.NewRecord([]string{"p.name", "p.born"}, records.StringValue("Ada"), records.IntValue(1815))
	pair, err := records.As[records.Pair[string, int]](row)
	fmt.Println(pair.First, pair.Second, err)
	// Output: Ada 1815 <nil>
}

func ExampleAs() {
	type Person struct {
		Name string
		Born int
		Died *int `neo4j:"died"`
	}
	_, err := records.As[Person](person)
	fmt.Println(err)

	p, err := records.As[Person](person, records.AllowMissing())
	fmt.Println(p.Name, p.Born, p.Died, err)
	// Output:
	// column "died" (field Died): the result has no such column; it has name, born, tags
	// Ada 1815 <nil> <nil>
}

func ExampleNewRows() {
	rows := records.NewRows()
	if err := rows.Keys([]string{"n"}); err != nil {
		fmt.Println(err)
	}
	if err := rows.Row([]byte{0x91, 0x2A}); err != nil { // a list of the integer 42, as the server sends it
		fmt.Println(err)
	}
	for _, rec := range rows.Take() {
		fmt.Println(rec)
	}
	// Output: {n: 42}
}

func ExampleNewStructRows() {
	type Film struct {
		ElementID string `neo4j:",elementId"`
		Title     string
		Released  int
	}
	node, _ := records.AppendResult([]byte{0x91}, records.Node{
		ElementID: "4:db:1", Props: map[string]any{"title": "The Matrix", "released": 1999},
	}, records.Dialect{UTC: true, ElementIDs: true})

	rows := records.NewStructRows[Film]()
	if err := rows.Keys([]string{"film"}); err != nil {
		fmt.Println(err)
	}
	if err := rows.Row(node); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%+v\n", rows.Take())
	// Output: [{ElementID:4:db:1 Title:The Matrix Released:1999}]
}

func ExampleDecodeError() {
	_, err := records.Get[[]int](person, "tags")
	var e *records.DecodeError
	if errors.As(err, &e) {
		fmt.Println(e.Column, e.Field, e.Type, e.Target)
	}
	// Output: tags [0] STRING int
}

func ExampleAppendParameters() {
	type Row struct {
		ID   int
		When time.Time `neo4j:"when,omitempty"`
	}
	params := map[string]any{"rows": []Row{{ID: 1}, {ID: 2}}}
	b, err := records.AppendParameters(nil, params, records.Dialect{UTC: true, Version: "5.8"})
	fmt.Printf("% X %v\n", b, err)

	_, err = records.AppendParameters(nil, map[string]any{"id": records.UUID{}}, records.Dialect{Version: "5.8"})
	fmt.Println(err)
	// Output:
	// A1 84 72 6F 77 73 92 A1 82 69 64 01 A1 82 69 64 02 <nil>
	// parameter id: UUID needs Bolt 6.1; this connection speaks 5.8
}

func ExampleAppendValue() {
	b, err := records.AppendValue(nil, []any{1, "two", nil}, records.Dialect{})
	fmt.Printf("% X %v\n", b, err)
	// Output: 93 01 83 74 77 6F C0 <nil>
}

func ExampleAppendResult() {
	b, err := records.AppendResult(nil, records.Node{ID: 1, Labels: []string{"A"}}, records.Dialect{})
	fmt.Printf("% X %v\n", b, err)
	// Output: B3 4E 01 91 81 41 A0 <nil>
}

func ExampleDecodeValue() {
	r := packstream.NewReader([]byte{0x92, 0x01, 0xB1, 0x44, 0xFF})
	v := records.DecodeValue(&r)
	fmt.Println(v, r.Err())
	// Output: [1, 1969-12-31] <nil>
}

func ExampleValueOf() {
	v, err := records.ValueOf(map[string]any{"point": records.Point2D{SRID: records.SRIDWGS84, X: 13, Y: 55.6}})
	fmt.Println(v, err)
	// Output: {point: point({srid: 4326, x: 13.0, y: 55.6})} <nil>
}

func ExampleValue() {
	v := records.ListValue(records.IntValue(1), records.StringValue("x"), records.Value{})
	items, ok := v.AsList()
	fmt.Println(v.Kind(), len(items), ok)
	_, ok = v.AsInt()
	fmt.Println(ok)
	fmt.Println(v.Any())
	// Output:
	// LIST 3 true
	// false
	// [1 x <nil>]
}

func ExampleRecord_AppendJSON() {
	fmt.Println(string(person.AppendJSON(nil)))
	b, err := json.Marshal(map[string]any{"person": person})
	fmt.Println(string(b), err)
	// Output:
	// {"name":"Ada","born":1815,"tags":["maths"]}
	// {"person":{"name":"Ada","born":1815,"tags":["maths"]}} <nil>
}

func ExampleRecord_Clone() {
	var longest *records.Record
	for _, rec := range []*records.Record{person} { // imagine a million
		if longest == nil || rec.Len() > longest.Len() {
			longest = rec.Clone() // keeps no other record's memory
		}
	}
	fmt.Println(longest)
	// Output: {name: "Ada", born: 1815, tags: ["maths"]}
}

func ExampleDecodeSummary() {
	metadata := packstream.AppendString(nil, "type")
	metadata = packstream.AppendString(metadata, "r")
	r := packstream.NewReader(metadata)
	var s records.Summary
	meta := records.DecodeSummary(&r, 1, &s)
	s.Finish(true, true, false, false)
	fmt.Println(s.QueryType, s.Statuses[0].GQLStatus, meta.HasMore, r.Err())
	// Output: r 00000 false <nil>
}

func ExampleDuration() {
	d := records.Duration{Months: 14, Days: 25, Seconds: 18367, Nanos: 8}
	fmt.Println(d)
	_, ok := d.Time()
	fmt.Println(ok, "a month has no fixed length")
	fmt.Println(records.DurationOf(90 * time.Minute))
	// Output:
	// P14M25DT18367.000000008S
	// false a month has no fixed length
	// PT5400S
}

func ExampleDate() {
	var d records.Date
	fmt.Println(d.UnmarshalText([]byte("2024-02-29")), d.Time())
	fmt.Println(d.Compare(records.Date{Year: 2024, Month: time.March, Day: 1}))
	// Output:
	// <nil> 2024-02-29 00:00:00 +0000 UTC
	// -1
}

func ExampleVector() {
	v := records.VectorValue(records.Vector[float32]{0.5, 1})
	vec, ok := records.AsVector[float32](v)
	fmt.Println(vec, ok)
	_, ok = records.AsVector[float64](v)
	fmt.Println(ok)
	// Output:
	// [0.5 1] true
	// false
}

func ExampleParseUUID() {
	u, err := records.ParseUUID("550E8400-E29B-41D4-A716-446655440000")
	fmt.Println(u, err)
	// Output: 550e8400-e29b-41d4-a716-446655440000 <nil>
}
