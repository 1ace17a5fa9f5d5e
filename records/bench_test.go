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
