package load

import (
	"context"
	"errors"
	"time"

	"github.com/neorx/neorx/retry"
)

// work writes batches until there are no more.
func (r *run[T]) work(ctx context.Context) error {
	if r.job.config.finish {
		ctx = context.WithoutCancel(ctx)
	}
	for {
		batch, groups := r.await()
		if batch == nil {
			return nil
		}
		if err := r.write(ctx, batch); err != nil {
			return err
		}
		r.release(groups)
	}
}

// await returns the next batch, or nil when there is none any more.
func (r *run[T]) await() ([]row[T], mask) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.err == nil {
		full := bound{rows: r.size.rows, bytes: r.job.config.batch.bytes}
		if batch, groups := r.lanes.next(full, r.due); batch != nil {
			r.open[groups] = batch[0].number
			r.wake.Broadcast() // there is room for rows, and maybe another batch
			return batch, groups
		}
		if r.ended && r.lanes.all.rows == 0 {
			return nil, 0
		}
		r.arm()
		r.wake.Wait()
	}
	return nil, 0
}

// due tells whether a row has waited for long enough that its batch need not be full.
func (r *run[T]) due(first row[T]) bool {
	return r.ended || r.full() || time.Since(first.read) >= r.job.config.linger
}

// arm sets the alarm to when the next lane is due that could be written now.
func (r *run[T]) arm() {
	lane, found := r.lanes.oldest(r.lanes.busy)
	if !found || r.due(r.lanes.waiting[lane].first()) {
		return // whatever keeps it from running wakes the writers when it ends
	}
	r.alarm.Reset(r.job.config.linger - time.Since(r.lanes.waiting[lane].first().read))
}

// release gives back the groups of a batch that is done.
func (r *run[T]) release(groups mask) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, groups)
	r.lanes.done(groups)
	r.report.Low = max(r.report.Low, r.low())
	r.wake.Broadcast()
}

// low returns the number of the first row that is not done with.
func (r *run[T]) low() int64 {
	low := r.job.config.startAt + r.report.Read
	if lane, found := r.lanes.oldest(0); found {
		low = min(low, r.lanes.waiting[lane].first().number)
	} else if !r.ended {
		low-- // the last row that was read may not be in its lane yet
	}
	for _, first := range r.open {
		low = min(low, first)
	}
	return low
}

// write writes rows in one transaction, or in several where that fails for a reason that a part of
// them need not have.
func (r *run[T]) write(ctx context.Context, rows []row[T]) error {
	err := r.commit(ctx, rows)
	var split *splitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &split):
		return err
	case len(rows) == 1:
		return r.rejectWritten(ctx, rows[0], split.err)
	}
	half := len(rows) / 2
	if err := r.write(ctx, rows[:half]); err != nil {
		return err
	}
	if err := r.failed(); err != nil {
		return err
	}
	return r.write(ctx, rows[half:])
}

// rejectWritten rejects a row that a writer has. Its place in the graph moves on behind it.
func (r *run[T]) rejectWritten(ctx context.Context, bad row[T], reason error) error {
	if err := r.reject(ctx, bad, reason); err != nil || r.ledger == nil {
		return err
	}
	return r.commit(ctx, []row[T]{bad}, withoutRows)
}

// reject hands a row to the dead letters, or ends the job.
func (r *run[T]) reject(ctx context.Context, bad row[T], reason error) error {
	r.rejecting.Lock()
	defer r.rejecting.Unlock()
	r.mu.Lock()
	over := r.report.Rejected >= r.job.config.maxRejected
	r.mu.Unlock()
	if over {
		return &RejectedError{Number: bad.number, Err: reason}
	}
	if r.job.reject != nil {
		if err := r.job.reject(ctx, Rejected[T]{Row: bad.value, Number: bad.number, Err: reason}); err != nil {
			return err
		}
	}
	r.count(func(p *Report) { p.Rejected++ })
	return nil
}

// policy is the retry of one batch.
func (r *run[T]) policy() retry.Policy {
	p := retry.Default()
	p.MaxTime, p.MaxDelay = r.job.config.patience, 5*time.Second
	p.OnRetry = func(_ int, err error, _ time.Duration) {
		r.count(func(report *Report) {
			report.Retries++
			if isDeadlock(err) {
				report.Deadlocks++
			}
			if isCommitUnknown(err) {
				report.Unknown++
			}
		})
	}
	return p
}
