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

// Result is one execution of a query that has begun: its keys are known, its records can be observed once, and its summary is there afterwards. It holds
// a connection until its last record was observed, its observer stopped or failed, or it is closed; whoever opens one closes it. It is safe for
// concurrent use.
type Result struct {
	x       *execution
	stream  *bolt.Stream
	rows    records.Rows[*records.Record]
	keys    []string
	release func()

	mu       sync.Mutex // guards what follows
	observed bool
	done     chan struct{} // closed when the execution has ended, and the connection is given back
	err      error         // how it has ended
}

// Open executes the query and returns when the server has accepted it. Only what fails until then is retried, where the query is one that is. The
// context bounds the opening; observing has its own.
func (q Query) Open(ctx context.Context) (*Result, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	attempt := rx.Call(func(ctx context.Context) (*Result, error) { return q.openOnce(ctx) })
	if p, ok := q.on.policy(); ok {
		attempt = retry.Transient(p, attempt)
	}
	return attempt.First(ctx)
}

func (q Query) openOnce(ctx context.Context) (*Result, error) {
	x, release, err := q.on.open(ctx, &q)
	if err != nil {
		return nil, err
	}
	r := &Result{x: x, rows: newRecords(), release: release, done: make(chan struct{})}
	r.stream, err = x.start(ctx, x.stream, r.rows)
	if err == nil {
		r.keys, err = r.stream.Keys(ctx)
	}
	if err != nil {
		defer release()
		return nil, x.settle(ctx, r.stream, err)
	}
	return r, nil
}

// Keys returns the names of the columns, in order. Do not change the slice.
func (r *Result) Keys() []string { return r.keys }

// Stream returns the records. They can be observed once: a second run fails with a *records.UsageError, because a result is one execution; run the
// query again for another.
func (r *Result) Stream() rx.Stream[*records.Record] {
	d := delivery[*records.Record, *records.Record]{block: blockRows, deliver: deliverEach[*records.Record]}
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(*records.Record) error) error {
		if !r.claim() {
			return &records.UsageError{Message: "the records of a result can be observed once, and not after Summary or Close: run the query again"}
		}
		end := rx.ErrAborted
		defer func() { _ = r.finish(ctx, end) }()
		end = pull(ctx, r.stream, r.rows, d, emit)
		err := r.finish(ctx, end)
		if rx.Stopped(end) {
			return rx.AfterStop(err)
		}
		return err
	})
}

// Records returns the records as an RxGo observable of *records.Record, which can be observed once as [Result.Stream] can be run once.
func (r *Result) Records(opts ...rxgo.Option) rxgo.Observable {
	return rx.Observable(r.Stream(), opts...)
}

// Summary returns the summary of the execution. Records that nobody has observed yet are discarded; while somebody observes them it waits for the end.
// An execution that has failed has no summary but an error.
func (r *Result) Summary(ctx context.Context) (*records.Summary, error) {
	if err := r.stop(ctx); err != nil {
		return nil, err
	}
	return r.stream.Summary(), nil
}

// Close ends the execution: records that were not observed are discarded, and an observer ends with [ErrResultClosed]. It returns how the execution has
// ended, and can be called any number of times.
func (r *Result) Close(ctx context.Context) error {
	r.mu.Lock()
	if r.observed {
		r.stream.Cancel(ErrResultClosed)
	}
	r.mu.Unlock()
	return r.stop(ctx)
}

// stop ends the execution if nobody observes it, and otherwise waits until whoever does has ended it.
func (r *Result) stop(ctx context.Context) error {
	if r.claim() {
		return r.finish(ctx, ErrResultClosed)
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// claim makes the caller the one who ends the execution.
func (r *Result) claim() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.observed
	r.observed = true
	return first
}

// finish is called by who has claimed the result, and works once.
func (r *Result) finish(ctx context.Context, end error) error {
	select {
	case <-r.done:
		return r.err
	default:
	}
	r.err = r.x.settle(ctx, r.stream, end)
	r.release()
	close(r.done)
	return r.err
}
