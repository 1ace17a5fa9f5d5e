package rx_test

import (
	"context"
	"testing"
	"time"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/rx"
)

// The benchmarks of one chain, source → Map → Filter → Map → ForEach or Observe, over the same
// million pointers: through typed operators, through our face and through RxGo's operators. Read
// ns/item.

type line struct{ n int }

var million = func() []*line {
	s := make([]*line, 1_000_000)
	for i := range s {
		s[i] = &line{i}
	}
	return s
}()

func typedChain() rx.Stream[*line] {
	same := func(l *line) *line { return l }
	return rx.Map(rx.Map(rx.FromSlice(million), same).Filter(func(l *line) bool { return l.n >= 0 }), same)
}

func faceChain(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable {
	same := func(_ context.Context, v any) (any, error) { return v, nil }
	return o.Map(same, opts...).Filter(func(v any) bool { return v.(*line).n >= 0 }, opts...).Map(same, opts...)
}

func rxgoSource(opts ...rxgo.Option) rxgo.Observable {
	return rxgo.Defer([]rxgo.Producer{func(_ context.Context, next chan<- rxgo.Item) {
		for _, l := range million {
			next <- rxgo.Of(l)
		}
	}}, opts...)
}

// perItem runs one observation of the million a round.
func perItem(b *testing.B, observe func() int) {
	b.ReportAllocs()
	for b.Loop() {
		if n := observe(); n != len(million) {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(million)), "ns/item")
	b.ReportMetric(0, "ns/op")
}

func forEach(o rxgo.Observable, opts ...rxgo.Option) (n int) {
	<-o.ForEach(func(any) { n++ }, func(err error) { panic(err) }, func() {}, opts...)
	return n
}

func observe(o rxgo.Observable, opts ...rxgo.Option) (n int) {
	for it := range o.Observe(opts...) {
		if it.E == nil {
			n++
		}
	}
	return n
}

func BenchmarkTypedForEach(b *testing.B) {
	s := typedChain()
	perItem(b, func() (n int) {
		_ = s.ForEach(b.Context(), func(*line) error { n++; return nil })
		return n
	})
}

func BenchmarkTypedAll(b *testing.B) {
	s := typedChain()
	perItem(b, func() (n int) {
		for _, err := range s.All(b.Context()) {
			if err == nil {
				n++
			}
		}
		return n
	})
}

func BenchmarkTypedPrefetch(b *testing.B) {
	s := typedChain().Prefetch(128)
	perItem(b, func() (n int) {
		_ = s.ForEach(b.Context(), func(*line) error { n++; return nil })
		return n
	})
}

func BenchmarkFaceForEach(b *testing.B) {
	o := faceChain(rx.Observable(rx.FromSlice(million)))
	perItem(b, func() int { return forEach(o) })
}

func BenchmarkFaceForEachWithContext(b *testing.B) {
	o := faceChain(rx.Observable(rx.FromSlice(million)))
	perItem(b, func() int { return forEach(o, rxgo.WithContext(b.Context())) })
}

func BenchmarkFaceObserve(b *testing.B) {
	o := faceChain(rx.Observable(rx.FromSlice(million)))
	perItem(b, func() int { return observe(o) })
}

func BenchmarkFaceObserveWithContext(b *testing.B) {
	o := faceChain(rx.Observable(rx.FromSlice(million)))
	perItem(b, func() int { return observe(o, rxgo.WithContext(b.Context())) })
}

func BenchmarkRxGoForEach(b *testing.B) {
	o := faceChain(rxgoSource())
	perItem(b, func() int { return forEach(o) })
}

func BenchmarkRxGoObserve(b *testing.B) {
	o := faceChain(rxgoSource())
	perItem(b, func() int { return observe(o) })
}

func BenchmarkRxGoBufferedForEach(b *testing.B) {
	buffered := rxgo.WithBufferedChannel(128)
	o := faceChain(rxgoSource(buffered), buffered)
	perItem(b, func() int { return forEach(o, buffered) })
}

func BenchmarkRxGoBufferedObserve(b *testing.B) {
	buffered := rxgo.WithBufferedChannel(128)
	o := faceChain(rxgoSource(buffered), buffered)
	perItem(b, func() int { return observe(o, buffered) })
}

// Boxed values are apart: the boxing, one allocation an item, is the face's and not the operators'.
func BenchmarkBoxedFaceForEach(b *testing.B) {
	ints := make([]int, len(million))
	for i := range ints {
		ints[i] = i + 1000
	}
	same := func(_ context.Context, v any) (any, error) { return v, nil }
	o := rx.Observable(rx.FromSlice(ints)).Map(same).Filter(func(v any) bool { return v.(int) >= 0 }).Map(same)
	perItem(b, func() int { return forEach(o) })
}

// BenchmarkRatios runs the chain in every way within each round, so that a busy machine slows all
// alike, and reports how many times faster ours are.
func BenchmarkRatios(b *testing.B) {
	buffered := rxgo.WithBufferedChannel(128)
	face := faceChain(rx.Observable(rx.FromSlice(million)))
	plain, roomy := faceChain(rxgoSource()), faceChain(rxgoSource(buffered), buffered)
	var ourForEach, ourObserve, theirForEach, theirObserve, theirBuffered time.Duration
	timed := func(total *time.Duration, observe func()) {
		begin := time.Now()
		observe()
		*total += time.Since(begin)
	}
	for b.Loop() {
		timed(&ourForEach, func() { forEach(face) })
		timed(&ourObserve, func() { observe(face) })
		timed(&theirForEach, func() { forEach(plain) })
		timed(&theirObserve, func() { observe(plain) })
		timed(&theirBuffered, func() { observe(roomy, buffered) })
	}
	b.ReportMetric(theirForEach.Seconds()/ourForEach.Seconds(), "x-ForEach")
	b.ReportMetric(theirObserve.Seconds()/ourObserve.Seconds(), "x-Observe")
	b.ReportMetric(theirBuffered.Seconds()/ourObserve.Seconds(), "x-Observe-buffered")
	b.ReportMetric(0, "ns/op")
}
