package rx

import (
	"context"
	"errors"
)

// ErrAborted is the end that Using reports to release when the run was left by a panic or by
// runtime.Goexit.
var ErrAborted = errors.New("rx: the run was left by a panic or runtime.Goexit")

// Using is a stream over a resource that lives as long as a run: acquire opens it, use makes a
// stream of it, and release frees it, exactly once, however the run ends.
//
// end tells release how: nil completed, Stopped(end) the consumer has had enough, ErrAborted a
// panic or Goexit, otherwise the error of the stream, the consumer or ctx. An error of release ends
// a run that would have completed or was stopped, and joins the error of any other. The context of
// acquire may have ended when release runs; what release must do in spite of that needs a context
// of its own.
func Using[R, T any](acquire func(ctx context.Context) (R, error), use func(R) Stream[T], release func(r R, end error) error) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) (err error) {
		if err := ended(ctx); err != nil {
			return err
		}
		r, err := acquire(ctx)
		if err != nil {
			return asStop(ctx, err)
		}
		err = ErrAborted
		defer func() { err = released(err, release(r, unmarked(err))) }()
		err = asStop(ctx, use(r).Run(ctx, d, emit))
		return err
	}}
}

// released combines the end of a run with the failure of its release.
func released(end, failure error) error {
	switch {
	case failure == nil:
		return end
	case end == nil:
		return failure
	case Stopped(end):
		return (&afterStop{err: failure}).behind(end)
	}
	if late := lateError(end); late != nil {
		return &afterStop{err: errors.Join(late.err, failure), after: late.after}
	}
	return errors.Join(end, failure)
}
