package topology

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

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// noTables are the tables of a driver that has asked no router yet.
func noTables() []routing.Table { return nil }

// numbered is an event that can be told from others.
func numbered(n int) routing.Event {
	return routing.Event{Kind: routing.MemberDropped, Address: pool.Address(fmt.Sprintf("db%d:7687", n)), Err: errors.New("gone")}
}

// observed is what an observer got.
type observed struct {
	addresses []pool.Address
	err       error
	ended     chan struct{}
}

// observe takes events from a hub until there are no more, on a goroutine that a bubble waits for.
// each may be nil.
func observe(ctx context.Context, h *Hub, each func(routing.Event) error) *observed {
	o := &observed{ended: make(chan struct{})}
	go func() {
		defer close(o.ended)
		o.err = h.Stream(noTables).ForEach(ctx, func(e routing.Event) error {
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
		h := New(slog.New(slog.DiscardHandler))
		h.Publish(numbered(0))
		first := observe(t.Context(), h, nil)
		h.Publish(numbered(1))
		second := observe(t.Context(), h, nil)
		h.Publish(numbered(2))
		h.Close()
		<-first.ended
		<-second.ended
		require.NoError(t, first.err, "the end of the hub is the end of the stream")
		assert.Equal(t, []pool.Address{"db1:7687", "db2:7687"}, first.addresses, "what was before it is not repeated")
		require.NoError(t, second.err)
		assert.Equal(t, []pool.Address{"db2:7687"}, second.addresses)

		late := observe(t.Context(), h, nil)
		<-late.ended
		require.NoError(t, late.err)
		assert.Empty(t, late.addresses)
	})
}

// What one observer does to a table is nothing to the others.
func TestTopologyTablesAreTheObservers(t *testing.T) {
	all := New(slog.New(slog.DiscardHandler))
	one, _ := all.subscribe()
	other, _ := all.subscribe()
	all.Publish(routing.Event{Kind: routing.TableChanged, Table: routing.Table{Readers: []string{"db:7687"}}})
	(<-one.events).Table.Readers[0] = "changed"
	assert.Equal(t, []string{"db:7687"}, (<-other.events).Table.Readers)
}

func TestTopologyIsLeft(t *testing.T) {
	failed := errors.New("the observer has failed")
	cases := map[string]struct {
		each func(routing.Event) error
		want error
	}{
		"by its context":        {nil, context.Canceled},
		"by the observer":       {func(routing.Event) error { return failed }, failed},
		"by an observer's exit": {func(routing.Event) error { panic(failed) }, nil},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := New(slog.New(slog.DiscardHandler))
				ctx, cancel := context.WithCancel(t.Context())
				var o *observed
				if test.want == nil {
					go func() {
						defer func() { assert.Equal(t, failed, recover()) }()
						_ = h.Stream(noTables).ForEach(ctx, test.each)
					}()
					synctest.Wait()
				} else {
					o = observe(ctx, h, test.each)
				}
				h.Publish(numbered(1))
				synctest.Wait()
				cancel()
				synctest.Wait()
				if o != nil {
					<-o.ended
					assert.ErrorIs(t, o.err, test.want)
				}
				assert.Empty(t, h.observers, "nobody is left behind")
			})
		})
	}
}

// An observer who does not keep up is told so, behind everything that was waiting; the driver and
// the other observers do not wait.
func TestTopologyOverflow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(slog.New(slog.DiscardHandler))
		resume := make(chan struct{})
		slow := observe(t.Context(), h, func(routing.Event) error {
			<-resume
			return nil
		})
		quick := observe(t.Context(), h, nil)
		h.Publish(numbered(0))
		synctest.Wait()
		for n := range buffer + 10 {
			h.Publish(numbered(n + 1))
			synctest.Wait()
		}
		close(resume)
		<-slow.ended
		var overflow *OverflowError
		require.ErrorAs(t, slow.err, &overflow)
		assert.Equal(t, buffer, overflow.Behind)
		assert.ErrorContains(t, overflow, "256 events behind")
		want := make([]pool.Address, buffer+1)
		for n := range want {
			want[n] = numbered(n).Address
		}
		assert.Equal(t, want, slow.addresses, "nothing is missing before the error")

		h.Close()
		<-quick.ended
		require.NoError(t, quick.err)
		assert.Len(t, quick.addresses, buffer+11)
	})
}

func TestTopologyIsLogged(t *testing.T) {
	cases := map[string]struct {
		event routing.Event
		want  string
	}{
		"a table": {
			routing.Event{Kind: routing.TableChanged, Database: "movies", Table: routing.Table{Routers: []string{"a:1"}, Readers: []string{"b:2"}, Writers: []string{"c:3"}}},
			`level=DEBUG msg="routing table changed" database=movies routers=[a:1] readers=[b:2] writers=[c:3]`,
		},
		"a member": {numbered(1), `level=WARN msg="member dropped" error=gone address=db1:7687`},
		"a home":   {routing.Event{Kind: routing.HomeResolved, Database: "movies", User: "alice"}, `level=DEBUG msg="home database resolved" database=movies user=alice`},
		"no table": {routing.Event{Kind: routing.RefreshFailed, Database: "movies", Err: errors.New("no")}, `level=DEBUG msg="refresh failed" error=no database=movies`},
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
			New(slog.New(handler)).Publish(test.event)
			assert.Equal(t, test.want+"\n", log.String())
		})
	}
}
