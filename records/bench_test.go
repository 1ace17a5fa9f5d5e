package records_test

import (
	"strconv"
	"testing"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// benchRows are the rows of three kinds of result, as they come from the wire.
func benchRows(kind string) (keys []string, rows [][]byte) {
	for i := range 1024 {
		var b []byte
		switch kind {
		case "int":
			keys = []string{"n"}
			b = packstream.AppendInt(packstream.AppendList(b, 1), int64(i))
		case "mixed":
			keys = []string{"id", "name", "score", "active", "nothing"}
			b = packstream.AppendList(b, 5)
			b = packstream.AppendInt(b, int64(i)*1000)
			b = packstream.AppendString(b, "person number "+strconv.Itoa(i))
			b = packstream.AppendFloat(b, float64(i)/3)
			b = packstream.AppendBool(b, i%2 == 0)
			b = packstream.AppendNull(b)
		case "node":
			keys = []string{"p"}
			b = packstream.AppendList(b, 1)
			b, _ = records.AppendResult(b, records.Node{
				ID: int64(i), ElementID: "4:f3e7a1c2-0000-4000-8000-000000000000:" + strconv.Itoa(i),
				Labels: []string{"Person", "Actor"},
				Props: map[string]any{
					"name": "person number " + strconv.Itoa(i), "born": int64(1900 + i%100), "score": float64(i) / 3,
					"active": true, "city": "Malmö",
				},
			}, bolt58)
		}
		rows = append(rows, b)
	}
	return keys, rows
}

func BenchmarkRows(b *testing.B) {
	for _, kind := range []string{"int", "mixed", "node"} {
		b.Run(kind, func(b *testing.B) {
			keys, rows := benchRows(kind)
			b.ReportAllocs()
			dec := records.NewRows()
			if err := dec.Keys(keys); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				if err := dec.Row(rows[i%len(rows)]); err != nil {
					b.Fatal(err)
				}
				if i%32 == 31 {
					dec.Take()
				}
			}
		})
	}
}

// BenchmarkFirstRow is what a query pays that returns one row.
func BenchmarkFirstRow(b *testing.B) {
	keys, rows := benchRows("int")
	b.ReportAllocs()
	for b.Loop() {
		dec := records.NewRows()
		_ = dec.Keys(keys)
		_ = dec.Row(rows[0])
		dec.Take()
	}
}

// mixed is what a row of five mixed columns is decoded into.
type mixed struct {
	ID      int64
	Name    string
	Score   float64
	Active  bool
	Nothing *string
}

type benchPerson struct {
	ElementID string   `neo4j:",elementId"`
	Labels    []string `neo4j:",labels"`
	Name      string
	Born      int
	Score     float64
	Active    bool
	City      string
}

func BenchmarkStructRows(b *testing.B) {
	b.Run("mixed", benchStructRows[mixed]("mixed"))
	b.Run("node", benchStructRows[benchPerson]("node"))
	b.Run("int", benchStructRows[int64]("int"))
}

func benchStructRows[T any](kind string) func(b *testing.B) {
	return func(b *testing.B) {
		keys, rows := benchRows(kind)
		b.ReportAllocs()
		dec := records.NewStructRows[T]()
		if err := dec.Keys(keys); err != nil {
			b.Fatal(err)
		}
		for i := 0; b.Loop(); i++ {
			if err := dec.Row(rows[i%len(rows)]); err != nil {
				b.Fatal(err)
			}
			if i%32 == 31 {
				dec.Take()
			}
		}
	}
}

// BenchmarkParameters encodes a thousand rows for UNWIND; the figures are for all of them.
func BenchmarkParameters(b *testing.B) {
	structs := make([]mixed, 1000)
	maps := make([]map[string]any, len(structs))
	for i := range structs {
		structs[i] = mixed{ID: int64(i), Name: "person number " + strconv.Itoa(i), Score: float64(i) / 3, Active: true}
		m := structs[i]
		maps[i] = map[string]any{"id": m.ID, "name": m.Name, "score": m.Score, "active": m.Active, "nothing": nil}
	}
	for name, rows := range map[string]any{"structs": structs, "maps": maps} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				var err error
				buf, err = records.AppendParameters(buf[:0], map[string]any{"rows": rows}, bolt58)
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	rec := records.NewRecord([]string{"id", "name", "list"}, records.IntValue(1), records.StringValue("x"), records.ListValue(records.IntValue(1)))
	b.Run("int", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = records.Get[int64](rec, "id")
		}
	})
	b.Run("list", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = records.Get[[]int](rec, "list")
		}
	})
}
