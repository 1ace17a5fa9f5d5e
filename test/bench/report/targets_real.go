package report

import (
	"fmt"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// queries are small ones, of many callers.
func (r *Report) queries() (lines []line) {
	for _, want := range []struct {
		write  bool
		name   string
		factor [3]float64
		allocs float64
	}{{false, "read", [3]float64{1.6, 1.6, 1.5}, 80}, {true, "write", [3]float64{1.2, 1.2, 1.2}, 110}} {
		for i, callers := range []int{1, 8, 64} {
			q := plan.Queries{Subject: subject.Neorx, Write: want.write, Callers: callers}
			name := fmt.Sprintf("Neo4j, RETURN 1, driver-level %s, %d callers", want.name, callers)
			lines = append(lines, r.times(name+": queries a second", q, want.factor[i]), r.latency(name+": p99", q))
		}
		one := plan.Queries{Subject: subject.Neorx, Write: want.write, Callers: 1}
		lines = append(lines, r.allocates("Neo4j, RETURN 1, driver-level "+want.name+": allocations a query", one, want.allocs))
	}
	return lines
}

// latency says that the slowest hundredth is no slower than the official driver's.
func (r *Report) latency(name string, m plan.Measurement) line {
	l := r.compare(name, m.Official(), m, p99, nanos)
	ratio, _ := r.Ratio(m, m.Official(), p99)
	l.measured, l.target, l.met = spread(ratio), "≤ 1 ×", ratio.Of <= 1
	return l
}

func p99(s work.Sample) float64 { return float64(s.P99.Nanoseconds()) }

func p50(s work.Sample) float64 { return float64(s.P50.Nanoseconds()) }

// loads are batches of rows in a parameter.
func (r *Report) loads() (lines []line) {
	for _, server := range []struct {
		name string
		real bool
	}{{"Synthetic server", false}, {"Neo4j", true}} {
		for _, rows := range []int{1000, 10_000} {
			maps := plan.Load{Subject: subject.Neorx, Kind: subject.OfMaps, Rows: rows, Real: server.real}
			structs := plan.Load{Subject: subject.Neorx, Kind: subject.OfStructs, Rows: rows, Real: server.real}
			name := fmt.Sprintf("%s, UNWIND of %d ", server.name, rows)
			lines = append(lines,
				r.cheaper(name+"maps: client CPU a row", maps, 1),
				r.cheaper(name+"structs (the official driver: maps): client CPU a row", structs, 2),
				r.allocates(name+"structs: allocations a row", structs, 0.1))
		}
	}
	return lines
}

const maxHeld = 8 << 20

// held is what a slow consumer's driver keeps.
func (r *Report) held() []line {
	other, neorx := r.Held[subject.Official], r.Held[subject.Neorx]
	_, known := r.Held[subject.Neorx]
	return []line{{
		work: "a slow consumer of ten million records: heap above idle", other: kib(float64(other.Most)), neorx: kib(float64(neorx.Most)),
		measured: fmt.Sprintf("first %s, last %s", kib(float64(neorx.First)), kib(float64(neorx.Last))),
		target:   "flat, ≤ " + kib(maxHeld), met: neorx.Most <= maxHeld && neorx.Last <= 2*neorx.First, known: known,
	}}
}

const maxConnection = 16 << 10

// rest is what a driver keeps that has nothing to do.
func (r *Report) rest() []line {
	other, neorx := r.Rest[subject.Official], r.Rest[subject.Neorx]
	_, known := r.Rest[subject.Neorx]
	return []line{
		{
			work: "an idle connection: memory", other: kib(other.ConnectionBytes), neorx: kib(neorx.ConnectionBytes), measured: kib(neorx.ConnectionBytes),
			target: "≤ " + kib(maxConnection), met: neorx.ConnectionBytes <= maxConnection, known: known,
		},
		{
			work: "an idle connection: goroutines", other: count(other.ConnectionGoroutines), neorx: count(neorx.ConnectionGoroutines),
			measured: count(neorx.ConnectionGoroutines), target: "0", met: neorx.ConnectionGoroutines == 0, known: known,
		},
		{
			work: "a driver without connections: goroutines", other: fmt.Sprint(other.DriverGoroutines), neorx: fmt.Sprint(neorx.DriverGoroutines),
			measured: fmt.Sprint(neorx.DriverGoroutines), target: "0", met: neorx.DriverGoroutines == 0, known: known,
		},
	}
}
