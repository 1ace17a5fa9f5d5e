package retry

import (
	"fmt"
	"slices"
	"time"
)

// Error is how work has ended that was tried more than once. What the last attempt ended with comes first in its chain, so that errors.As finds
// what it would find without the retries.
type Error struct {
	// Attempts are the errors of all attempts, in the order in which they were made; at least two, or one and an Interrupted.
	Attempts []error
	// Elapsed is the time from the start of the first attempt.
	Elapsed time.Duration
	// Interrupted is the error of the context, if it has ended during a delay.
	Interrupted error
}

// Error returns the error of the last attempt, and how many there were.
func (e *Error) Error() string {
	last := e.Attempts[len(e.Attempts)-1]
	if e.Interrupted != nil {
		return fmt.Sprintf("%v (while waiting to retry after attempt %d: %v)", e.Interrupted, len(e.Attempts), last)
	}
	return fmt.Sprintf("%v (attempt %d, after %v)", last, len(e.Attempts), e.Elapsed.Round(time.Millisecond))
}

// Unwrap returns what ended the delay, if anything, and the errors of the attempts, the last one first.
func (e *Error) Unwrap() []error {
	all := slices.Clone(e.Attempts)
	if e.Interrupted != nil {
		all = append(all, e.Interrupted)
	}
	slices.Reverse(all)
	return all
}

// Retryable returns false: what could be done by trying again has been done.
func (e *Error) Retryable() bool { return false }
