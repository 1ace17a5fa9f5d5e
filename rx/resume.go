package rx

import "context"

// OnErrorResume continues with resume(err) where s fails with err; what was emitted before stays.
// To go on as if nothing had happened resume returns Empty, to change the error Fail. It is not
// asked when the consumer failed or stopped, nor when the context has ended.
func (s Stream[T]) OnErrorResume(resume func(err error) Stream[T]) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		w := watch[T]{emit: emit}
		err := s.Run(ctx, d, w.next)
		if err == nil || w.refused || ctx.Err() != nil {
			return err
		}
		return resume(unmarked(err)).Run(ctx, max(1, d.minus(w.emitted)), emit)
	}}
}

// watch notes what happened at an emit, so that an operator can tell an error of its source from
// one of its consumer.
type watch[T any] struct {
	emit    func(T) error
	emitted int64
	refused bool
}

func (w *watch[T]) next(v T) error {
	w.emitted++
	if err := w.emit(v); err != nil {
		w.refused = true
		return err
	}
	return nil
}
