package rx

import (
	"context"
	"iter"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// StartWith emits the items of iterable before its own.
func (o *observable) StartWith(iterable rxgo.Iterable, opts ...rxgo.Option) rxgo.Observable {
	first := iterableFlow(iterable).strict()
	return o.with(iterable).derive(opts, func(r run, emit func(rxgo.Item) error) error {
		if err := first(r.inner(), emit); err != nil {
			return err
		}
		return o.flow.strict()(r, emit)
	})
}

// cursor reads a flow item by item. Its source runs, on a coroutine, only within take and close.
type cursor struct {
	next   func() (rxgo.Item, bool)
	leave  func()
	enough *stop // of the cursor, once it was left before the flow's end
	ended  bool
	err    error // the flow's
}

func openCursor(r run, f flow) *cursor {
	c := &cursor{}
	c.next, c.leave = iter.Pull(func(yield func(rxgo.Item) bool) {
		err := f(r.inner(), func(it rxgo.Item) error {
			if yield(it) {
				return nil
			}
			c.enough = new(stop)
			return c.enough
		})
		c.err = c.enough.settle(r.ctx, err)
	})
	return c
}

// take returns the next item; ok is false at the end, which err then explains.
func (c *cursor) take() (it rxgo.Item, ok bool, err error) {
	if c.ended {
		return rxgo.Item{}, false, c.err
	}
	it, more := c.next()
	if more {
		return it, it.E == nil, it.E
	}
	c.ended = true
	return rxgo.Item{}, false, c.err
}

// close leaves the flow. What fails behind that is added to the end of the run: see AfterStop.
func (c *cursor) close(end *error) {
	c.leave()
	if !c.ended && c.err != nil {
		*end = released(*end, c.err)
	}
}

// ZipFromIterable emits what zipper makes of the items of both, first with first and so on, until
// one has ended.
func (o *observable) ZipFromIterable(iterable rxgo.Iterable, zipper rxgo.Func2, opts ...rxgo.Option) rxgo.Observable {
	other := iterableFlow(iterable)
	return o.with(iterable).derive(opts, func(r run, emit func(rxgo.Item) error) (end error) {
		right := openCursor(r, other)
		defer right.close(&end)
		var enough *stop
		err := o.flow(r, r.each(emit, func(it rxgo.Item) error {
			partner, ok, err := right.take()
			if err != nil {
				return err
			}
			if !ok {
				enough = new(stop)
				return enough
			}
			v, err := zipper(r.ctx, it.V, partner.V)
			if err != nil {
				return r.fail(err, emit)
			}
			return emit(rxgo.Item{V: v})
		}))
		return enough.settle(r.ctx, err)
	})
}

// SequenceEqual emits whether both have the same items in the same order and end alike: both
// complete, or both with the same error. An end of the context is no answer but an error.
func (o *observable) SequenceEqual(iterable rxgo.Iterable, opts ...rxgo.Option) rxgo.Single {
	other := iterableFlow(iterable)
	return &single{o.with(iterable).derive(opts, func(r run, emit func(rxgo.Item) error) (end error) {
		right := openCursor(r, other)
		defer right.close(&end)
		var differ *stop
		err := o.flow(r.wanting(Unbounded), func(it rxgo.Item) error {
			if it.E != nil {
				return it.E
			}
			partner, ok, _ := right.take()
			if !ok || !equal(it.V, partner.V) {
				differ = new(stop)
				return differ
			}
			return nil
		})
		if ctxErr := ended(r.ctx); ctxErr != nil {
			return ctxErr
		}
		if differ != nil {
			if err = differ.settle(r.ctx, err); err != nil {
				return err
			}
			return emit(rxgo.Item{V: false})
		}
		_, more, otherErr := right.take()
		return emit(rxgo.Item{V: !more && equal(unmarked(err), unmarked(otherErr))})
	})}
}

// Join emits what joiner makes of every pair of a left item (its own) and a right one whose times
// are at most window apart. Both must come in the order of their times. It holds the right items
// that a later left one may still need.
func (o *observable) Join(joiner rxgo.Func2, right rxgo.Observable, timeExtractor func(any) time.Time, window rxgo.Duration, opts ...rxgo.Option) rxgo.Observable {
	span, err := durationOf("Join", window)
	if err != nil {
		return o.thrown(err)
	}
	other := iterableFlow(right)
	return o.with(right).derive(opts, func(r run, emit func(rxgo.Item) error) (end error) {
		cursor := openCursor(r, other)
		defer cursor.close(&end)
		held := joinWindow{right: cursor, at: timeExtractor, span: span}
		return o.flow(r.wanting(Unbounded), r.each(emit, func(it rxgo.Item) error {
			at := timeExtractor(it.V)
			if err := held.advance(at); err != nil {
				return r.fail(err, emit)
			}
			for _, partner := range held.near(at) {
				v, err := joiner(r.ctx, it.V, partner)
				if err != nil {
					return r.fail(err, emit)
				}
				if err := emit(rxgo.Item{V: v}); err != nil {
					return err
				}
			}
			return nil
		}))
	})
}

// joinWindow is the right items around the left one of the moment.
type joinWindow struct {
	right *cursor
	at    func(any) time.Time
	span  time.Duration
	items []any // in order; the last may be beyond the window, and is then the next one's
}

// advance drops the items too old for a left item of time t and reads on until one is too young.
func (w *joinWindow) advance(t time.Time) error {
	for len(w.items) > 0 && t.Sub(w.at(w.items[0])) > w.span {
		w.items = w.items[1:]
	}
	for len(w.items) == 0 || w.at(w.items[len(w.items)-1]).Sub(t) <= w.span {
		it, ok, err := w.right.take()
		if !ok {
			return err
		}
		if len(w.items) > 0 || t.Sub(w.at(it.V)) <= w.span {
			w.items = append(w.items, it.V)
		}
		if len(w.items) > maxWaiting {
			return illegal("Join", "more right items than can be held are within the window")
		}
	}
	return nil
}

// near is the items that are not too young for a left item of time t.
func (w *joinWindow) near(t time.Time) []any {
	n := len(w.items)
	for n > 0 && w.at(w.items[n-1]).Sub(t) > w.span {
		n--
	}
	return w.items[:n]
}

// Sample emits, whenever iterable emits an item, the latest item that it has not emitted yet. It
// ends when either has ended.
func (o *observable) Sample(iterable rxgo.Iterable, opts ...rxgo.Option) rxgo.Observable {
	sampler := iterableFlow(iterable).strict()
	return o.with(iterable).derive(opts, func(r run, emit func(rxgo.Item) error) error {
		if err := ended(r.ctx); err != nil {
			return err
		}
		c := newCrew(r.ctx, func() {})
		items, ticks := newFeed(), newFeed()
		c.start(func(context.Context) error {
			c.start(func(context.Context) error { return items.pump(c, o.flow.strict().stream(r)) })
			c.start(func(context.Context) error { return ticks.pump(c, sampler.stream(r.inner())) })
			return nil
		})
		defer c.abandon()
		var over *stop
		err := sample(items, ticks, emit)
		if err == nil {
			over = new(stop)
			err = over // tells the other one to stop
		}
		return over.settle(r.ctx, c.finish(err))
	})
}

// feed is a flow that runs on a goroutine, and how it ended.
type feed struct {
	items chan rxgo.Item
	err   error // set before items is closed
}

func newFeed() *feed { return &feed{items: make(chan rxgo.Item)} }

// pump runs s for the crew. Its error comes with the items.
func (f *feed) pump(c *crew, s Stream[rxgo.Item]) error {
	defer close(f.items)
	f.err = s.Run(c, Unbounded, sender(c, f.items))
	c.owe(f.err)
	return nil
}

func sample(items, ticks *feed, emit func(rxgo.Item) error) error {
	var latest rxgo.Item
	fresh := false
	for {
		select {
		case it, ok := <-items.items:
			if !ok {
				return items.err
			}
			if it.E != nil { // under ContinueOnError
				if err := emit(it); err != nil {
					return err
				}
				continue
			}
			latest, fresh = it, true
		case tick, ok := <-ticks.items:
			if !ok {
				return ticks.err
			}
			if tick.E != nil {
				return tick.E
			}
			if !fresh {
				continue
			}
			fresh = false
			if err := emit(latest); err != nil {
				return err
			}
		}
	}
}
