package rx_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/rx"
)

// plumber makes pipelines of bytes, and notes what they do wrong.
type plumber struct {
	bytes  []byte
	panics bool         // a function of the pipeline panics, so that a panic may come out, and end everything
	parts  int          // how many there are so far
	held   atomic.Int64 // by sources

	mu     sync.Mutex // guards faults
	faults []string
}

// pipe is a pipeline and what it may tell.
type pipe struct {
	rx.Stream[int]
	shape
	name string
}

// next is a number below n.
func (p *plumber) next(n int) int {
	if len(p.bytes) == 0 {
		return 0
	}
	b := p.bytes[0]
	p.bytes = p.bytes[1:]
	return int(b) % n
}

func (p *plumber) fault(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

// source emits 0, 1, … n-1 and ends with end. It waits before each item if it is slow, and fails
// behind a stop if it owes something.
func (p *plumber) source() pipe {
	n, how, yields := p.next(8), p.next(16), p.next(3)
	slow, owes := how&1 != 0, how&2 != 0
	end := []error{nil, nil, errBoom, errHung}[how>>2]
	wait := func(ctx context.Context, d time.Duration) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return rx.ContextError(ctx)
		}
	}
	run := func(ctx context.Context, emit func(int) error) error {
		for i := range n {
			for range yields {
				runtime.Gosched()
			}
			if slow {
				if err := wait(ctx, time.Second); err != nil {
					return err
				}
			}
			if err := emit(i); err != nil {
				return err
			}
		}
		if end == errHung {
			if err := wait(ctx, time.Hour); err != nil {
				return err
			}
		}
		return end
	}
	s := rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
		p.held.Add(1)
		defer p.held.Add(-1)
		var refused error
		err := run(ctx, func(v int) error {
			refused = emit(v)
			return refused
		})
		if owes && (rx.Stopped(refused) || rx.ContextStop(ctx) != nil) {
			return rx.AfterStop(errOwed)
		}
		return err
	})
	m := exactly(nil, end)
	for i := range n {
		m.items = append(m.items, i)
	}
	m.n = n
	if owes {
		m.owes = always
	}
	return pipe{s, m, fmt.Sprintf("source(%d, slow %v, owes %v, %v)", n, slow, owes, end)}
}

// pipeline is a random one; depth bounds how deep others are within it.
func (p *plumber) pipeline(depth int) pipe {
	p.parts++
	out := p.beginning(depth)
	for range p.next(5) {
		if len(out.items) > 200 || p.parts > 30 {
			break
		}
		out = p.operator(out, depth)
	}
	return out
}

// beginning is a source, or several pipelines that are combined.
func (p *plumber) beginning(depth int) pipe {
	kind := p.next(8)
	if depth == 0 || kind < 3 {
		return p.source()
	}
	a, b := p.pipeline(depth-1), p.pipeline(depth-1)
	name := fmt.Sprintf("(%s, %s)", a.name, b.name)
	switch {
	case kind == 3 && a.exact():
		return pipe{rx.Concat(a.Stream, b.Stream), concatenated(a.shape, b.shape), "Concat" + name}
	case kind == 4 && a.exact() && b.exact():
		sum := func(_ context.Context, a, b any) (any, error) { return a.(int) + b.(int), nil }
		o := rx.Observable(a.Stream).ZipFromIterable(rx.Observable(b.Stream), sum)
		return pipe{rx.FromObservable[int](o), zipped(a.shape, b.shape), "Zip" + name}
	case kind == 5:
		width := 1 + p.next(4)
		s := rx.MergeMap(a.Stream, width, func(v int) rx.Stream[int] {
			return rx.Map(b.Stream, func(n int) int { return n + v })
		})
		return pipe{s, a.within(b.shape), "MergeMap" + name}
	}
	return pipe{p.merged(a, b), beside(a.shape, b.shape), "Merge" + name}
}

// concatenated is the shape of two, one after the other, of which the first is exact.
func concatenated(a, b shape) shape {
	if !a.can(nil) {
		a.owes = a.atMost(maybe)
		return a
	}
	b.items = append(slices.Clone(a.items), b.items...)
	if b.n >= 0 {
		b.n += len(a.items)
	}
	b.owes = max(a.atMost(maybe), b.atMost(maybe))
	return b
}

// merged merges two pipelines and checks that the items of each keep their order.
func (p *plumber) merged(parts ...pipe) rx.Stream[int] {
	return rx.Defer(func() rx.Stream[int] {
		type tagged struct{ part, v int }
		var streams []rx.Stream[tagged]
		for i, part := range parts {
			streams = append(streams, rx.Map(part.Stream, func(v int) tagged { return tagged{i, v} }))
		}
		came := make([][]int, len(parts))
		return rx.Map(rx.Merge(streams...), func(it tagged) int {
			part := parts[it.part]
			came[it.part] = append(came[it.part], it.v)
			got := came[it.part]
			if part.ordered && (len(got) > len(part.items) || got[len(got)-1] != part.items[len(got)-1]) {
				p.fault("within Merge: %v is not the beginning of %v: %s", got, part.items, part.name)
			}
			return it.v
		})
	})
}

// stopping is the kinds of operators that stop their source, and how many items they take of an
// exact one; negative: they do not.
var stopping = map[string]func(items []int, k int) int{
	"Take":      func(items []int, k int) int { return takes(items, k) },
	"face Take": func(items []int, k int) int { return takes(items, k) },
	"TakeWhile": func(items []int, k int) int { return slices.IndexFunc(items, func(n int) bool { return n >= 2*k }) },
}

func takes(items []int, k int) int {
	if k > len(items) || k == 0 {
		return -1
	}
	return k
}

// operator is one operator behind a pipeline: one of those that are modelled on lists where that is
// exact, or of those that keep their items.
func (p *plumber) operator(in pipe, depth int) pipe {
	if in.exact() && p.next(2) == 0 {
		return p.listed(in)
	}
	switch kind := p.next(14); {
	case kind < 3 && depth > 0:
		return p.calling(in, depth)
	case kind == 3 && !p.panics && depth == 0:
		p.panics = true
		at := p.next(6)
		in.Stream = in.Tap(func(v int) {
			if v == at {
				panic(errPanic)
			}
		})
		in.name += fmt.Sprintf(" → panic(%d)", at)
		return in
	default:
		return p.keeping(in, kind)
	}
}

// listed is an operator that is modelled on lists.
func (p *plumber) listed(in pipe) pipe {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(kinds)), func(name string) bool { return name == "Share" }) // is in keeping
	name, k := names[p.next(len(names))], p.next(6)
	op := kinds[name](k)
	out := pipe{op.stream(in.Stream), in.shape, fmt.Sprintf("%s → %s(%d)", in.name, name, k)}
	want := op.model(in.model())
	out.shape = exactly(want.items, want.err)
	switch name {
	case "Map", "TryMap", "Filter", "Take", "TakeWhile", "Skip", "Scan", "face Take", "face Distinct":
		out.owes = in.owes
	case "All", byChannel: // they do not tell
	default:
		out.owes = in.atMost(maybe)
	}
	if stops, ok := stopping[name]; ok && stops(in.items, k) >= 0 {
		switch in.owes { //nolint:exhaustive // without a debt nothing changes
		case always:
			out.ends = []error{errOwed}
		case maybe:
			out.ends = []error{nil, errOwed}
		}
	}
	return out
}

// keeping is an operator that keeps the items, or whose effect on any shape is simple.
func (p *plumber) keeping(in pipe, kind int) pipe {
	k := p.next(6)
	out := in
	out.owes = in.atMost(maybe)
	name := ""
	switch kind % 11 {
	case 0:
		out.Stream, out.shape, name = in.Take(k), in.taken(k), "Take"
	case 1:
		out.Stream, out.shape, name = in.Skip(k), in.skipped(k), "Skip"
	case 2:
		f := func(n int) int { return n + k }
		out.Stream, out.shape, name = rx.Map(in.Stream, f), in.mapped(f), "Map"
	case 3:
		out.Stream, name = in.Prefetch(1+k), "Prefetch"
	case 4:
		out.Stream, name = rx.ConcatMap(rx.BufferTime(in.Stream, 1+k, time.Second), rx.FromSlice[int]), "BufferTime"
	case 5:
		out.Stream = rx.Defer(func() rx.Stream[int] { return in.Share(rx.ShareBuffer(k)) })
		name = "Share"
	case 6:
		out.Stream = rx.Defer(func() rx.Stream[int] {
			shared := in.Share(rx.ShareBuffer(k))
			return rx.Merge(shared, shared)
		})
		out.shape, name = beside(in.shape, in.shape), "Share twice"
		out.n = -1
	case 7:
		o := rx.Observable(in.Stream).BufferWithTimeOrCount(rxgo.WithDuration(time.Second), 1+k).FlatMap(each)
		out.Stream, name = rx.FromObservable[int](o), "BufferWithTimeOrCount"
	case 8:
		key := func(it rxgo.Item) string { return fmt.Sprint(it.V.(int) % 3) }
		o := rx.Observable(in.Stream).GroupByDynamic(key).
			FlatMap(func(it rxgo.Item) rxgo.Observable { return it.V.(rxgo.GroupedObservable) })
		out.Stream, out.ordered, name = rx.FromObservable[int](o), false, "GroupByDynamic"
	case 9:
		o := rx.Observable(in.Stream).Map(echo, rxgo.WithPool(1+k))
		out.Stream, name = rx.FromObservable[int](o), "pool"
	case 10: // by all runs: one that comes later has missed the beginning
		out.Stream, name = in.Share(rx.ShareBuffer(k)), "Share by all"
		out.n, out.ordered = -1, false
	}
	out.name = fmt.Sprintf("%s → %s(%d)", in.name, name, k)
	return out
}

// each is the items of a buffer.
func each(it rxgo.Item) rxgo.Observable {
	var items []int
	for _, v := range it.V.([]any) {
		items = append(items, v.(int))
	}
	return rx.Observable(rx.FromSlice(items))
}

// calling is an operator whose function runs a pipeline of its own for every item, to the end or
// until it cancels it.
func (p *plumber) calling(in pipe, depth int) pipe {
	inner := p.pipeline(depth - 1)
	how, at, tells := p.next(len(endings)), p.next(12), p.next(2) == 0
	f := func(ctx context.Context, v int) (int, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		err := p.perform(ctx, inner, how, func(n int) {
			if n == at {
				cancel()
			}
		})
		if err != nil && tells && inner.owns(err) {
			return 0, err
		}
		return v, nil
	}
	out, name := in, ""
	switch width := 1 + p.next(3); p.next(3) {
	case 0:
		out.Stream, name = rx.TryMap(in.Stream, f), "TryMap"
	case 1:
		out.Stream, name = rx.ParallelMap(in.Stream, width, f), "ParallelMap"
	case 2:
		out.Stream, name = rx.MergeMap(in.Stream, width, func(v int) rx.Stream[int] {
			return rx.Call(func(ctx context.Context) (int, error) { return f(ctx, v) })
		}), "MergeMap of Call"
		out.ordered = false
	}
	out.owes = in.atMost(maybe)
	if tells {
		out.shape = out.with(failures(inner.shape)...)
		out.early = true
	}
	out.name = fmt.Sprintf("%s → %s(%s, %s, cancelled at %d, tells %v)", in.name, name, inner.name, endings[how].name, at, tells)
	return out
}

// endings are the ways to run a pipeline to its end.
var endings = []struct {
	name string
	run  func(ctx context.Context, s rx.Stream[int], item func(int)) error
}{
	{"Collect", func(ctx context.Context, s rx.Stream[int], item func(int)) error {
		_, err := s.Tap(item).Collect(ctx)
		return err
	}},
	{"ForEach", func(ctx context.Context, s rx.Stream[int], item func(int)) error {
		return s.ForEach(ctx, func(v int) error {
			item(v)
			return nil
		})
	}},
	{"All", func(ctx context.Context, s rx.Stream[int], item func(int)) error {
		for v, err := range s.All(ctx) {
			if err != nil {
				return err
			}
			item(v)
		}
		return nil
	}},
	{"ToSlice", func(ctx context.Context, s rx.Stream[int], item func(int)) error {
		_, err := rx.Observable(s.Tap(item)).ToSlice(0, rxgo.WithContext(ctx))
		return err
	}},
	{"Observe", func(ctx context.Context, s rx.Stream[int], item func(int)) (last error) {
		for it := range rx.Observable(s).Observe(rxgo.WithContext(ctx)) {
			if it.E == nil {
				item(it.V.(int))
			}
			last = it.E
		}
		return last
	}},
	{"face ForEach", func(ctx context.Context, s rx.Stream[int], item func(int)) (end error) {
		ends := 0
		<-rx.Observable(s).ForEach(func(v any) { item(v.(int)) }, func(err error) { end = err; ends++ }, func() { ends++ }, rxgo.WithContext(ctx))
		if ends != 1 {
			return fmt.Errorf("%d ends", ends)
		}
		return end
	}},
	{"Count", func(ctx context.Context, s rx.Stream[int], item func(int)) error {
		_, err := s.Tap(item).Count(ctx)
		return err
	}},
}

// perform runs a pipeline and checks what it tells. seen is called with the number of each item, as
// it comes.
func (p *plumber) perform(ctx context.Context, in pipe, how int, seen func(n int)) error {
	var items []int
	err := endings[how].run(ctx, in.Stream, func(v int) {
		items = append(items, v)
		seen(len(items) - 1)
	})
	if p.panics && !rx.Stopped(err) { // it may have ended anything, and been resumed as an error of the face
		return err
	}
	if fault := in.fault(ctx, items, err); fault != "" {
		p.fault("%s\n\tof %s: %s", fault, endings[how].name, in.name)
	}
	return err
}

// pipelines makes a pipeline of bytes, runs it in one or two places, and returns what was wrong.
func pipelines(bytes []byte) (faults []string) {
	p := &plumber{bytes: bytes}
	in := p.pipeline(2)
	how, at, observers := p.next(len(endings)), p.next(24), 1+p.next(2)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	for range observers {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil && !p.expects(v) {
					p.fault("panic: %v\n\tof %s: %s", v, endings[how].name, in.name)
				}
			}()
			_ = p.perform(ctx, in, how, func(n int) {
				if n == at {
					cancel()
				}
			})
		})
	}
	wg.Wait()
	<-time.After(time.Second) // what was abandoned on purpose gives up
	if held := p.held.Load(); held != 0 {
		p.fault("%d held: %s", held, in.name)
	}
	slices.Sort(p.faults)
	return slices.Compact(p.faults)
}

// expects tells whether a panic is that of the pipeline.
func (p *plumber) expects(v any) bool {
	err, ok := v.(error)
	return ok && p.panics && errors.Is(err, errPanic)
}

// explain is the faults for a message.
func explain(faults []string) string { return strings.Join(faults, "\n") }
