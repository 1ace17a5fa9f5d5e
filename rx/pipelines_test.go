package rx_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/rx"
)

// A pipeline is a random stream together with its model: the lists of items that come out of it,
// each in its order, interleaved in any way, and how each list ends. A pipeline of one list is
// ordered.
type pipeline struct {
	name   string
	stream rx.Stream[int]
	lists  []list
	limit  int  // how many items it emits at most; negative: no limit
	once   bool // one run at a time: it shares a source
	crew   bool // sources may have ended by the time that the consumer stops
}

// list is the items of one source behind its operators.
type list struct {
	items []int
	end   error // nil: completed
	late  error // of the source, where it is stopped before its end
}

var (
	errSource = errors.New("the source failed")
	errLate   = errors.New("failed behind the stop")
	errPanics = errors.New("a function panicked")
)

func (p *pipeline) ordered() bool { return len(p.lists) == 1 }

// builder makes pipelines of bytes. It counts the sources that run, so that none is left behind.
type builder struct {
	bytes   []byte
	running *atomic.Int64
	owed    *atomic.Int64           // failures behind a stop that the run has to report
	broken  *atomic.Pointer[string] // the first complaint about an inner run
}

// next is the next byte below n, 0 when there are no more: every input makes a pipeline.
func (b *builder) next(n int) int {
	if len(b.bytes) == 0 {
		return 0
	}
	v := int(b.bytes[0]) % n
	b.bytes = b.bytes[1:]
	return v
}

func (b *builder) complain(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	b.broken.CompareAndSwap(nil, &text)
}

// source counts from 1 to n and ends as it was told; a stop makes it fail late, or not.
func (b *builder) source() pipeline {
	n := b.next(12)
	l := list{}
	for i := range n {
		l.items = append(l.items, i+1)
	}
	if b.next(4) == 1 {
		l.end = errSource
	}
	if b.next(3) == 1 {
		l.late = errLate
	}
	pause := time.Duration(b.next(3)) * time.Second
	owed := b.owed
	s := rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
		b.running.Add(1)
		defer b.running.Add(-1)
		for _, v := range l.items {
			err := wait(ctx, pause)
			if err == nil {
				err = emit(v)
			}
			if rx.Stopped(err) && l.late != nil {
				owed.Add(1)
				return rx.AfterStop(l.late)
			}
			if err != nil {
				return err
			}
		}
		return l.end
	})
	return pipeline{name: fmt.Sprint(l), stream: s, lists: []list{l}, limit: -1}
}

// wait lets other goroutines run, and ends with ctx, a source's.
func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
	}
	if stop := rx.ContextStop(ctx); stop != nil {
		return stop
	}
	return rx.ContextError(ctx)
}

// build makes a pipeline of at most depth operators on top of each other.
func (b *builder) build(depth int) pipeline {
	if depth == 0 {
		return b.source()
	}
	operators := []func(int) pipeline{
		b.mapped, b.filtered, b.taken, b.prefetched, b.parallel, b.merged, b.mergeMapped, b.shared, b.face,
		b.concatenated, b.nested, b.panicking, b.resumed, b.forwarded, b.buffered, b.scoped,
	}
	i := b.next(len(operators))
	p := operators[i](depth - 1)
	p.name = fmt.Sprintf("%s ← %s", names[i], p.name)
	return p
}

// names are those of the operators that build chooses from.
var names = []string{
	"Map", "Filter", "Take", "Prefetch", "ParallelMap", "Merge", "MergeMap", "Share", "face",
	"Concat", "nested", "Tap", "OnErrorResume", "New", "BufferTime", "Using",
}

// each changes the items of all lists by f, which drops those that it returns false for.
func (p pipeline) each(f func(int) (int, bool)) pipeline {
	lists := make([]list, len(p.lists))
	for i, l := range p.lists {
		lists[i] = list{end: l.end, late: l.late}
		for _, v := range l.items {
			if v, keep := f(v); keep {
				lists[i].items = append(lists[i].items, v)
			}
		}
	}
	p.lists = lists
	return p
}

func (b *builder) mapped(depth int) pipeline {
	p := b.build(depth)
	p.stream = rx.Map(p.stream, func(n int) int { return n + 1 })
	return p.each(func(n int) (int, bool) { return n + 1, true })
}

func (b *builder) filtered(depth int) pipeline {
	p := b.build(depth)
	if p.limit >= 0 {
		return p // how many of the limit are kept depends on the interleaving
	}
	p.stream = p.stream.Filter(func(n int) bool { return n%2 == 0 })
	return p.each(func(n int) (int, bool) { return n, n%2 == 0 })
}

func (b *builder) taken(depth int) pipeline {
	p := b.build(depth)
	n := b.next(9)
	p.stream = p.stream.Take(n)
	return p.take(n)
}

func (p pipeline) take(n int) pipeline {
	if p.limit < 0 || n < p.limit {
		p.limit = n
	}
	if p.ordered() && n <= len(p.lists[0].items) {
		l := p.lists[0]
		if p.crew { // the source may have been through before the stop
			return p
		}
		if n == 0 {
			l.late = nil // nothing runs
		}
		p.lists = []list{{items: l.items[:n], end: l.late, late: l.late}}
		p.limit = -1
	}
	return p
}

func (b *builder) prefetched(depth int) pipeline {
	p := b.build(depth)
	p.stream = p.stream.Prefetch(1 + b.next(4))
	p.crew = true
	return p
}

func (b *builder) parallel(depth int) pipeline {
	p := b.build(depth)
	p.stream = rx.ParallelMap(p.stream, 1+b.next(4), func(_ context.Context, n int) (int, error) { return n * 2, nil })
	p.crew = true
	return p.each(func(n int) (int, bool) { return n * 2, true })
}

func (b *builder) merged(depth int) pipeline {
	left, right := b.build(depth), b.build(depth)
	if left.limit >= 0 || right.limit >= 0 {
		return left
	}
	return pipeline{
		name:   left.name + " and " + right.name,
		stream: rx.Merge(left.stream, right.stream), lists: append(slices.Clone(left.lists), right.lists...),
		limit: -1, crew: true, once: left.once || right.once,
	}
}

func (b *builder) mergeMapped(depth int) pipeline {
	inner := b.build(depth)
	if inner.limit >= 0 || inner.once {
		return inner
	}
	p := pipeline{name: inner.name, limit: -1, crew: true}
	n := 1 + b.next(3)
	for range n {
		p.lists = append(p.lists, inner.lists...)
	}
	p.stream = rx.MergeMap(rx.FromSlice(make([]int, n)), 1+b.next(3), func(int) rx.Stream[int] { return inner.stream })
	return p
}

// shared is a stream that two observers share from its beginning.
func (b *builder) shared(depth int) pipeline {
	p := b.build(depth)
	if !p.ordered() || p.limit >= 0 {
		return p
	}
	both := p.stream.Share(rx.ShareWhen(2), rx.ShareBuffer(1+b.next(3)))
	return pipeline{
		name: p.name, stream: rx.Merge(both, both), lists: []list{p.lists[0], p.lists[0]}, limit: -1, crew: true, once: true,
	}
}

func (b *builder) face(depth int) pipeline {
	p := b.build(depth)
	o := rx.Observable(p.stream)
	plus := func(_ context.Context, v any) (any, error) { return v.(int) + 1, nil }
	switch b.next(4) {
	case 0:
		o = o.Map(plus)
	case 1:
		o = o.Map(plus, rxgo.WithPool(1+b.next(3)))
		p.crew = true
	case 2:
		o = o.FlatMap(func(it rxgo.Item) rxgo.Observable { return rx.Observable(rx.Just(it.V.(int) + 1)) })
	case 3:
		endless := rx.Observable(rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
			b.running.Add(1)
			defer b.running.Add(-1)
			for {
				if err := emit(1); err != nil {
					return err
				}
			}
		}))
		o = o.ZipFromIterable(endless, func(_ context.Context, a, c any) (any, error) { return a.(int) + c.(int), nil })
	}
	p.stream = rx.FromObservable[int](o)
	return p.each(func(n int) (int, bool) { return n + 1, true })
}

func (b *builder) concatenated(depth int) pipeline {
	first, second := b.build(depth), b.build(depth)
	if !first.ordered() || !second.ordered() || first.limit >= 0 || second.limit >= 0 || first.lists[0].end != nil {
		return first
	}
	a, c := first.lists[0], second.lists[0]
	if a.late != c.late {
		return first // which of the two is stopped depends on where
	}
	return pipeline{
		stream: rx.Concat(first.stream, second.stream),
		lists:  []list{{items: append(slices.Clone(a.items), c.items...), end: c.end, late: a.late}},
		limit:  -1, crew: first.crew || second.crew, once: first.once || second.once,
		name: first.name + " then " + second.name,
	}
}

// nested runs another pipeline in a function, under the context of this one: that is complete, or
// it is cancelled with this one. It is never cut short and complete.
func (b *builder) nested(depth int) pipeline {
	p := b.build(depth)
	owed := b.owed
	b.owed = new(atomic.Int64) // of runs that are others'
	inner := b.build(depth)
	b.owed = owed
	if inner.once {
		return p
	}
	p.name += " with " + inner.name
	collect := b.next(2) == 0
	f := func(ctx context.Context, n int) (int, error) {
		var got []int
		var err error
		func() {
			defer func() {
				if v := recover(); v != nil {
					err = errPanics
				}
			}()
			if collect {
				got, err = inner.stream.Collect(ctx)
				return
			}
			err = inner.stream.ForEach(ctx, func(n int) error { got = append(got, n); return nil })
		}()
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return n, err
		}
		if complaint := inner.check(got, err); complaint != "" {
			b.complain("an inner run of %s: %s", inner.name, complaint)
		}
		return n, nil
	}
	if b.next(2) == 0 {
		p.stream = rx.TryMap(p.stream, f)
		return p
	}
	p.stream = rx.ParallelMap(p.stream, 1+b.next(3), f)
	p.crew = true
	return p
}

// panicking has a function that panics at one item.
func (b *builder) panicking(depth int) pipeline {
	p := b.build(depth)
	at := 1 + b.next(20)
	if p.limit >= 0 {
		return p
	}
	p.stream = p.stream.Tap(func(n int) {
		if n == at {
			panic(errPanics)
		}
	})
	lists := slices.Clone(p.lists)
	for i, l := range lists {
		if where := slices.Index(l.items, at); where >= 0 {
			lists[i] = list{items: l.items[:where], end: errPanics, late: l.late}
		}
	}
	p.lists = lists
	return p
}

func (b *builder) resumed(depth int) pipeline {
	p := b.build(depth)
	if !p.ordered() || p.limit >= 0 || p.lists[0].end != errSource {
		return p
	}
	l := p.lists[0]
	p.stream = p.stream.OnErrorResume(func(error) rx.Stream[int] { return rx.Just(100, 101) })
	p.lists = []list{{items: append(slices.Clone(l.items), 100, 101), late: l.late}}
	p.crew = true // a stop in the substitute finds no source that could fail late
	return p
}

// forwarded is a source of a user's that hands its emit on to a run of its own.
func (b *builder) forwarded(depth int) pipeline {
	p := b.build(depth)
	s := p.stream
	p.stream = rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error { return s.ForEach(ctx, emit) })
	return p
}

func (b *builder) buffered(depth int) pipeline {
	p := b.build(depth)
	if p.limit >= 0 {
		return p
	}
	p.stream = rx.ConcatMap(rx.BufferTime(p.stream, 1+b.next(4), time.Hour), func(batch []int) rx.Stream[int] { return rx.FromSlice(batch) })
	p.crew = true
	return p
}

func (b *builder) scoped(depth int) pipeline {
	p := b.build(depth)
	s := p.stream
	p.stream = rx.Using(func(context.Context) (int, error) { b.running.Add(1); return 0, nil },
		func(int) rx.Stream[int] { return s }, func(int, error) error { b.running.Add(-1); return nil })
	return p
}

// check compares what came out with the model, and returns what is wrong.
func (p *pipeline) check(got []int, err error) string {
	left, ok := p.consume(got)
	switch {
	case !ok:
		return fmt.Sprintf("%v is not the beginning of what could come: %v", got, p.lists)
	case p.limit >= 0 && len(got) > p.limit:
		return fmt.Sprintf("%d items where %d are the limit", len(got), p.limit)
	case err == nil && p.limit >= 0 && len(got) == p.limit:
		return ""
	case err == nil:
		return p.complete(got, left)
	default:
		return p.failed(got, err, left)
	}
}

// complete says what is wrong with a run that was reported as complete.
func (p *pipeline) complete(got []int, left [][]int) string {
	for i, rest := range left {
		if len(rest) > 0 || p.lists[i].end != nil {
			return fmt.Sprintf("complete with %v, but there was more: %v, %v", got, rest, p.lists[i].end)
		}
	}
	return ""
}

// failed says what is wrong with a run that was reported as failed.
func (p *pipeline) failed(got []int, err error, left [][]int) string {
	if p.limit >= 0 && len(got) == p.limit && errors.Is(err, errLate) {
		for _, l := range p.lists {
			if l.late != nil {
				return ""
			}
		}
	}
	for i := range p.lists {
		// A panic on one goroutine does not wait for the items of the others.
		all := len(left[i]) == 0 || !p.ordered() || p.lists[i].end == errPanics
		if p.lists[i].end != nil && errors.Is(err, p.lists[i].end) && all {
			return ""
		}
	}
	return fmt.Sprintf("%v and the error %q, which is no end of %v (limit %d)", got, err, p.lists, p.limit)
}

// consume tells whether got is the beginning of an interleaving of the lists, and what that leaves
// of each. Where several lists could have an item, it tries them all.
func (p *pipeline) consume(got []int) (left [][]int, ok bool) {
	left = make([][]int, len(p.lists))
	for i, l := range p.lists {
		left[i] = l.items
	}
	return interleaved(got, left, map[string]bool{})
}

// interleaved remembers what was left where it has failed: there are few such states, and very many
// ways to each.
func interleaved(got []int, left [][]int, dead map[string]bool) ([][]int, bool) {
	if len(got) == 0 {
		return left, true
	}
	state := ""
	for _, rest := range left {
		state += fmt.Sprint(len(rest), " ")
	}
	if dead[state] {
		return nil, false
	}
	var tried []string
	for i, rest := range left {
		if len(rest) == 0 || rest[0] != got[0] || slices.Contains(tried, fmt.Sprint(rest)) {
			continue
		}
		tried = append(tried, fmt.Sprint(rest)) // an equal list would lead to the same
		next := slices.Clone(left)
		next[i] = rest[1:]
		if end, ok := interleaved(got[1:], next, dead); ok {
			return end, true
		}
	}
	dead[state] = true
	return nil, false
}
