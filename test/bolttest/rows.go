package bolttest

import (
	"context"
	"fmt"
	"iter"
)

// rows is an open result: its sequence, taken row by row.
type rows struct {
	*Result
	qid    int64
	ctx    context.Context // ends with the transaction, and by close
	cancel context.CancelFunc
	next   func() ([]any, error, bool)
	stop   func()

	peeked bool // ahead has been taken, and not been asked for
	ahead  row
	seen   bool // there was a row
}

// row is what a sequence has yielded; ok is false behind its end.
type row struct {
	values []any
	err    error
	ok     bool
}

func openRows(ctx context.Context, cancel context.CancelFunc, result *Result, qid int64) *rows {
	r := &rows{Result: result, qid: qid, ctx: ctx, cancel: cancel}
	sequence := result.Rows
	if sequence == nil {
		sequence = func(func([]any, error) bool) {}
	}
	r.next, r.stop = iter.Pull2(sequence)
	return r
}

// take returns the next row.
func (r *rows) take() row {
	if !r.peeked {
		r.peek()
	}
	r.peeked = false
	r.seen = r.seen || r.ahead.ok && r.ahead.err == nil
	return r.ahead
}

// peek looks at the next row without taking it.
func (r *rows) peek() row {
	if !r.peeked {
		r.peeked = true
		r.ahead.values, r.ahead.err, r.ahead.ok = r.next()
		if values := len(r.ahead.values); r.ahead.ok && r.ahead.err == nil && values != len(r.Keys) {
			r.ahead.err = fmt.Errorf("bolttest: a row of %d values for the keys %q", values, r.Keys)
		}
	}
	return r.ahead
}

// close ends the sequence and tells the result that it is done with.
func (r *rows) close() {
	r.cancel()
	r.stop()
	if r.Close != nil {
		r.Close()
	}
}
