package rx

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// Observable is the RxGo face of s: cold, and observable any number of times, at once or one after
// the other.
//
// Its operators are fused: each costs a function call. Those that cannot do without a goroutine
// (timed ones, Sample, groups, WithPool) have it for the length of an observation. Observe has one
// goroutine and one channel, at the end of the chain; Get, ToSlice, Error and Errors run on the
// caller's goroutine, ForEach, Run, Send and the DoOn family on one of their own.
//
// Whatever ends an observation, its source is told and frees what it holds: complete, failed,
// enough (Take, First …), a panic (an error item with its stack) or the end of a context, which is
// an error and never a completion. A channel that is abandoned without a cancelled context holds
// its source until a context given here ends.
//
// Options given here hold for every observation: contexts (all of them: any one ends it), the
// capacity of Observe's channel (default 128), and WithPublishStrategy, which makes the observable
// wait for Connect. WithPool is honoured by Map, Filter, Marshal and Unmarshal, ContinueOnError by
// everything; the eager strategy is ignored, since a query must not run unasked. DEVIATIONS.md
// lists where results differ from RxGo's own.
func Observable[T any](s Stream[T], opts ...rxgo.Option) rxgo.Observable {
	o := &observable{flow: flowOf(s), set: settingsOf(opts)}
	if len(opts) > 0 && isPublished(opts) {
		o.publish()
	}
	return o
}

// observable implements rxgo.Observable. It is immutable.
type observable struct {
	flow flow
	set  settings        // of the source and of every operator so far
	gate *hub[rxgo.Item] // where a published source waits for Connect; nil: it is not published
	// gates are those of all published sources in the chain, arguments of operators included.
	gates []*hub[rxgo.Item]
}

var _ rxgo.Observable = (*observable)(nil)

// derive is the observable of an operator on o.
func (o *observable) derive(opts []rxgo.Option, f flow) *observable {
	n := &observable{flow: f, set: o.set, gate: o.gate, gates: o.gates}
	if len(opts) == 0 {
		return n
	}
	later := settingsOf(opts)
	n.set = o.set.and(later)
	n.set.resume = false
	if later.resume {
		n.flow = func(r run, emit func(rxgo.Item) error) error {
			r.resume = true
			return f(r, emit)
		}
	}
	return n
}

// thrown is the observable of an operator whose arguments make no sense.
func (o *observable) thrown(err error) *observable {
	return &observable{flow: flowOf(Fail[any](err)), set: o.set}
}

// begin prepares an observation. It is called before anything asynchronous starts: a published
// source then knows of the observer before Connect can be called. The caller calls done when the
// observation has ended.
func (o *observable) begin(opts []rxgo.Option) (r run, buffer int, done func()) {
	set := o.set.and(settingsOf(opts))
	r, leave := set.under(run{ctx: context.Background(), demand: Unbounded})
	buffer = cmp.Or(set.buffer, observeBuffer)
	if len(o.gates) == 0 {
		return r, buffer, leave
	}
	r, giveUp := o.seated(r)
	return r, buffer, func() {
		giveUp()
		leave()
	}
}

// perform runs the flow for a terminal operation, and turns a panic into an error.
func (o *observable) perform(r run, emit func(rxgo.Item) error) (err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil { // otherwise runtime.Goexit, which goes on
			err = newPanicError(v)
		}
	}()
	err = o.flow(r, emit)
	returned = true
	return bare(r.ctx, err)
}

// Observe starts an observation and returns its items; an error is the last. The channel is closed
// at the end; read it to the end, or end a context given as an option.
func (o *observable) Observe(opts ...rxgo.Option) <-chan rxgo.Item {
	r, buffer, done := o.begin(opts)
	items := make(chan rxgo.Item, buffer)
	go func() { // owner: the reader of items; exit: the flow's end, or the context's when nobody reads; join: items is closed
		defer close(items)
		defer done()
		err := ErrAborted
		defer func() {
			if err != nil {
				sendLast(r.ctx, items, err)
			}
		}()
		err = o.perform(r, sender(r.ctx, items))
	}()
	return items
}

// sendLast sends the error that ends an observation. When the context has ended, maybe nobody reads
// any more. So a reader gets releaseTime to make room. Then the error takes the place of the newest
// item: a late reader gets the beginning of the sequence, and learns that there was more.
func sendLast(ctx context.Context, items chan rxgo.Item, err error) {
	last := rxgo.Item{E: err}
	select {
	case items <- last:
		return
	case <-ctx.Done():
	}
	patience := time.NewTimer(releaseTime)
	defer patience.Stop()
	select {
	case items <- last:
		return
	case <-patience.C:
	}
	var unread []rxgo.Item
	for len(items) > 0 {
		select {
		case it := <-items:
			unread = append(unread, it)
		default: // a reader has come after all
		}
	}
	for _, it := range unread[:min(len(unread), cap(items)-1)] {
		items <- it
	}
	items <- last
}

// async runs the flow on a goroutine of its own. end is called once, with the error that ended it
// or nil; it says whether it has told the user about that error.
func (o *observable) async(opts []rxgo.Option, next func(rxgo.Item) error, end func(error) (told bool)) rxgo.Disposed {
	r, _, done := o.begin(opts)
	disposed := make(chan struct{})
	go func() { // owner: the caller; exit: the flow's end, at the latest soon after its context's; join: disposed is closed
		defer close(disposed)
		defer done()
		err := ErrAborted
		defer func() { conclude(end, err) }()
		err = o.perform(r, next)
	}()
	return disposed
}

// conclude calls end. A panic about which nobody else can be told, in end itself or before it, is
// logged: it neither ends the process nor disappears.
func conclude(end func(error) (told bool), err error) {
	defer func() {
		if v := recover(); v != nil {
			logPanic(newPanicError(v))
		}
	}()
	told := end(err)
	var p *PanicError
	if !told && errors.As(err, &p) {
		logPanic(p)
	}
}

func logPanic(p *PanicError) {
	slog.Error("rx: a function of an observer panicked", slog.Any("panic", p.Value), slog.String("stack", string(p.Stack)))
}
