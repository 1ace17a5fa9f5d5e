package rx

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/reactivex/rxgo/v2"
)

// GroupBy emits length observables, of the items for which distribution returns 0, 1 and so on. The
// source runs once for all of them, and begins when each is observed at least once; the slowest
// governs the speed. Every observer of a group gets its items from then on. The groups end with
// every context that was given anywhere in the chain. A number out of range is an
// rxgo.IndexOutOfBoundError in every group.
func (o *observable) GroupBy(length int, distribution func(rxgo.Item) int, opts ...rxgo.Option) rxgo.Observable {
	if length <= 0 {
		return o.thrown(illegal("GroupBy", "length must be positive"))
	}
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		if err := ended(r.ctx); err != nil {
			return err
		}
		shared := &hub[assignment]{
			source: o.assigned(r, length, distribution),
			config: shareConfig{buffer: observeBuffer, observers: length, groups: true},
		}
		set := settings{contexts: r.given, buffer: o.set.buffer}
		for i := range length {
			group := &observable{set: set, flow: groupFlow(shared, i)}
			if err := emit(rxgo.Item{V: group}); err != nil {
				return err
			}
		}
		return nil
	})
}

// groupFlow is the flow of the items of one group.
func groupFlow(shared *hub[assignment], group int) flow {
	return func(r run, emit func(rxgo.Item) error) error {
		leave, err := shared.enter(r.ctx)
		if err != nil {
			return err
		}
		defer leave()
		return shared.join(r.ctx, group).attend(r.ctx, func(a assignment) error {
			if a.group != group && a.item.E == nil {
				return nil
			}
			return emit(a.item)
		})
	}
}

// assignment is an item and the number of its group; an error item belongs to all.
type assignment struct {
	group int
	item  rxgo.Item
}

func (o *observable) assigned(r run, length int, distribution func(rxgo.Item) int) Stream[assignment] {
	return Map(o.flow.strict().stream(r.made()), func(it rxgo.Item) assignment {
		if it.E != nil {
			return assignment{item: it}
		}
		return assignment{distribution(it), it}
	}).tryTap(func(a assignment) error {
		if a.group < 0 || a.group >= length {
			return fmt.Errorf("rx: GroupBy: group %d of %d: %w", a.group, length, rxgo.IndexOutOfBoundError{})
		}
		return nil
	})
}

// tryTap passes items on as long as check has nothing against them.
func (s Stream[T]) tryTap(check func(T) error) Stream[T] {
	return TryMap(s, func(_ context.Context, v T) (T, error) { return v, check(v) })
}

var (
	errGroupTaken   = errors.New("rx: GroupByDynamic: a group can be observed once")
	errGroupStopped = errors.New("rx: GroupByDynamic: the observer of the groups has left")
)

// GroupByDynamic emits an rxgo.GroupedObservable for every key that distribution returns, as the
// first of its items comes. The source runs on a goroutine of its own. Each group can be observed
// once, and has to be, beside the others: at most 128 items wait in it, then the source does. Items
// of a group whose observer has left are dropped. The groups end with the observation that they
// come from.
func (o *observable) GroupByDynamic(distribution func(rxgo.Item) string, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		if err := ended(r.ctx); err != nil {
			return err
		}
		found := make(chan rxgo.Item, observeBuffer)
		c := newCrew(r.ctx, func() { close(found) })
		c.start(func(ctx context.Context) error {
			g := grouping{set: o.set, pipes: map[string]*pipe{}, emit: sender(ctx, found)}
			up := r.wanting(Unbounded)
			up.ctx = ctx
			return g.spread(up, o.flow, distribution)
		})
		defer c.abandon()
		return deliver(r.ctx, c, found, emit)
	})
}

// grouping is one run of GroupByDynamic.
type grouping struct {
	set   settings
	pipes map[string]*pipe
	emit  func(rxgo.Item) error // takes new groups
}

func (g *grouping) spread(r run, items flow, distribution func(rxgo.Item) string) error {
	err := ErrAborted
	defer func() {
		for _, p := range g.pipes {
			p.end(err)
		}
	}()
	err = items(r, r.each(g.emit, func(it rxgo.Item) error {
		p, err := g.pipe(distribution(it))
		if err != nil {
			return err
		}
		return p.push(r.ctx, it)
	}))
	return err
}

// pipe is that of the group; a new group is emitted.
func (g *grouping) pipe(key string) (*pipe, error) {
	if p, known := g.pipes[key]; known {
		return p, nil
	}
	if len(g.pipes) == maxWaiting {
		return nil, illegal("GroupByDynamic", "too many groups")
	}
	p := &pipe{items: make(chan rxgo.Item, observeBuffer), left: make(chan struct{})}
	g.pipes[key] = p
	group := rxgo.GroupedObservable{Observable: &observable{flow: p.flow, set: g.set}, Key: key}
	return p, g.emit(rxgo.Item{V: group})
}

// pipe is a bounded buffer between a source and an observer on different goroutines.
type pipe struct {
	items chan rxgo.Item // closed at the end
	err   error          // why it ended, set before items is closed
	left  chan struct{}  // closed when the observer has left
	taken atomic.Bool
}

func (p *pipe) push(ctx context.Context, it rxgo.Item) error {
	select {
	case p.items <- it:
		return nil
	case <-p.left:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

func (p *pipe) end(err error) {
	if late := lateError(err); Stopped(err) || late != nil && late.after != nil {
		err = errGroupStopped
	}
	p.err = unmarked(err) // also a failure behind the stop of an operator within
	close(p.items)
}

func (p *pipe) flow(r run, emit func(rxgo.Item) error) error {
	if p.taken.Swap(true) {
		return errGroupTaken
	}
	defer close(p.left)
	for {
		select {
		case it, ok := <-p.items:
			if !ok {
				return p.err
			}
			if err := emit(it); err != nil {
				return err
			}
		case <-r.ctx.Done():
			return ended(r.ctx)
		}
	}
}
