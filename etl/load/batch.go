package load

import (
	"context"
	"errors"
	"time"

	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/session"
)

// attempts are all attempts at one batch.
type attempts[T any] struct {
	run     *run[T]
	rows    []row[T]
	last    map[mask]int64 // the last number in each lane; nil without ExactlyOnce
	empty   bool           // only the places move on
	unknown bool           // an attempt may have been committed
	skipped int64          // rows that an older run has written
	strikes int            // failures one after the other that a single row may be the reason of
}

// withoutRows makes a commit move the places of the rows on without writing them.
func withoutRows[T any](a *attempts[T]) { a.empty = true }

// strikes is how often a batch has to break the connection or to exceed the memory in a row until
// its rows are suspected.
const strikes = 3

// commit writes rows in one transaction, again and again until it is committed, it is refused, or
// patience ends.
func (r *run[T]) commit(ctx context.Context, rows []row[T], change ...func(*attempts[T])) error {
	began := time.Now()
	a := &attempts[T]{run: r, rows: rows}
	for _, f := range change {
		f(a)
	}
	if r.ledger != nil {
		a.last = lastOf(rows)
	}
	if err := retry.Do(ctx, r.policy(), a.attempt); err != nil {
		return err
	}
	if !a.empty {
		r.written(a, time.Since(began))
	}
	return nil
}

// lastOf returns the number of the last row of each lane. The rows are in order.
func lastOf[T any](rows []row[T]) map[mask]int64 {
	last := map[mask]int64{}
	for _, one := range rows {
		last[one.lane] = one.number
	}
	return last
}

// written counts rows that are durable, and tells the observer.
func (r *run[T]) written(a *attempts[T], took time.Duration) {
	r.mu.Lock()
	r.report.Skipped += a.skipped
	r.report.Written += int64(len(a.rows))
	r.report.Batches++
	for _, one := range a.rows {
		r.report.Bytes += int64(one.bytes)
	}
	r.size.observe(len(a.rows), took)
	r.report.Elapsed = time.Since(r.began)
	ack := Ack{Rows: len(a.rows), Took: took, Report: r.report}
	r.mu.Unlock()
	r.acks <- ack
}

// attempt is one transaction.
func (a *attempts[T]) attempt(ctx context.Context) error {
	err := a.once(ctx)
	if err == nil {
		return nil
	}
	if end := a.run.failed(); end != nil {
		return &finalError{err} // the job is over: no attempt follows
	}
	return err
}

// finalError keeps a failure from being tried again.
type finalError struct{ err error }

func (e *finalError) Error() string   { return e.err.Error() }
func (e *finalError) Unwrap() error   { return e.err }
func (e *finalError) Retryable() bool { return false }

func (a *attempts[T]) once(ctx context.Context) (err error) {
	tx, err := a.run.session.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Close(context.WithoutCancel(ctx))) }()
	if done, err := a.claim(ctx, tx); err != nil || done {
		return err
	}
	if err := a.exec(ctx, tx); err != nil {
		return a.suspect(ctx, err)
	}
	if err := tx.Commit(ctx); err != nil {
		return a.afterCommit(ctx, err)
	}
	return nil
}

// claim moves the places of the lanes, and leaves out the rows that were done before. It tells
// whether all of them were.
func (a *attempts[T]) claim(ctx context.Context, tx *session.Transaction) (done bool, err error) {
	if a.last == nil {
		return false, nil
	}
	places, err := a.run.ledger.claim(ctx, tx, a.last)
	if err != nil || a.empty {
		return false, err
	}
	var left []row[T]
	for _, one := range a.rows {
		if one.number > places[one.lane] {
			left = append(left, one)
		}
	}
	if len(left) == 0 && a.unknown {
		return true, nil // by this batch itself, whose COMMIT had no answer
	}
	// An older run was about to commit them when this one began.
	a.skipped += int64(len(a.rows) - len(left))
	a.rows = left
	return len(left) == 0, nil
}

func (a *attempts[T]) exec(ctx context.Context, tx *session.Transaction) error {
	if a.empty {
		return nil
	}
	values := make([]T, len(a.rows))
	for i, one := range a.rows {
		values[i] = one.value
	}
	_, err := tx.Query(a.run.job.cypher, map[string]any{"rows": values}).Exec(ctx)
	return err
}

// suspect judges a failure of the statement: is a row the reason, or the number of rows?
func (a *attempts[T]) suspect(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	switch {
	case isPoison(err):
		return &splitError{err}
	case isTooLarge(err) && len(a.rows) > 1:
		a.run.tooLarge(len(a.rows))
		return &splitError{err}
	case !isTooLarge(err) && !isLost(err):
		a.strikes = 0
		return err
	}
	if a.strikes++; a.strikes >= strikes {
		return &splitError{err}
	}
	return err
}

// afterCommit judges a failure of COMMIT: constraints on what is missing are checked there.
func (a *attempts[T]) afterCommit(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return err
	case isCommitUnknown(err):
		a.unknown = true
		return &againError{err}
	case isPoison(err):
		return &splitError{err}
	}
	return err
}

func (r *run[T]) tooLarge(rows int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.size.shrink(rows)
}
