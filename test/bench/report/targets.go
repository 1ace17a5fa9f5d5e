package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Targets is the table of what was promised, and what has come of it. What was not measured is not in it.
func (r *Report) Targets() string {
	var b strings.Builder
	b.WriteString("| Work | compared with | neorx | ratio or figure (in single rounds) | CPU ratio | target | met |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n")
	for _, part := range [][]line{r.streams(), r.faces(), r.distances(), r.allocations(), r.latencies(), r.million(), r.queries(), r.loads(), r.held(), r.rest()} {
		for _, l := range part {
			if l.known {
				b.WriteString(l.String())
			}
		}
	}
	return b.String()
}

var basic = []string{"int", "mixed", "node"}

func point(shape, who string) plan.Point {
	return plan.Point{Shape: shape, Subject: who, Condition: plan.Plain}
}

func (r *Report) streams() (lines []line) {
	for _, c := range []struct {
		condition plan.Condition
		factors   [3]float64
	}{{plan.Plain, [3]float64{6, 4, 3}}, {plan.Timeout, [3]float64{50, 25, 14}}, {plan.Deadline, [3]float64{30, 16, 9}}} {
		for i, shape := range basic {
			p := point(shape, subject.Stream)
			p.Condition = c.condition
			lines = append(lines, r.times(fmt.Sprintf("`Stream()`, %s, %s: a record", shape, c.condition), p, c.factors[i]))
		}
	}
	return lines
}

func (r *Report) faces() []line {
	plain := func(who string) plan.Point { return point("mixed", who) }
	hinted := plain(subject.Records)
	hinted.Condition = plan.Timeout
	return []line{
		r.times("`Records()` observed, mixed, plain: a record", plain(subject.Records), 2.8),
		r.times("`Records()` observed, mixed, receive timeout: a record", hinted, 19),
		r.times("`Batches(1000)`, mixed, plain: a record", plain(subject.Batches), 3.8),
		r.times("`As[T]`, five fields, mixed, plain: a record", plain(subject.Structs), 5),
		r.allocates("`As[T]`: allocations a record", plain(subject.Structs), 1.1),
	}
}

// distances are from the floor, which does the same with no checks.
func (r *Report) distances() (lines []line) {
	for _, n := range []int64{1000, -1} {
		for _, shape := range basic {
			p, bottom := point(shape, subject.Stream), point(shape, subject.Decoded)
			p.Fetch, bottom.Fetch = n, n
			lines = append(lines, r.within(fmt.Sprintf("`Stream()`, %s, n = %s, against the floor decoder: a record", shape, plan.FetchName(n)), bottom, p, 1.4))
		}
	}
	return lines
}

func (r *Report) allocations() (lines []line) {
	for i, limit := range []float64{0.1, 0.1, 1.1} {
		lines = append(lines, r.allocates(fmt.Sprintf("`Stream()`, %s: allocations a record", basic[i]), point(basic[i], subject.Stream), limit))
	}
	return lines
}

func (r *Report) latencies() (lines []line) {
	near := point("int", subject.Stream)
	for _, want := range []struct {
		latency time.Duration
		part    float64
	}{{time.Millisecond, 0.8}, {40 * time.Millisecond, 0.3}} {
		far := near
		far.Latency = want.latency
		name := fmt.Sprintf("`Stream()`, int, two million records, %v away, against none: throughput", want.latency)
		lines = append(lines, r.keeps(name, near, far, want.part))
	}
	return lines
}

func (r *Report) million() []line {
	neorx := plan.RealStream{Subject: subject.Stream}
	drained := plan.RealStream{Subject: subject.Drained, Fetch: 1000}
	if all := (plan.RealStream{Subject: subject.Drained, Fetch: -1}); r.faster(all, drained) {
		drained = all
	}
	return []line{
		r.within("Neo4j, a million records, against a raw drain (n = "+plan.FetchName(drained.Fetch)+"): a record", drained, neorx, 1.25),
		r.cheaper("Neo4j, a million records: client CPU a record", neorx, 20),
	}
}

func (r *Report) faster(one, other plan.Measurement) bool {
	a, _ := r.Median(one, work.Sample.NanosPerItem)
	b, _ := r.Median(other, work.Sample.NanosPerItem)
	return a < b
}
