package rx_test

import (
	"testing"

	"github.com/neorx/neorx/rx"
)

type row struct{ n int }

func rows(n int) []*row {
	s := make([]*row, n)
	for i := range s {
		s[i] = &row{i}
	}
	return s
}

func BenchmarkTyped(b *testing.B) {
	million := rows(1_000_000)
	chain := rx.Map(rx.Map(rx.FromSlice(million), func(r *row) *row { return r }).
		Filter(func(r *row) bool { return r.n >= 0 }), func(r *row) *row { return r })
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		_ = chain.ForEach(b.Context(), func(*row) error { n++; return nil })
		if n != len(million) {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(million)), "ns/item")
}
