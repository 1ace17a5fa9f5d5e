package rx

import (
	"context"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// BufferWithTime emits, at the end of every timespan, the items that came in it, if any did; sooner
// where they are very many (65,536).
func (o *observable) BufferWithTime(timespan rxgo.Duration, opts ...rxgo.Option) rxgo.Observable {
	return o.timed("BufferWithTime", timespan, maxWaiting, opts, func(batch []any) any { return batch })
}

// BufferWithTimeOrCount emits the items gathered whenever there are count of them or timespan has
// passed since it last did.
func (o *observable) BufferWithTimeOrCount(timespan rxgo.Duration, count int, opts ...rxgo.Option) rxgo.Observable {
	return o.timed("BufferWithTimeOrCount", timespan, count, opts, func(batch []any) any { return batch })
}

// WindowWithCount emits the items in observables of count; the last may have fewer, and comes
// before an error. A window is emitted when it is complete: it can be observed at any time, any
// number of times, or not at all.
func (o *observable) WindowWithCount(count int, opts ...rxgo.Option) rxgo.Observable {
	if count <= 0 {
		return o.thrown(illegal("WindowWithCount", "count must be positive"))
	}
	return o.derive(opts, o.batches(count, window))
}

// WindowWithTime is BufferWithTime with an observable for each slice, as in WindowWithCount.
func (o *observable) WindowWithTime(timespan rxgo.Duration, opts ...rxgo.Option) rxgo.Observable {
	return o.timed("WindowWithTime", timespan, maxWaiting, opts, window)
}

// WindowWithTimeOrCount is BufferWithTimeOrCount with an observable for each slice, as in
// WindowWithCount.
func (o *observable) WindowWithTimeOrCount(timespan rxgo.Duration, count int, opts ...rxgo.Option) rxgo.Observable {
	return o.timed("WindowWithTimeOrCount", timespan, count, opts, window)
}

func window(batch []any) any { return Observable(FromSlice(batch)) }

// timed batches by time and count. The source runs on a goroutine of its own.
func (o *observable) timed(name string, timespan rxgo.Duration, count int, opts []rxgo.Option, wrap func([]any) any) rxgo.Observable {
	span, err := durationOf(name, timespan)
	if err != nil {
		return o.thrown(err)
	}
	if count <= 0 {
		return o.thrown(illegal(name, "count must be positive"))
	}
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		return o.beside(r.wanting(Unbounded), func(items <-chan rxgo.Item) error {
			return tick(&r, items, span, &batcher{emit: emit, wrap: wrap, limit: count})
		})
	})
}

// beside runs o's flow on a goroutine, and consume, which gets its items, on the caller's.
func (o *observable) beside(r run, consume func(items <-chan rxgo.Item) error) error {
	if err := ended(r.ctx); err != nil {
		return err
	}
	items := make(chan rxgo.Item)
	c := newCrew(r.ctx, func() { close(items) })
	c.start(func(ctx context.Context) error {
		return o.flow.strict().stream(r).Run(ctx, r.demand, sender(ctx, items))
	})
	defer c.abandon()
	return c.finish(consume(items))
}

func tick(r *run, items <-chan rxgo.Item, span time.Duration, b *batcher) error {
	ticker := time.NewTicker(span)
	defer ticker.Stop()
	for {
		select {
		case it, ok := <-items:
			if !ok {
				return b.end(r.ctx, ended(r.ctx))
			}
			if err := b.add(r, it); err != nil {
				return err
			}
			if len(b.batch) == 0 {
				ticker.Reset(span)
			}
		case <-ticker.C:
			if err := ended(r.ctx); err != nil {
				return err
			}
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
}

// Debounce emits an item when no other has come for timespan after it, or when the source completes
// after it.
func (o *observable) Debounce(timespan rxgo.Duration, opts ...rxgo.Option) rxgo.Observable {
	span, err := durationOf("Debounce", timespan)
	if err != nil {
		return o.thrown(err)
	}
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		return o.beside(r.wanting(Unbounded), func(items <-chan rxgo.Item) error {
			return settle(&r, items, span, emit)
		})
	})
}

func settle(r *run, items <-chan rxgo.Item, span time.Duration, emit func(rxgo.Item) error) error {
	timer := time.NewTimer(span)
	timer.Stop()
	defer timer.Stop()
	b := batcher{emit: emit, wrap: func(batch []any) any { return batch[0] }, limit: 2}
	for {
		select {
		case it, ok := <-items:
			if !ok {
				return b.end(r.ctx, ended(r.ctx))
			}
			if it.E == nil {
				b.batch = nil // the one before did not last
			}
			if err := b.add(r, it); err != nil {
				return err
			}
			timer.Reset(span)
		case <-timer.C:
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
}
