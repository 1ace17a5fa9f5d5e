package rx

import "errors"

// stop is what a satisfied consumer returns from emit. Each run of each Take (or First, or loop over All) has a stop of its own,
// so that in nested runs everybody recognises exactly the end that is meant for them.
type stop struct{ _ byte } // not empty: two empty structs may share an address

func (*stop) Error() string { return "rx: the consumer has had enough" }

// Stopped reports whether err, which a source got from emit or from the cause of its context, means that the consumer
// is satisfied, and not that it failed. A source that has to end differently in the two cases (commit or roll back) asks this.
func Stopped(err error) bool {
	if err == nil {
		return false
	}
	var s *stop
	return errors.As(err, &s)
}

// AfterStop marks err as the failure of what a source still had to do after its consumer had stopped: discard the rest, commit.
// Returned by a source it ends the run in place of the stop, so that Take(1) reports a commit that failed. Consumers see err itself.
// Where the consumer failed instead of being satisfied, its error stays the result. AfterStop(nil) is nil.
func AfterStop(err error) error {
	if err == nil {
		return nil
	}
	return &afterStop{err}
}

type afterStop struct{ err error }

func (e *afterStop) Error() string { return e.err.Error() }
func (e *afterStop) Unwrap() error { return e.err }

// lateError returns the AfterStop error in err's chain, mark included, or nil.
func lateError(err error) error {
	if err == nil {
		return nil
	}
	var late *afterStop
	if errors.As(err, &late) {
		return late
	}
	return nil
}

// result is what a terminal operation returns for the end of its run: a stop is no error, and nobody sees the mark of AfterStop.
func result(err error) error {
	if err == nil {
		return nil
	}
	if late, ok := err.(*afterStop); ok { //nolint:errorlint // the mark itself, not something that wraps one
		return late.err
	}
	if Stopped(err) {
		return nil
	}
	return err
}
