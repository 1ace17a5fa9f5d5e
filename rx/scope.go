package rx

import (
	"context"
	"errors"
	"sync"
)

// A crew runs sources on goroutines of its own, under a context that it cancels when its consumer
// has had enough. For the sources that the crew runs, that end is the stop of their own consumer.
// For everything else that happens under the same context, such as a query in a user's function, it
// is a cancellation like any other. The scope of a context tells the two apart: Run keeps it,
// operations that begin a run of their own (ForEach, Collect, …) leave it behind.

// scopeKey is the key of the innermost crew that runs what has the context.
type scopeKey struct{}

// crewKey is the key of the innermost crew around, left behind or not.
type crewKey struct{}

// inCrew tells whether anything around ctx runs on goroutines of a crew.
func inCrew(ctx context.Context) bool { return ctx.Value(crewKey{}) != nil }

func scopeOf(ctx context.Context) *crew {
	c, _ := ctx.Value(scopeKey{}).(*crew)
	return c
}

// ownRun is the context of a run that begins here: the stops of runs around it are not for it.
func ownRun(ctx context.Context) context.Context {
	if scopeOf(ctx) == nil {
		return ctx
	}
	return unscoped{ctx}
}

type unscoped struct{ context.Context }

func (u unscoped) Value(key any) any {
	if key == (scopeKey{}) {
		return nil
	}
	return u.Context.Value(key)
}

// satisfied is the cause of a crew's context when its consumer has had enough. It does not wrap the
// stop: who finds it in an error has been cancelled, and is not complete.
type satisfied struct {
	crew *crew
	stop error // what the consumer returned
}

func (*satisfied) Error() string { return "rx: the consumer of the pipeline around it has had enough" }

// satisfiedBy returns why ctx has ended, if that was the satisfaction of the consumer of the run
// that ctx belongs to; nil otherwise.
func satisfiedBy(ctx context.Context) *satisfied {
	if ctx.Err() == nil {
		return nil
	}
	cause, ok := context.Cause(ctx).(*satisfied) //nolint:errorlint // the cause itself, as the crew has set it
	if !ok {
		return nil
	}
	for c := scopeOf(ctx); c != nil; c = c.outer {
		if c == cause.crew {
			return cause
		}
	}
	return nil
}

// ContextStop returns the stop of a source's consumer where that has ended ctx, the source's, while
// the source was not in emit; nil otherwise. It can happen on goroutines of Prefetch, Merge,
// MergeMap, ParallelMap, BufferTime and Share. [Stopped] is true of it. For a source that does
// nothing special at a stop New and Operator do all that is needed.
func ContextStop(ctx context.Context) error {
	if s := satisfiedBy(ctx); s != nil {
		return s.stop
	}
	return nil
}

// ended is why a run under ctx has to end: the stop of its consumer, or the error of ctx; nil while
// it need not.
func ended(ctx context.Context) error {
	if stop := ContextStop(ctx); stop != nil {
		return stop
	}
	return ContextError(ctx)
}

// asStop returns the end of a source that has refused nothing and ended with err. One that says
// that ctx, its own, has ended may have been stopped by that.
func asStop(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	stop := ContextStop(ctx)
	if stop == nil {
		return err
	}
	if late := lateError(err); late != nil {
		return late.behind(stop)
	}
	if errors.Is(err, ctx.Err()) {
		return stop
	}
	return err
}

// Unstopped returns the context for what a source has to do whether or not its consumer wants more
// of it: it has the values of ctx, the source's, and ends when ctx does, unless that is because the
// consumer has had enough. Call release when the work is done.
func Unstopped(ctx context.Context) (rest context.Context, release context.CancelFunc) {
	if scopeOf(ctx) == nil {
		return ctx, func() {}
	}
	whole, cancel := context.WithCancelCause(unscoped{context.WithoutCancel(ctx)})
	u := &unstopped{cancel: cancel}
	u.follow(ctx)
	deadline, limited := ctx.Deadline() // it holds although ctx has ended before
	if !limited {
		return whole, u.release
	}
	rest, stop := context.WithDeadline(whole, deadline)
	return rest, func() {
		u.release()
		stop()
	}
}

// unstopped ends a context with the first of the contexts around it that ends for another reason
// than a stop.
type unstopped struct {
	cancel context.CancelCauseFunc

	mu       sync.Mutex  // guards what follows
	released bool        // the work is done
	forget   func() bool // takes the wait for the context that is followed back
}

func (u *unstopped) follow(ctx context.Context) {
	for ctx.Err() != nil {
		s := satisfiedBy(ctx)
		if s == nil {
			u.cancel(ContextError(ctx))
			return
		}
		ctx = s.crew.around
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.released {
		u.forget = context.AfterFunc(ctx, func() { u.follow(ctx) })
	}
}

func (u *unstopped) release() {
	u.mu.Lock()
	u.released = true
	forget := u.forget
	u.mu.Unlock()
	if forget != nil {
		forget()
	}
	u.cancel(nil)
}
