package neorx

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/neorx/neorx/rx"
)

// topologyBuffer is how many events an observer may be behind.
const topologyBuffer = 256

// TopologyOverflowError ends the stream of an observer of [Driver.Topology] who has fallen too far behind: nothing was left out before it, and everything since
// is missing. [Driver.RoutingTable] tells how things stand.
type TopologyOverflowError struct {
	// Behind is how many events were waiting for the observer.
	Behind int
}

// Error says what has happened, and what to do.
func (e *TopologyOverflowError) Error() string {
	return fmt.Sprintf("neorx: the observer of the topology is %d events behind: observe anew, and do what takes long elsewhere", e.Behind)
}

// Topology streams what the driver knows about the servers, and finds out: each run begins with a TableChanged for every routing table that is known, in the order
// of the databases, and goes on with what happens then: tables that change, servers that are dropped, home databases, failures to get a table. Of what happens at
// its very start it may tell twice, and leaves nothing out. It ends when the driver is closed. With a bolt URI there are no events.
//
// The driver never waits for an observer. One that falls 256 events behind gets those, and then a *[TopologyOverflowError].
func (d *Driver) Topology() rx.Stream[TopologyEvent] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(TopologyEvent) error) error {
		o, open := d.topology.subscribe()
		if !open {
			return nil
		}
		defer d.topology.leave(o)
		for _, table := range d.router.Tables() {
			if err := emit(TopologyEvent{Kind: TableChanged, Database: table.Database, Table: table}); err != nil {
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

// topology hands events to those who observe them.
type topology struct {
	log *slog.Logger

	mu        sync.Mutex // guards what follows
	closed    bool
	observers map[*observer]struct{}
}

// observer gets its events by a channel, which is closed behind the last.
type observer struct {
	events chan TopologyEvent
	err    error // why there are no more; set before events is closed
}

func newTopology(log *slog.Logger) *topology {
	return &topology{log: log, observers: map[*observer]struct{}{}}
}

// subscribe is false once there is nothing more to come.
func (t *topology) subscribe() (o *observer, open bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, false
	}
	o = &observer{events: make(chan TopologyEvent, topologyBuffer)}
	t.observers[o] = struct{}{}
	return o, true
}

// over tells whether the driver is closed.
func (t *topology) over() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

func (t *topology) leave(o *observer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.observers, o)
}

// publish is routing.Config.Observe. Each observer gets a table of its own.
func (t *topology) publish(event TopologyEvent) {
	t.report(event)
	t.mu.Lock()
	defer t.mu.Unlock()
	for o := range t.observers {
		event.Table = copied(event.Table)
		select {
		case o.events <- event:
		default:
			t.end(o, &TopologyOverflowError{Behind: len(o.events)})
		}
	}
}

func copied(t RoutingTable) RoutingTable {
	t.Routers, t.Readers, t.Writers = slices.Clone(t.Routers), slices.Clone(t.Readers), slices.Clone(t.Writers)
	return t
}

// end is called with t.mu held.
func (t *topology) end(o *observer, err error) {
	delete(t.observers, o)
	o.err = err
	close(o.events)
}

func (t *topology) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for o := range t.observers {
		t.end(o, nil)
	}
}

// report logs an event. That a server is not used any more is a warning, since work that goes on elsewhere does not tell; all other failures are told to
// whoever waits.
func (t *topology) report(e TopologyEvent) {
	level, attrs := slog.LevelDebug, make([]slog.Attr, 0, 5)
	if e.Kind == MemberDropped {
		level = slog.LevelWarn
	}
	if e.Err != nil {
		attrs = append(attrs, slog.Any("error", e.Err))
	}
	for _, attr := range []slog.Attr{slog.String("database", e.Database), slog.String("user", e.User), slog.String("address", string(e.Address))} {
		if attr.Value.String() != "" {
			attrs = append(attrs, attr)
		}
	}
	if e.Kind == TableChanged {
		attrs = append(attrs, slog.Any("routers", e.Table.Routers), slog.Any("readers", e.Table.Readers), slog.Any("writers", e.Table.Writers))
	}
	t.log.LogAttrs(context.Background(), level, e.Kind.String(), attrs...)
}
