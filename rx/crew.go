package rx

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// PanicError is what a panic on a goroutine of this package's becomes: it is raised again on the
// consumer's goroutine as a *PanicError, and the RxGo face reports it as an error item.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine that panicked
}

// Error gives the value and the stack.
func (p *PanicError) Error() string { return fmt.Sprintf("rx: panic: %v\n\n%s", p.Value, p.Stack) }

// Unwrap is the value, where that is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

func newPanicError(value any) *PanicError {
	if p, ok := value.(*PanicError); ok { // raised again on its way through a second goroutine
		return p
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}

// crew is the goroutines of one run of one operator. It is the context that they work under, which
// is cancelled when one of them fails or the run ends; the operator's run owns them and joins them,
// on every exit, by finish or by abandon.
type crew struct {
	context.Context
	around context.Context // of the operator's run
	outer  *crew           // the crew that the operator's run belongs to, if any
	cancel context.CancelCauseFunc
	last   func()        // called by the last goroutine to leave
	idle   chan struct{} // closed when all have left

	mu      sync.Mutex // guards the fields below
	active  int
	failure error
	late    error // of sources that were stopped: see AfterStop
	panic   *PanicError
	goexit  bool
}

// newCrew prepares a crew; last is called once all its goroutines have returned, to close the
// channel that they send to.
func newCrew(ctx context.Context, last func()) *crew {
	c := &crew{around: ctx, outer: scopeOf(ctx), last: last, idle: make(chan struct{})}
	c.Context, c.cancel = context.WithCancelCause(apart(ctx))
	return c
}

// Value makes the crew the scope of its context.
func (c *crew) Value(key any) any {
	if key == (scopeKey{}) || key == (crewKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// start runs f on a goroutine of the crew. All but the first are started by goroutines of the crew,
// so that it is not idle too early.
func (c *crew) start(f func(ctx context.Context) error) {
	c.mu.Lock()
	c.active++
	c.mu.Unlock()
	go func() { // owner: the operator's run; exit: f returns, at the latest soon after ctx ends; join: finish or abandon
		defer c.leave()
		returned := false
		defer func() {
			if !returned {
				c.broken(recover())
			}
		}()
		err := f(c)
		returned = true
		c.fail(err)
	}()
}

func (c *crew) leave() {
	c.mu.Lock()
	c.active--
	idle := c.active == 0
	c.mu.Unlock()
	if idle {
		c.last()
		close(c.idle)
	}
}

// fail notes the first failure and tells the others. What comes after it, or after the end of the
// run, is its consequence.
func (c *crew) fail(err error) {
	if err == nil {
		return
	}
	if !c.owe(err) {
		c.mu.Lock()
		if c.failure == nil && c.late == nil {
			c.failure = err
		}
		c.mu.Unlock()
	}
	c.cancel(unmarked(err))
}

// owe notes err if the consumer has to hear of it, satisfied or not, and tells whether that is so.
func (c *crew) owe(err error) bool {
	late := lateError(err)
	if late == nil || c.consequence(late.err) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = joined(c.late, late.err)
	return true
}

// consequence tells whether err is no more than the end of the crew's context, which another
// failure, and no stop, has brought about.
func (c *crew) consequence(err error) bool {
	end := c.Err()
	if end == nil || !errors.Is(err, end) {
		return false
	}
	_, stopped := context.Cause(c).(*satisfied) //nolint:errorlint // the cause itself, as a crew has set it
	return !stopped
}

// joined is both errors, or the second alone where there is no first.
func joined(first, second error) error {
	if first == nil {
		return second
	}
	return errors.Join(first, second)
}

// broken notes a panic, or a Goexit where there is no value to recover.
func (c *crew) broken(value any) {
	c.mu.Lock()
	switch {
	case value == nil:
		c.goexit = true
	case c.panic == nil:
		c.panic = newPanicError(value)
	}
	c.mu.Unlock()
	c.cancel(ErrAborted)
}

// finish ends the run: it stops the goroutines, waits for them and returns the run's result.
// refused is the consumer's error, nil if it took everything. A panic or Goexit of the crew goes on
// here, on the consumer's goroutine.
func (c *crew) finish(refused error) error {
	c.refuse(refused)
	<-c.idle
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.panic != nil {
		panic(c.panic)
	}
	if c.goexit {
		runtime.Goexit()
	}
	return c.result(refused)
}

// refuse tells the goroutines that the consumer wants no more: as its stop if it is satisfied.
func (c *crew) refuse(refused error) {
	if Stopped(refused) {
		c.cancel(&satisfied{c, refused})
		return
	}
	c.cancel(refused)
}

// result is the end of the run. The caller holds the mutex. A late error is reported unless the
// consumer, or a source, has failed before.
func (c *crew) result(refused error) error {
	stopped := refused
	if stopped == nil {
		stopped = ContextStop(c.around) // of a crew around this one
	}
	switch {
	case c.late != nil && Stopped(stopped):
		return (&afterStop{err: c.late}).behind(stopped)
	case refused != nil:
		return refused
	case c.failure != nil:
		return c.failure
	default:
		return AfterStop(c.late)
	}
}

// abandon is for defer: it cleans up where the consumer left by a panic or by Goexit. After finish
// it does nothing.
func (c *crew) abandon() {
	c.cancel(ErrAborted)
	<-c.idle
}

// deliver hands the consumer what the crew sends on items, until that is closed, the consumer
// refuses or ctx, the run's, ends.
func deliver[T any](ctx context.Context, c *crew, items <-chan T, emit func(T) error) error {
	for v := range items {
		if ctx.Err() != nil {
			return c.finish(ended(ctx))
		}
		if err := emit(v); err != nil {
			return c.finish(err)
		}
	}
	return c.finish(nil)
}

// sender is an emit that sends to a channel, until ctx ends. Where there is room it touches nothing
// but the channel's own lock.
func sender[T any](ctx context.Context, ch chan<- T) func(T) error {
	done := ctx.Done()
	return func(v T) error {
		select {
		case ch <- v:
			return nil
		default:
		}
		select {
		case ch <- v:
			return nil
		case <-done:
			return ended(ctx)
		}
	}
}
