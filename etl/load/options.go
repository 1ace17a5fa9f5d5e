package load

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
)

// Option configures a job. What is wrong with options is reported by the first use of the job.
type Option func(*config)

// config is what a job was made with. keys and reject are of the type of the rows, which options
// that do not mention it cannot know.
type config struct {
	keys        any // func(T, *hasher) error
	reject      any // func(context.Context, Rejected[T]) error
	groups      int
	writers     int
	batch       bound
	fixed       bool
	linger      time.Duration
	buffer      bound
	maxRejected int64
	rejectedSet bool
	patience    time.Duration
	finish      bool
	name        string
	startAt     int64
	session     []session.SessionOption
	problems    []error
}

func defaults() config {
	return config{
		groups: 32, writers: 2, batch: bound{rows: 1000, bytes: 4 << 20}, linger: time.Second,
		buffer: bound{rows: 32 << 10, bytes: 32 << 20}, patience: 2 * time.Minute,
	}
}

func (c *config) problem(format string, args ...any) {
	c.problems = append(c.problems, &records.UsageError{Message: "load: " + fmt.Sprintf(format, args...)})
}

func (c *config) validate() error { return errors.Join(c.problems...) }

// positive notes a problem unless n is between 1 and most.
func (c *config) positive(name string, n, most int) {
	if n < 1 || n > most {
		c.problem("%s is %d: it must be from 1 to %d", name, n, most)
	}
}

const unlimited = 1 << 30

// Writers sets how many transactions run at the same time. Each holds a connection. Default 2.
func Writers(n int) Option {
	return func(c *config) {
		c.positive("Writers", n, 1024)
		c.writers = n
	}
}

// Groups sets into how many groups the keys are hashed. More groups leave more work to do beside a
// batch, and make batches smaller. A job of [ExactlyOnce] keeps the number for all of its runs.
// From 1 to 64, default 32.
func Groups(n int) Option {
	return func(c *config) {
		c.positive("Groups", n, maxGroups)
		c.groups = n
	}
}

// BatchRows fixes how many rows a transaction has at most. By default a job begins with 1000 and
// adapts: it doubles the size where a transaction takes less than 100 ms, up to 16,000 rows, and
// makes it smaller where one takes more than 400 ms.
func BatchRows(n int) Option {
	return func(c *config) {
		c.positive("BatchRows", n, unlimited)
		c.batch.rows, c.fixed = n, true
	}
}

// BatchBytes sets how large the rows of a transaction are at most, in bytes as they travel. A
// larger row is a batch of its own. Default 4 MiB.
func BatchBytes(n int) Option {
	return func(c *config) {
		c.positive("BatchBytes", n, unlimited)
		c.batch.bytes = n
	}
}

// Linger sets how long a row waits at most for its batch to become full. It waits longer while the
// rows before it are written. Default 1 s.
func Linger(d time.Duration) Option {
	return func(c *config) {
		if d < 0 {
			c.problem("Linger is %v: it must not be negative", d)
		}
		c.linger = d
	}
}

// Buffer sets how many rows and bytes wait at most, besides those that are being written. The
// source waits while there are as many. Full batches of n writers need about n² times the rows of
// one batch. Default 32,768 rows and 32 MiB.
func Buffer(rows, bytes int) Option {
	return func(c *config) {
		c.positive("Buffer rows", rows, unlimited)
		c.positive("Buffer bytes", bytes, unlimited)
		c.buffer = bound{rows: rows, bytes: bytes}
	}
}

// DeadLetters says where rejected rows go. The function is called for one row at a time. It is
// called before the job counts a row as done, so a row can come twice if the job is stopped and
// resumed between. An error of the function ends the job. By default the first rejected row ends
// the job with a [*RejectedError].
func DeadLetters[T any](to func(ctx context.Context, r Rejected[T]) error) Option {
	return func(c *config) {
		if to == nil {
			c.problem("the function of DeadLetters is nil: leave the option out")
			return
		}
		c.reject = to
	}
}

// MaxRejected sets how many rows may be rejected; the next ends the job with a [*RejectedError].
// Default: none without [DeadLetters], any number with it.
func MaxRejected(n int64) Option {
	return func(c *config) {
		if n < 0 {
			c.problem("MaxRejected is %d: it must not be negative", n)
		}
		c.maxRejected, c.rejectedSet = n, true
	}
}

// Patience sets for how long a batch is tried again after failures that pass, such as deadlocks,
// new leaders and restarts of the server. 0 tries once. Default 2 minutes.
func Patience(d time.Duration) Option {
	return func(c *config) {
		if d < 0 {
			c.problem("Patience is %v: it must not be negative", d)
		}
		c.patience = d
	}
}

// FinishOnCancel lets transactions finish that run when the context of the job ends. The job waits
// for them, and does not try them again. Rows that are not in a transaction by then are not
// written. By default transactions that run are rolled back.
func FinishOnCancel() Option { return func(c *config) { c.finish = true } }

// StartAt sets the number of the first row that the source yields, for a source that begins where
// an earlier run has ended. Default 0.
func StartAt(number int64) Option {
	return func(c *config) {
		if number < 0 {
			c.problem("StartAt is %d: it must not be negative", number)
		}
		c.startAt = number
	}
}

// Session sets options of the session that the job writes on, such as the database or the user.
func Session(opts ...session.SessionOption) Option {
	return func(c *config) { c.session = append(c.session, opts...) }
}
