package neorx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// numbered is an event that can be told from others.
func numbered(n int) TopologyEvent {
	return TopologyEvent{Kind: MemberDropped, Address: Address(fmt.Sprintf("db%d:7687", n)), Err: errors.New("gone")}
}

// observed is what an observer got.
type observed struct {
	addresses []Address
	err       error
	ended     chan struct{}
}

// observe takes events from a driver until there are no more, on a goroutine that a bubble waits for. each may be nil.
func observe(ctx context.Context, d *Driver, each func(TopologyEvent) error) *observed {
	o := &observed{ended: make(chan struct{})}
	go func() {
		defer close(o.ended)
		o.err = d.Topology().ForEach(ctx, func(e TopologyEvent) error {
			o.addresses = append(o.addresses, e.Address)
			if each != nil {
				return each(e)
			}
			return nil
		})
	}()
	synctest.Wait()
	return o
}

func TestTopology(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, "neo4j://db", WithLogger(slog.New(slog.DiscardHandler)))
		d.topology.publish(numbered(0))
		first := observe(t.Context(), d, nil)
		d.topology.publish(numbered(1))
		second := observe(t.Context(), d, nil)
		d.topology.publish(numbered(2))
		require.NoError(t, d.Close(t.Context()))
		<-first.ended
		<-second.ended
		require.NoError(t, first.err, "the end of the driver is the end of the stream")
		assert.Equal(t, []Address{"db1:7687", "db2:7687"}, first.addresses, "what was before it is not repeated")
		require.NoError(t, second.err)
		assert.Equal(t, []Address{"db2:7687"}, second.addresses)

		late := observe(t.Context(), d, nil)
		<-late.ended
		require.NoError(t, late.err)
		assert.Empty(t, late.addresses)
	})
}

// What one observer does to a table is nothing to the others.
func TestTopologyTablesAreTheObservers(t *testing.T) {
	all := newTopology(slog.New(slog.DiscardHandler))
	one, _ := all.subscribe()
	other, _ := all.subscribe()
	all.publish(TopologyEvent{Kind: TableChanged, Table: RoutingTable{Readers: []string{"db:7687"}}})
	(<-one.events).Table.Readers[0] = "changed"
	assert.Equal(t, []string{"db:7687"}, (<-other.events).Table.Readers)
}

func TestTopologyIsLeft(t *testing.T) {
	failed := errors.New("the observer has failed")
	cases := map[string]struct {
		each func(TopologyEvent) error
		want error
	}{
		"by its context":        {nil, context.Canceled},
		"by the observer":       {func(TopologyEvent) error { return failed }, failed},
		"by an observer's exit": {func(TopologyEvent) error { panic(failed) }, nil},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t, "neo4j://db", WithLogger(slog.New(slog.DiscardHandler)))
				ctx, cancel := context.WithCancel(t.Context())
				var o *observed
				if test.want == nil {
					go func() {
						defer func() { assert.Equal(t, failed, recover()) }()
						_ = d.Topology().ForEach(ctx, test.each)
					}()
					synctest.Wait()
				} else {
					o = observe(ctx, d, test.each)
				}
				d.topology.publish(numbered(1))
				synctest.Wait()
				cancel()
				synctest.Wait()
				if o != nil {
					<-o.ended
					assert.ErrorIs(t, o.err, test.want)
				}
				assert.Empty(t, d.topology.observers, "nobody is left behind")
			})
		})
	}
}

// An observer who does not keep up is told so, behind everything that was waiting; the driver and the other observers do not wait.
func TestTopologyOverflow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, "neo4j://db", WithLogger(slog.New(slog.DiscardHandler)))
		resume := make(chan struct{})
		slow := observe(t.Context(), d, func(TopologyEvent) error {
			<-resume
			return nil
		})
		quick := observe(t.Context(), d, nil)
		d.topology.publish(numbered(0))
		synctest.Wait()
		for n := range topologyBuffer + 10 {
			d.topology.publish(numbered(n + 1))
			synctest.Wait()
		}
		close(resume)
		<-slow.ended
		var overflow *TopologyOverflowError
		require.ErrorAs(t, slow.err, &overflow)
		assert.Equal(t, topologyBuffer, overflow.Behind)
		assert.ErrorContains(t, overflow, "256 events behind")
		want := make([]Address, topologyBuffer+1)
		for n := range want {
			want[n] = numbered(n).Address
		}
		assert.Equal(t, want, slow.addresses, "nothing is missing before the error")

		require.NoError(t, d.Close(t.Context()))
		<-quick.ended
		require.NoError(t, quick.err)
		assert.Len(t, quick.addresses, topologyBuffer+11)
	})
}

func TestTopologyIsLogged(t *testing.T) {
	cases := map[string]struct {
		event TopologyEvent
		want  string
	}{
		"a table": {
			TopologyEvent{Kind: TableChanged, Database: "movies", Table: RoutingTable{Routers: []string{"a:1"}, Readers: []string{"b:2"}, Writers: []string{"c:3"}}},
			`level=DEBUG msg="routing table changed" database=movies routers=[a:1] readers=[b:2] writers=[c:3]`,
		},
		"a member": {numbered(1), `level=WARN msg="member dropped" error=gone address=db1:7687`},
		"a home":   {TopologyEvent{Kind: HomeResolved, Database: "movies", User: "alice"}, `level=DEBUG msg="home database resolved" database=movies user=alice`},
		"no table": {TopologyEvent{Kind: RefreshFailed, Database: "movies", Err: errors.New("no")}, `level=DEBUG msg="refresh failed" error=no database=movies`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}})
			newTopology(slog.New(handler)).publish(test.event)
			assert.Equal(t, test.want+"\n", log.String())
		})
	}
}

func TestNoRoutingTableWithoutRouting(t *testing.T) {
	d := open(t, "bolt://db")
	calls := map[string]func() error{
		"RoutingTable": func() error {
			_, err := d.RoutingTable(t.Context(), "movies")
			return err
		},
		"RefreshRoutingTable": func() error {
			_, err := d.RefreshRoutingTable(t.Context(), "movies")
			return err
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			err := call()
			var usage *UsageError
			require.ErrorAs(t, err, &usage)
			assert.ErrorContains(t, err, name+": a driver with the scheme bolt goes to one server and has no routing tables: use neo4j instead of bolt")
		})
	}
}
