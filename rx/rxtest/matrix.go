package rxtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/rx"
)

// many is more items than all buffers hold, few is fewer.
const (
	many = 500
	few  = 5
)

var errOperator = errors.New("rxtest: an operator failed")

// exit is one way for an observation to end.
type exit struct {
	name string
	n    int
	end  End
	// disturb, if set, is called with item 2, right behind the source.
	disturb func(cancel context.CancelFunc) error
	// context, if set, changes the context of the observation.
	context func(ctx context.Context) (context.Context, context.CancelFunc)
	after   bool // the context is cancelled when everything has ended
	early   bool // the consumer takes two items
	abandon bool // the source is closed while its consumers wait or have gone
	at      int  // how many observe at the same time
	times   int  // how often one after the other
}

func exits() []exit {
	return []exit{
		{name: "completed", n: few},
		{name: "source failed", n: few, end: Fail},
		{name: "failed at once", end: Fail},
		{name: "operator failed", n: few, disturb: func(context.CancelFunc) error { return errOperator }},
		{name: "panic", n: few, disturb: func(context.CancelFunc) error { panic(errOperator) }},
		{name: "Goexit", n: few, disturb: func(context.CancelFunc) error { runtime.Goexit(); return nil }},
		{name: "stopped early", n: few, end: Hang, early: true, context: deadline},
		{name: "cancelled before", n: few, context: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}},
		{name: "cancelled during", n: many, disturb: func(cancel context.CancelFunc) error { cancel(); return nil }},
		{name: "cancelled after", n: few, after: true},
		{name: "deadline", n: few, end: Hang, context: deadline},
		{name: "closed", n: many, end: Hang, abandon: true},
		{name: "concurrently", n: few, at: 3},
		{name: "again", n: few, times: 2},
	}
}

func deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, time.Minute)
}

// Matrix puts the source under every typed operator and every method of the RxGo face, with every exit, and fails the test where something
// is held afterwards; a goroutine that does not end fails it as well. Each cell runs in a synctest bubble of its own, with a source of its own,
// which open makes and Matrix closes. With -v the test prints the matrix.
func Matrix(t *testing.T, open func(t *testing.T) Source) {
	var names []string
	cells := map[string]func(x *experiment) (observe func()){}
	for name := range typedUses(false) {
		cells["rx."+name] = func(x *experiment) func() { return x.typed(name) }
	}
	face := reflect.TypeFor[rxgo.Observable]()
	for i := range face.NumMethod() {
		name := face.Method(i).Name
		cells["Observable."+name] = func(x *experiment) func() { return x.face(name) }
	}
	for name := range cells {
		names = append(names, name)
	}
	slices.Sort(names)
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-32s", "")
	for _, e := range exits() {
		fmt.Fprintf(&table, " %-16s", e.name)
	}
	for _, name := range names {
		fmt.Fprintf(&table, "\n%-32s", name)
		for _, e := range exits() {
			fmt.Fprintf(&table, " %-16s", cell(t, name, e, open, cells[name]))
		}
	}
	t.Log(table.String())
}

// cell runs one experiment and returns its verdict for the table.
func cell(t *testing.T, name string, e exit, open func(*testing.T) Source, prepare func(*experiment) func()) (verdict string) {
	synctest.Test(t, func(t *testing.T) {
		x := &experiment{exit: e, source: open(t)}
		x.perform(prepare)
		verdict = "free"
		if held := x.source.Held(); held != 0 {
			verdict = fmt.Sprintf("HOLDS %d", held)
			t.Errorf("%s, %s: %d held", name, e.name, held)
		}
		x.source.Close()
		<-time.After(time.Minute) // what follows an observable of RxGo's own, to which it has left its goroutines, has long given up
	})
	return verdict
}

// experiment is one cell of the matrix.
type experiment struct {
	exit
	source Source
	reader reader
	ctx    context.Context //nolint:containedctx // of the one call of perform
	cancel context.CancelFunc
}

func (x *experiment) perform(prepare func(*experiment) func()) {
	x.ctx, x.cancel = context.WithCancel(context.Background())
	defer x.cancel()
	if x.context != nil {
		ctx, cancel := x.context(x.ctx)
		defer cancel()
		x.ctx = ctx
	}
	observe := prepare(x)
	var wg sync.WaitGroup
	for range max(1, x.at) {
		wg.Go(func() { // of its own: the exit may be a panic or Goexit
			defer func() { _ = recover() }()
			for range max(1, x.times) {
				observe()
			}
		})
	}
	if x.abandon {
		synctest.Wait() // everybody waits for the source, or for a consumer that is not there
		x.source.Close()
	}
	wg.Wait()
	x.reader.drain()
	synctest.Wait()
	if x.after {
		x.cancel()
		synctest.Wait()
	}
}

// stream is the source with the exit's disturbance behind it.
func (x *experiment) stream() rx.Stream[int] {
	s := x.source.Stream(x.n, x.end)
	if x.disturb == nil {
		return s
	}
	return rx.TryMap(s, func(_ context.Context, n int) (int, error) {
		if n == 2 {
			return n, x.disturb(x.cancel)
		}
		return n, nil
	})
}

// typed prepares a use of a typed stream; all its observations are of the one stream.
func (x *experiment) typed(name string) func() {
	s, observe := x.stream(), typedUses(x.early)[name]
	return func() { _ = observe(x.ctx, s) }
}

// face prepares calls of a method of the RxGo face; all are on the one observable.
func (x *experiment) face(method string) func() {
	o := rx.Observable(rx.Map(x.stream(), fitting(method)), rxgo.WithContext(x.source.Lifetime()))
	x.reader.opts = []rxgo.Option{rxgo.WithContext(x.ctx)}
	x.reader.take, x.reader.abandon = -1, x.abandon
	if x.early {
		x.reader.take = 2
	}
	return func() { x.reader.call(o, method) }
}
