package stats_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/stats"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
	"github.com/neorx/neorx/test/bench/work"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func took(nanos ...int64) (samples []work.Sample) {
	for _, n := range nanos {
		samples = append(samples, work.Sample{Cost: usage.Cost{Elapsed: time.Duration(n)}, Items: 1})
	}
	return samples
}

func TestMedian(t *testing.T) {
	one := plan.Connect{Subject: subject.Neorx}
	for _, c := range []struct {
		name  string
		nanos []int64
		want  float64
		ok    bool
	}{
		{"nothing was measured", nil, 0, false},
		{"one round", []int64{7}, 7, true},
		{"the middle, whatever the order", []int64{9, 1, 5}, 5, true},
		{"the lower of the two in the middle", []int64{9, 1, 5, 7}, 5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := stats.Results{one: took(c.nanos...)}.Median(one, work.Sample.NanosPerItem)
			if got != c.want || ok != c.ok {
				t.Fatalf("%v %v instead of %v %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func TestRatioIsThatOfTheMediansWithinTheRounds(t *testing.T) {
	one, other := plan.Connect{Subject: subject.Official}, plan.Connect{Subject: subject.Neorx}
	r := stats.Results{one: took(40, 400, 50), other: took(10, 80, 10)}
	got, ok := r.Ratio(one, other, work.Sample.NanosPerItem)
	if want := (stats.Ratio{Of: 5, Least: 4, Most: 5}); !ok || got != want {
		t.Fatalf("%v %v instead of %v", got, ok, want)
	}
	if _, ok := r.Ratio(one, plan.Connect{Subject: "nobody"}, work.Sample.NanosPerItem); ok {
		t.Fatal("a ratio with what was not measured")
	}
}
