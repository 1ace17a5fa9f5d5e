package rx

import (
	"context"
	"errors"
)

// stop is what a satisfied consumer returns from emit. Each run of each operation that can have
// enough (Take, First, a loop over All, …) makes a stop of its own, and only that run turns it into
// a completion, by settle. For everybody else it is an error like any other.
type stop struct{ _ byte } // not empty: two empty structs may share an address

func (*stop) Error() string { return "rx: the consumer has had enough" }

// settle is what the maker of a stop returns for the end of its run under ctx: nil for its own
// stop, and the bare error for one that came in its place. Within a crew that error stays marked:
// there a consumer further down may be satisfied before it has seen the error, which is to be
// reported all the same. s is nil as long as the maker has not stopped.
func (s *stop) settle(ctx context.Context, err error) error {
	if s == nil || err == nil {
		return err
	}
	if err == error(s) { //nolint:errorlint // identity is the rule: a stop has one maker
		return nil
	}
	late := lateError(err)
	switch {
	case late == nil || !errors.Is(late.after, s):
		return err
	case inCrew(ctx):
		return AfterStop(late.err)
	default:
		return late.err
	}
}

// Stopped reports whether err, which a source got from emit, means that the consumer is satisfied,
// and not that it failed. A source that has to end differently in the two cases (commit or roll
// back) asks this. A consumer can also be satisfied while its source waits for something else: see
// [ContextStop].
func Stopped(err error) bool {
	if err == nil {
		return false
	}
	var s *stop
	return errors.As(err, &s)
}

// AfterStop marks err as a failure that a satisfied consumer has to hear of: that of what a source
// still had to do behind a stop, such as discard the rest and commit. A source returns it, and the
// run ends with err in place of the stop, so that Take(1) reports a commit that failed. Where the
// consumer failed instead of being satisfied, its error stays the result. AfterStop(nil) is nil.
//
// A source that writes marks all its failures so. On a goroutine of Prefetch and the like it runs
// ahead of its consumer, and may fail before the stop that its consumer has not made yet.
//
// The mark travels up to the operation that made the stop. That one, and every operation where
// there was no stop, return err itself; on goroutines of a crew, where a consumer further down may
// be satisfied first, err stays marked.
func AfterStop(err error) error {
	if _, marked := err.(*afterStop); err == nil || marked { //nolint:errorlint // the mark itself
		return err
	}
	return &afterStop{err: err}
}

// Unmark returns err without the mark of AfterStop, and whether it had one. It is for operators
// that keep errors or show them to functions of users, such as a retry. They mark again what they
// return.
func Unmark(err error) (bare error, marked bool) {
	if late, ok := err.(*afterStop); ok { //nolint:errorlint // the mark itself
		return late.err, true
	}
	return err, false
}

// unmarked is Unmark for those who handle the error.
func unmarked(err error) error {
	err, _ = Unmark(err)
	return err
}

type afterStop struct {
	err   error
	after error // the stop that it came after; nil as long as that is not known
}

func (e *afterStop) Error() string { return e.err.Error() }
func (e *afterStop) Unwrap() error { return e.err }

// behind is e, come after that stop.
func (e *afterStop) behind(stop error) error { return &afterStop{err: e.err, after: stop} }

// lateError returns err as an error of AfterStop, if it is or wraps one; nil otherwise.
func lateError(err error) *afterStop {
	if err == nil {
		return nil
	}
	var late *afterStop
	if !errors.As(err, &late) {
		return nil
	}
	if err == error(late) { //nolint:errorlint // the mark itself
		return late
	}
	return &afterStop{err: err, after: late.after} // what wraps it is not lost
}

// bare is what an operation that makes no stop returns for the end of its run under ctx. The mark
// of AfterStop stays where an operation further down has made the stop and is looking for it, and
// within a crew, as in settle.
func bare(ctx context.Context, err error) error {
	late, ok := err.(*afterStop) //nolint:errorlint // the mark itself, not something that wraps one
	if ok && late.after == nil && !inCrew(ctx) {
		return late.err
	}
	return err
}
