package session

import (
	"context"
	"sync"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

// Result is one execution of a query that has begun: its keys are known, its records can be
// observed once, and its summary is there afterwards. It holds a connection until its last record
// was observed, its observer stopped or failed, or it is closed; whoever opens one closes it. It is
// safe for concurrent use.
type Result struct {
	x      *execution
	stream *bolt.Stream
	rows   records.Rows[*records.Record]
	keys   []string
	bound  func([]rxgo.Option) []rxgo.Option // adds to the options of an observation what ends it

	mu       sync.Mutex    // guards what follows
	observed bool          // the records are taken, or not to be had any more
	ending   bool          // somebody is bringing the execution to its end
	done     chan struct{} // closed when it has ended, and the connection is given back
	err      error         // how it has ended
}

// Open executes the query and returns when the server has accepted it. Only what fails until then
// is retried, where the query is one that is. The context bounds the opening; observing has its
// own.
func (q Query) Open(ctx context.Context) (r *Result, err error) {
	if err := q.check(); err != nil {
		q.refuse()
		return nil, err
	}
	if q.settings.hold {
		return nil, &records.UsageError{Message: "Open of a query with the option Hold: its records are there before COMMIT"}
	}
	o := q.observed()
	once := func(ctx context.Context) (err error) {
		r, err = o.open(ctx)
		return err
	}
	if p, ok := q.on.policy(); ok {
		err = retry.Do(ctx, p, once)
	} else {
		err = once(ctx)
	}
	return r, err
}

func (q *Query) open(ctx context.Context) (*Result, error) {
	x, err := q.on.ready(ctx, q)
	if err != nil {
		return nil, err
	}
	r := &Result{x: x, rows: newRecords(), bound: q.bound, done: make(chan struct{})}
	if err = r.begin(ctx); x.again(ctx, r.stream) {
		err = r.begin(ctx)
	}
	if err == nil {
		err = x.lease.keep()
	}
	if err != nil {
		defer x.release()
		return nil, x.settle(ctx, r.stream, err)
	}
	return r, nil
}

func (r *Result) begin(ctx context.Context) (err error) {
	if r.stream, err = r.x.begin(ctx, r.x.stream, r.rows); err == nil {
		r.keys, err = r.stream.Keys(ctx)
	}
	if err == nil {
		err = r.x.place(ctx, r.stream)
	}
	return err
}

// Keys returns the names of the columns, in order. Do not change the slice.
func (r *Result) Keys() []string { return r.keys }

// Stream returns the records. They can be observed once: a second run fails with a
// *records.UsageError, because a result is one execution; run the query again for another.
func (r *Result) Stream() rx.Stream[*records.Record] {
	d := delivery[*records.Record, *records.Record]{block: blockRows, deliver: deliverEach[*records.Record]}
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(*records.Record) error) error {
		if !r.claim() {
			return &records.UsageError{Message: "the records of a result can be observed once, and not after Summary or Close: run the query again"}
		}
		defer rx.Holding(ctx, r.x.lease.mark)()
		end := rx.ErrAborted
		defer func() { _ = r.finish(ctx, end) }()
		end = pull(ctx, r.stream, r.rows, d, emit)
		rest, release := rx.Unstopped(ctx)
		defer release()
		stop := stopOf(ctx, end)
		if stop != nil {
			end = stop
		}
		err := r.finish(rest, end)
		switch {
		case err == nil: // or closed by somebody else, who has seen it end well
			return end
		case stop != nil || r.x.access == lasting:
			return rx.AfterStop(err)
		}
		return err
	})
}

// Records returns the records as an RxGo observable of *records.Record, which can be observed once
// as [Result.Stream] can be run once.
func (r *Result) Records(opts ...rxgo.Option) rxgo.Observable {
	return rx.Observable(r.Stream(), r.bound(opts)...)
}

// Summary returns the summary of the execution. Records that nobody has observed yet are discarded;
// while somebody observes them it waits for the end, so it is not for calling from inside the
// observer. An execution that has failed has no summary but an error.
func (r *Result) Summary(ctx context.Context) (*records.Summary, error) {
	err := error(nil)
	if r.claim() {
		err = r.finish(ctx, ErrResultClosed)
	} else {
		err = r.await(ctx)
	}
	if err != nil {
		return nil, err
	}
	return r.stream.Summary(), nil
}

// Close ends the execution: records that were not observed are discarded, and an observer ends with
// [ErrResultClosed]. It does not wait for the observer, so it can be called from inside. It returns
// how the execution has ended, and can be called any number of times.
func (r *Result) Close(ctx context.Context) error {
	r.claim()
	r.stream.Cancel(ErrResultClosed)
	return r.finish(ctx, ErrResultClosed)
}

// claim takes the records, if they are still there.
func (r *Result) claim() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.observed
	r.observed = true
	return first
}

// finish brings the execution to its end and returns it. Whoever is first does it, the others wait.
func (r *Result) finish(ctx context.Context, end error) error {
	r.mu.Lock()
	first := !r.ending
	r.ending = true
	r.mu.Unlock()
	if !first {
		return r.await(ctx)
	}
	defer close(r.done)
	defer r.x.release()
	r.err = r.x.settle(ctx, r.stream, end)
	return r.err
}

func (r *Result) await(ctx context.Context) error {
	select {
	case <-r.done:
		return r.err
	default:
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return rx.ContextError(ctx)
	}
}
