package rx

import "context"

// ParallelMap is a stream of f(ctx, v) for every v of s, in the order of s, with f running on up to
// n goroutines at once. At most n items are on their way. The first error in that order ends it,
// after the results before it; ctx, which f gets, ends with the run. For results in the order in
// which they are ready use MergeMap with Call.
func ParallelMap[T, U any](s Stream[T], n int, f func(ctx context.Context, v T) (U, error)) Stream[U] {
	if n < 1 {
		return failArgument[U]("ParallelMap", "number of workers", n)
	}
	return Stream[U]{func(ctx context.Context, d Demand, emit func(U) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		p := newParallel(n, f)
		c := newCrew(ctx, func() {})
		c.start(func(context.Context) error {
			for range n {
				c.start(p.work)
			}
			p.feed(c, s, d)
			return nil
		})
		defer c.abandon()
		return c.finish(p.collect(c, emit))
	}}
}

// parallel is one run: a feeder, n workers and the consumer. A result travels in a slot; there are
// n, and they are queued in the order of the items, so that the consumer waits for the right one.
type parallel[T, U any] struct {
	f     func(context.Context, T) (U, error)
	free  chan chan outcome[U]
	queue chan turn[U]
	jobs  chan job[T, U]
}

type outcome[U any] struct {
	value U
	err   error
}

type job[T, U any] struct {
	v    T
	slot chan outcome[U]
}

// turn is what the consumer takes next: the slot of a result, or the error that ended the source.
type turn[U any] struct {
	slot chan outcome[U]
	err  error
}

func newParallel[T, U any](n int, f func(context.Context, T) (U, error)) *parallel[T, U] {
	p := &parallel[T, U]{
		f:     f,
		free:  make(chan chan outcome[U], n), // holds every slot that is not under way
		queue: make(chan turn[U], n+1),       // a turn for each slot, and one for an error: sending never blocks
		jobs:  make(chan job[T, U], n),       // no more jobs than slots: sending never blocks
	}
	for range n {
		p.free <- make(chan outcome[U], 1) // a worker leaves its result and goes on
	}
	return p
}

func (p *parallel[T, U]) feed(c *crew, s Stream[T], d Demand) {
	defer close(p.queue)
	defer close(p.jobs)
	err := s.Run(c, d, func(v T) error {
		select {
		case slot := <-p.free:
			p.queue <- turn[U]{slot: slot}
			p.jobs <- job[T, U]{v, slot}
			return nil
		case <-c.Done():
			return ended(c)
		}
	})
	if err != nil { // in its turn, and without cancelling the workers: the results before it come first
		c.owe(err)
		p.queue <- turn[U]{err: err}
	}
}

func (p *parallel[T, U]) work(ctx context.Context) error {
	for j := range p.jobs {
		if err := ended(ctx); err != nil {
			return err
		}
		v, err := p.f(ctx, j.v)
		j.slot <- outcome[U]{v, err}
	}
	return nil
}

// collect hands the results to the consumer in order. ctx is the crew's: it ends with the run's and
// when a worker has panicked.
func (p *parallel[T, U]) collect(ctx context.Context, emit func(U) error) error {
	for next := range p.queue {
		if next.err != nil {
			return next.err
		}
		select {
		case r := <-next.slot:
			if r.err != nil {
				return r.err
			}
			if err := emit(r.value); err != nil {
				return err
			}
			p.free <- next.slot
		case <-ctx.Done():
			return ended(ctx)
		}
	}
	return nil
}
