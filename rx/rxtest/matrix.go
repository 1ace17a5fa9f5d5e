package rxtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// many is more items than all buffers hold, few is fewer.
const (
	many = 500
	few  = 5
)

var (
	errOperator = errors.New("rxtest: an operator failed")
	errLate     = errors.New("rxtest: what the source still had to do has failed")
)

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
	late    bool // what the source still has to do then fails
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
		{name: "late failure", n: few, end: Hang, early: true, late: true, context: deadline},
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

// Matrix puts the source under every typed operator and every method of the RxGo face, with every
// exit, and fails the test where something is held afterwards; a goroutine that does not end fails
// it as well. Each cell runs in a synctest bubble of its own, with a source of its own, which open
// makes and Matrix closes. With -v the test prints the matrix. [Truth] also checks what the
// observations report.
func Matrix(t *testing.T, open func(t *testing.T) Source) {
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-32s", "")
	for _, e := range exits() {
		fmt.Fprintf(&table, " %-16s", e.name)
	}
	for _, name := range uses() {
		fmt.Fprintf(&table, "\n%-32s", name)
		for _, e := range exits() {
			x := &experiment{exit: e, use: name}
			x.inBubble(t, open)
			verdict := "free"
			if x.held != 0 {
				verdict = fmt.Sprintf("HOLDS %d", x.held)
				t.Errorf("%s, %s: %d held", name, e.name, x.held)
			}
			fmt.Fprintf(&table, " %-16s", verdict)
		}
	}
	t.Log(table.String())
}

// uses is the names of all typed operators, terminal operations and methods of the face, sorted.
func uses() (names []string) {
	for name := range typedUses(false, false) {
		names = append(names, "rx."+name)
	}
	face := reflect.TypeFor[rxgo.Observable]()
	for i := range face.NumMethod() {
		names = append(names, "Observable."+face.Method(i).Name)
	}
	slices.Sort(names)
	return names
}
