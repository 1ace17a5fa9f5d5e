package load

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
)

// run is one run of a job: a reader that fills the lanes, writers that empty them, and the caller's
// goroutine, which hands out what was written.
type run[T any] struct {
	job     *Job[T]
	source  rx.Stream[T]
	session *session.Session
	ledger  *ledger // nil without ExactlyOnce
	began   time.Time
	acks    chan Ack // unbuffered, so that a slow observer slows the writers
	halt    context.CancelFunc

	rejecting sync.Mutex // one dead letter at a time; taken before mu
	wg        sync.WaitGroup

	mu     sync.Mutex // guards the rest
	wake   *sync.Cond // lanes, ended or err have changed
	alarm  *time.Timer
	lanes  *lanes[T]
	size   sizer
	fresh  int            // rows since a writer has last looked
	open   map[mask]int64 // the first number of each batch that runs, by its groups
	ended  bool           // the source has
	err    error          // why no batch begins any more
	report Report
}

func newRun[T any](j *Job[T], source rx.Stream[T]) *run[T] {
	r := &run[T]{
		job: j, source: source, acks: make(chan Ack), began: time.Now(), open: map[mask]int64{},
		lanes: newLanes[T](j.config.groups, j.config.writers), size: newSizer(j.config),
	}
	r.wake = sync.NewCond(&r.mu)
	r.report.Low = j.config.startAt
	return r
}

// do runs the job and returns why it ended.
func (r *run[T]) do(ctx context.Context, emit func(Ack) error) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	defer r.session.Close()
	reading, halt := context.WithCancel(ctx)
	defer halt()
	r.halt = halt
	defer context.AfterFunc(ctx, func() { r.fail(rx.ContextError(ctx)) })()
	r.alarm = time.AfterFunc(time.Hour, r.ring)
	defer r.alarm.Stop()
	// A panic of the observer must not leave goroutines behind.
	defer r.drain()
	r.spawn(func() error { return r.read(reading) })
	for range r.job.config.writers {
		r.spawn(func() error { return r.work(ctx) })
	}
	// Owner: do. It ends when the reader and the writers have. do sees it by the end of acks.
	go func() {
		r.wg.Wait()
		close(r.acks)
	}()
	marked := r.began
	for ack := range r.acks {
		r.fail(emit(ack))
		if r.ledger != nil && time.Since(marked) >= markEvery {
			marked = time.Now()
			r.fail(r.ledger.mark(ctx, ack.Report.Low))
		}
	}
	return r.finish(ctx)
}

func (r *run[T]) begin(ctx context.Context) error {
	if err := r.job.validate(); err != nil {
		return err
	}
	r.session = r.job.target.Session(r.job.config.session...)
	if r.job.config.name == "" {
		return nil
	}
	ledger, err := openLedger(ctx, r.session, r.job.config, r.job.cypher)
	if err != nil {
		return errors.Join(err, r.session.Close())
	}
	r.ledger = ledger
	return nil
}

// markEvery is how often a job of ExactlyOnce saves before which row everything is done.
const markEvery = 5 * time.Second

// drain ends the run where it has not ended, and waits for all goroutines.
func (r *run[T]) drain() {
	r.fail(errAbandoned)
	for range r.acks {
		continue
	}
}

var errAbandoned = errors.New("load: the observer has panicked")

// finish completes the report, once nothing runs.
func (r *run[T]) finish(ctx context.Context) error {
	r.mu.Lock()
	r.report.Elapsed = time.Since(r.began)
	err := r.err
	low := r.report.Low
	r.mu.Unlock()
	if r.ledger == nil || err != nil {
		return err
	}
	return r.ledger.mark(ctx, low)
}

// spawn runs f on a goroutine. Owner: do. Exit: f's end. Join: wg.
func (r *run[T]) spawn(f func() error) {
	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
		err := errGoexit
		defer func() {
			if v := recover(); v != nil {
				err = &rx.PanicError{Value: v, Stack: debug.Stack()}
			}
			r.fail(err)
		}()
		err = f()
	}()
}

var errGoexit = errors.New("load: a function of the job or the source has called runtime.Goexit")

// fail keeps the first reason why no batch begins any more; nil is none.
func (r *run[T]) fail(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	if r.err == nil {
		r.err = err
	}
	r.mu.Unlock()
	r.halt()
	r.wake.Broadcast()
}

func (r *run[T]) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// ring wakes the writers: the oldest row may have waited for long enough.
func (r *run[T]) ring() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wake.Broadcast()
}

// read fills the lanes. The rows before an error of the source are written.
func (r *run[T]) read(ctx context.Context) error {
	in := intake[T]{run: r, number: r.job.config.startAt, groups: uint64(r.job.config.groups)}
	err := r.source.ForEach(ctx, func(v T) error { return in.take(ctx, v) })
	r.mu.Lock()
	r.ended = true
	r.wake.Broadcast()
	for err != nil && r.err == nil && (r.lanes.all.rows > 0 || len(r.open) > 0) {
		r.wake.Wait()
	}
	r.mu.Unlock()
	return err
}

// intake makes rows of what the source yields. It is the reader's.
type intake[T any] struct {
	run     *run[T]
	number  int64
	groups  uint64
	hash    hasher
	scratch []byte
}

// newest is the richest dialect: what it refuses no server accepts.
var newest = records.Dialect{UTC: true, ElementIDs: true, Vectors: true, UUIDs: true}

func (in *intake[T]) take(ctx context.Context, v T) error {
	next := row[T]{value: v, number: in.number, read: time.Now()}
	in.number++
	in.run.count(func(p *Report) { p.Read++ })
	encoded, err := records.AppendValue(in.scratch[:0], v, newest)
	in.scratch, next.bytes = encoded, len(encoded)
	if err == nil {
		next.lane, err = in.lane(v, next.number)
	}
	if err != nil {
		return in.run.reject(ctx, next, err)
	}
	if in.run.ledger.done(next.lane, next.number) {
		in.run.count(func(p *Report) { p.Skipped++ })
		return nil
	}
	return in.run.push(next)
}

// stretch is how many rows without keys follow each other in one group.
const stretch = 256

// lane returns the groups of the keys of a row. Rows without keys take turns, by their number, so
// that they have the same lanes when the job is resumed.
func (in *intake[T]) lane(v T, number int64) (mask, error) {
	if in.run.job.keys != nil {
		in.hash.groups, in.hash.lane = in.groups, 0
		if err := in.run.job.keys(v, &in.hash); err != nil || in.hash.lane != 0 {
			return in.hash.lane, err
		}
	}
	return 1 << (uint64(number/stretch) % in.groups), nil
}

func (r *run[T]) count(f func(*Report)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.report)
}

// full tells whether no other row may wait.
func (r *run[T]) full() bool {
	return r.lanes.all.reaches(r.job.config.buffer)
}

// push waits until there is room for a row.
func (r *run[T]) push(next row[T]) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.full() && r.err == nil {
		r.wake.Wait()
	}
	if r.err != nil {
		return r.err
	}
	r.lanes.push(next)
	r.fresh++
	if r.lanes.all.rows == 1 {
		r.alarm.Reset(r.job.config.linger)
	}
	// A look at the lanes costs more than a row does.
	if r.fresh*4 >= r.size.rows || r.full() {
		r.fresh = 0
		r.wake.Broadcast()
	}
	return nil
}
