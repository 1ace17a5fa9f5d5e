package retry

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/neorx/neorx/rx"
)

// Do calls work until it succeeds, ends with an error that is not [Retryable], or the policy or ctx says that it is enough. It returns work's own
// error if there was one attempt, and an *[Error] if there were more. It does not retry when ctx has ended, whatever the error says, and
// returns at once when ctx ends during a delay.
func Do(ctx context.Context, p Policy, work func(ctx context.Context) error) error {
	return do(ctx, p, work, Retryable)
}

// do is Do with another idea of what may be retried.
func do(ctx context.Context, p Policy, work func(ctx context.Context) error, retryable func(error) bool) error {
	if err := p.Validate(); err != nil {
		return err
	}
	l := loop{policy: &p, retryable: retryable, began: time.Now()}
	for {
		err := work(ctx)
		if err == nil {
			return nil
		}
		l.attempts = append(l.attempts, err)
		delay, ok := l.next(ctx, err)
		if !ok {
			return l.end(nil)
		}
		if end := sleep(ctx, delay); end != nil {
			return l.end(end)
		}
	}
}

// loop is one call of Do.
type loop struct {
	policy    *Policy
	retryable func(error) bool
	began     time.Time
	intervals backoff.BackOff // nil until the first failure that is retried later
	soon      int             // failures that pass at once
	attempts  []error
}

// next returns how long to wait before the next attempt, if there is to be one, and tells OnRetry.
func (l *loop) next(ctx context.Context, err error) (time.Duration, bool) {
	p := l.policy
	left := p.MaxTime - time.Since(l.began)
	if left <= 0 || ctx.Err() != nil || !l.retryable(err) {
		return 0, false
	}
	delay := min(l.delay(err), left)
	if p.OnRetry != nil {
		p.OnRetry(len(l.attempts), err, delay)
	}
	return delay, true
}

// delay depends on the cause: the two kinds of failures are counted apart.
func (l *loop) delay(err error) time.Duration {
	p := l.policy
	if p.Soon > 0 && Soon(err) {
		l.soon++
		return p.soon(l.soon)
	}
	if l.intervals == nil {
		l.intervals = p.intervals()
	}
	return p.jitter(l.intervals.NextBackOff())
}

// end is the error of it all.
func (l *loop) end(interrupted error) error {
	if len(l.attempts) == 1 && interrupted == nil {
		return l.attempts[0]
	}
	return &Error{Attempts: l.attempts, Elapsed: time.Since(l.began), Interrupted: interrupted}
}

// sleep waits for d, or for the end of ctx, whose error and cause it returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
	}
	return rx.ContextError(ctx)
}
