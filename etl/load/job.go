package load

import (
	"context"
	"fmt"
	"time"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
)

// Target is where a job writes: a *neorx.Driver.
type Target interface {
	Session(opts ...session.SessionOption) *session.Session
}

// Job writes streams of rows with one statement. Make one with [New]. It holds nothing, can be run
// any number of times, and is safe for concurrent use; with [ExactlyOnce] one run at a time goes
// on.
type Job[T any] struct {
	target Target
	cypher string
	config config
	keys   func(T, *hasher) error
	reject func(context.Context, Rejected[T]) error
}

// New returns a job that writes rows with a statement, which gets a batch of them as the list
// $rows:
//
//	UNWIND $rows AS row MERGE (p:Person {id: row.id}) SET p.name = row.name
//
// A row is anything that can be a parameter: a struct with `neo4j` tags, a map, a single value. New
// does no I/O. What is wrong with the options is reported when the job runs, by a
// [*records.UsageError].
//
// Without [ExactlyOnce] a batch is written at least once: it is written again where the answer to
// its COMMIT is lost. Make the statement one that may run twice, with MERGE instead of CREATE.
func New[T any](target Target, cypher string, opts ...Option) *Job[T] {
	j := &Job[T]{target: target, cypher: cypher, config: defaults()}
	c := &j.config
	for _, o := range opts {
		o(c)
	}
	if !c.rejectedSet && c.reject != nil {
		c.maxRejected = 1<<63 - 1
	}
	j.keys = typed[func(T, *hasher) error](c, c.keys, "the function of Key, Keys or KeySet")
	j.reject = typed[func(context.Context, Rejected[T]) error](c, c.reject, "the function of DeadLetters")
	return j
}

// typed returns a function that an option has brought for the rows of a job.
func typed[F any](c *config, f any, what string) (typed F) {
	if f == nil {
		return typed
	}
	typed, ok := f.(F)
	if !ok {
		c.problem("%s is for rows of another type: it is %T and has to be %T", what, f, typed)
	}
	return typed
}

// Report is what a job has done.
type Report struct {
	// Read is how many rows the source has yielded.
	Read int64
	// Written is how many rows are in the graph by this run.
	Written int64
	// Skipped is how many rows an earlier run of the job has written. See [ExactlyOnce].
	Skipped int64
	// Rejected is how many rows cannot be written. They went to the dead letters.
	Rejected int64
	// Bytes is the size of the rows that were written, as they travel.
	Bytes int64
	// Batches is how many transactions were committed.
	Batches int64
	// Retries is how many transactions were tried again, Deadlocks how many of these were the
	// victim of a deadlock, and Unknown how many COMMITs had no answer.
	Retries, Deadlocks, Unknown int64
	// Low is the number of the first row that is neither written nor rejected: every row before it
	// is done with.
	Low int64
	// Elapsed is the time since the job began.
	Elapsed time.Duration
}

// Open returns how many rows were read and are neither written, rejected nor skipped. After an
// error these are the rows that are lost unless the source is read again.
func (r Report) Open() int64 { return r.Read - r.Written - r.Rejected - r.Skipped }

// String returns the figures in one line.
func (r Report) String() string {
	return fmt.Sprintf("%d rows read, %d written, %d skipped, %d rejected, %d open; %d transactions, %d retries, "+
		"%d deadlocks; %v", r.Read, r.Written, r.Skipped, r.Rejected, r.Open(), r.Batches, r.Retries,
		r.Deadlocks, r.Elapsed.Round(time.Millisecond))
}

// Ack says that rows are durable.
type Ack struct {
	// Rows is how many rows were committed by this transaction.
	Rows int
	// Took is how long the transaction took.
	Took time.Duration
	// Report is how the whole job stands.
	Report Report
}

// Run writes all rows, and returns when they are durable or the job has failed. The report is true
// in both cases. When the source fails, the rows before its error are written. When a batch fails,
// no other begins, and those that run are finished. When ctx ends, those that run are rolled back
// (see [FinishOnCancel]).
//
// Errors: those of the source, of ctx and of the dead letters; [*RejectedError]; what the server
// said when a batch failed for good.
func (j *Job[T]) Run(ctx context.Context, rows rx.Stream[T]) (Report, error) {
	r := newRun(j, rows)
	err := r.do(ctx, func(Ack) error { return nil })
	return r.report, err
}

// Stream is [Job.Run] as a stream of what becomes durable, in the order in which it does. Nothing
// happens until it is run. A slow observer slows the job down. When the observer stops, no other
// batch begins, and those that run are finished.
func (j *Job[T]) Stream(rows rx.Stream[T]) rx.Stream[Ack] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(Ack) error) error {
		return newRun(j, rows).do(ctx, emit)
	})
}

// Acks is the RxGo face of [Job.Stream]: an observable of Ack.
func (j *Job[T]) Acks(rows rx.Stream[T], opts ...rxgo.Option) rxgo.Observable {
	return rx.Observable(j.Stream(rows), opts...)
}

// validate returns everything that is wrong with the job.
func (j *Job[T]) validate() error {
	if j.target == nil {
		return &records.UsageError{Message: "load: the target is nil: give New a driver"}
	}
	return j.config.validate()
}
