package pool

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/neorx/neorx/bolt"
)

// ErrClosed is what acquisitions end with once Close or Shutdown was called.
var ErrClosed = errors.New("pool: closed")

// errTimeout is the cause of a context that AcquisitionTimeout has ended, and what acquisitions that may not wait end with.
var errTimeout = errors.New("pool: acquisition timeout")

// AcquireTimeoutError says that AcquisitionTimeout has passed without a connection. It matches context.DeadlineExceeded, as timeouts of net/http
// do; whose deadline it was tells the type: when the caller's own context ends there is no AcquireTimeoutError.
type AcquireTimeoutError struct {
	Address Address
	// Timeout is what was allowed, Waited what it took.
	Timeout, Waited time.Duration
	// Stats is how things stood at Address.
	Stats HostStats
	// Holders lists who held the connections, those that have held them longest first, if Config.Diagnostics is on.
	Holders []Holder
	// Err is what a token source or a login said when its time was up, if that was what took the time; otherwise nil.
	Err error
}

// Error says how many connections there were and what they did, and lists who held them where that is known.
func (e *AcquireTimeoutError) Error() string {
	var b strings.Builder
	s := e.Stats
	fmt.Fprintf(&b, "pool: no connection to %s within %v: of at most %d there were %d in use, %d idle, %d being dialled, %d being cleaned up or closed, with %d waiting",
		e.Address, e.Timeout, s.Limit, s.InUse, s.Idle, s.Dialling, s.Probing+s.CleaningUp+s.Closing, s.Waiting)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	for _, h := range e.Holders {
		fmt.Fprintf(&b, "\nheld: %s", h)
	}
	return b.String()
}

// Unwrap returns Err.
func (e *AcquireTimeoutError) Unwrap() error { return e.Err }

// Is is true for context.DeadlineExceeded.
func (e *AcquireTimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Retryable returns false: who has waited for so long should not begin anew.
func (e *AcquireTimeoutError) Retryable() bool { return false }

// DeadlockError says that an acquisition would have waited for itself: every connection to Address is held by work that itself waits for a
// connection, as when a query is made for each record of another on a pool that is too small for both. The newest waiter gets it at once;
// the others go on once its lease is given back.
type DeadlockError struct {
	Address Address
	// Limit is Config.MaxSize.
	Limit int
}

// Error says what waits for what, and the cure.
func (e *DeadlockError) Error() string {
	return fmt.Sprintf("pool: deadlock: every connection to %s (at most %d) is held by work that waits for another one: "+
		"run the inner queries in the transaction of the outer one, collect its records first, or raise the pool's size", e.Address, e.Limit)
}

// Retryable returns false: the same work would end the same way.
func (e *DeadlockError) Retryable() bool { return false }

// TokenRejectedError says that the server has refused a token for which the [TokenSource] has a better one by now.
type TokenRejectedError struct {
	// Err is the server's error.
	Err error
}

// Error returns the server's text.
func (e *TokenRejectedError) Error() string { return e.Err.Error() }

// Unwrap returns the server's error.
func (e *TokenRejectedError) Unwrap() error { return e.Err }

// Retryable returns true.
func (e *TokenRejectedError) Retryable() bool { return true }

// RetrySoon returns true, since the better token is there, unless the server has locked the user out
// for a while.
func (e *TokenRejectedError) RetrySoon() bool {
	var refusal *bolt.ServerError
	return !errors.As(e.Err, &refusal) || !refusal.HasCode(locked)
}

// TokenExpiredError says that the token with which a connection has logged in does not hold any more. With a source that can get another ([Expiring]) it
// comes in a [TokenRejectedError], and managed work is done again.
type TokenExpiredError struct {
	// Err is the server's error.
	Err error
}

// Error returns the server's text, and the cure.
func (e *TokenExpiredError) Error() string {
	return e.Err.Error() + " (a source such as neorx.ExpiringAuth renews tokens in time)"
}

// Unwrap returns the server's error.
func (e *TokenExpiredError) Unwrap() error { return e.Err }

// Retryable returns false: the same token is refused again.
func (e *TokenExpiredError) Retryable() bool { return false }
