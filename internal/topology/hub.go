// Package topology hands the events of routing to those who observe them. It imports routing and
// rx, and is imported by the driver alone.
//
// One mutex guards the observers. It is held while events go into their channels, which have room
// or are closed, and never over a call to a user.
package topology

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
)

// buffer is how many events an observer may be behind.
const buffer = 256

// OverflowError ends the stream of an observer who has fallen too far behind: nothing was left out
// before it, and everything since is missing. Driver.RoutingTable tells how things stand.
type OverflowError struct {
	// Behind is how many events were waiting for the observer.
	Behind int
}

// Error says what has happened, and what to do.
func (e *OverflowError) Error() string {
	return fmt.Sprintf("neorx: the observer of the topology is %d events behind: observe anew, and do what takes long elsewhere", e.Behind)
}

// Hub hands events to those who observe them.
type Hub struct {
	log *slog.Logger

	mu        sync.Mutex // guards what follows
	closed    bool
	observers map[*observer]struct{}
}

// observer gets its events by a channel, which is closed behind the last.
type observer struct {
	events chan routing.Event
	err    error // why there are no more; set before events is closed
}

// New returns a hub without observers.
func New(log *slog.Logger) *Hub {
	return &Hub{log: log, observers: map[*observer]struct{}{}}
}

// Stream is Driver.Topology: each run begins with a TableChanged for every table that known
// returns, and goes on with the events until the hub is closed.
func (t *Hub) Stream(known func() []routing.Table) rx.Stream[routing.Event] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(routing.Event) error) error {
		o, open := t.subscribe()
		if !open {
			return nil
		}
		defer t.leave(o)
		for _, table := range known() {
			event := routing.Event{Kind: routing.TableChanged, Database: table.Database, Table: table}
			if err := emit(event); err != nil {
				return err
			}
		}
		for {
			select {
			case event, more := <-o.events:
				if !more {
					return o.err
				}
				if err := emit(event); err != nil {
					return err
				}
			case <-ctx.Done():
				return rx.ContextError(ctx)
			}
		}
	})
}

// subscribe is false once there is nothing more to come.
func (t *Hub) subscribe() (o *observer, open bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, false
	}
	o = &observer{events: make(chan routing.Event, buffer)}
	t.observers[o] = struct{}{}
	return o, true
}

// Over tells whether the driver is closed.
func (t *Hub) Over() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

func (t *Hub) leave(o *observer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.observers, o)
}

// Publish is routing.Config.Observe. Each observer gets a table of its own.
func (t *Hub) Publish(event routing.Event) {
	t.report(event)
	t.mu.Lock()
	defer t.mu.Unlock()
	for o := range t.observers {
		event.Table = copied(event.Table)
		select {
		case o.events <- event:
		default:
			t.end(o, &OverflowError{Behind: len(o.events)})
		}
	}
}

func copied(t routing.Table) routing.Table {
	t.Routers, t.Readers, t.Writers = slices.Clone(t.Routers), slices.Clone(t.Readers), slices.Clone(t.Writers)
	return t
}

// end is called with t.mu held.
func (t *Hub) end(o *observer, err error) {
	delete(t.observers, o)
	o.err = err
	close(o.events)
}

// Close ends the events of all observers, behind those that are there.
func (t *Hub) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for o := range t.observers {
		t.end(o, nil)
	}
}

// report logs an event. That a server is not used any more is a warning, since work that goes on
// elsewhere does not tell; all other failures are told to whoever waits.
func (t *Hub) report(e routing.Event) {
	level, attrs := slog.LevelDebug, make([]slog.Attr, 0, 5)
	if e.Kind == routing.MemberDropped {
		level = slog.LevelWarn
	}
	if e.Err != nil {
		attrs = append(attrs, slog.Any("error", e.Err))
	}
	for _, attr := range []slog.Attr{
		slog.String("database", e.Database), slog.String("user", e.User), slog.String("address", string(e.Address)),
	} {
		if attr.Value.String() != "" {
			attrs = append(attrs, attr)
		}
	}
	if e.Kind == routing.TableChanged {
		attrs = append(attrs, slog.Any("routers", e.Table.Routers),
			slog.Any("readers", e.Table.Readers), slog.Any("writers", e.Table.Writers))
	}
	t.log.LogAttrs(context.Background(), level, e.Kind.String(), attrs...)
}
