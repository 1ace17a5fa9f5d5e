package rx

import "github.com/reactivex/rxgo/v2"

// ForEach observes on a goroutine of its own; the result is closed at the end. Exactly one of
// errFunc and completedFunc is the last to be called; under ContinueOnError errFunc is also called
// for errors after which the observable goes on. A nil function is not called. A panic of nextFunc
// is an error; one of the last function to be called is logged by slog.Default, with its stack.
func (o *observable) ForEach(nextFunc rxgo.NextFunc, errFunc rxgo.ErrFunc, completedFunc rxgo.CompletedFunc, opts ...rxgo.Option) rxgo.Disposed {
	if nextFunc == nil {
		nextFunc = func(any) {}
	}
	hears := errFunc != nil
	if !hears {
		errFunc = func(error) {}
	}
	next := func(it rxgo.Item) error {
		if it.E != nil {
			errFunc(it.E)
			return nil
		}
		nextFunc(it.V)
		return nil
	}
	return o.async(opts, next, func(err error) bool {
		if err != nil {
			errFunc(err)
		} else if completedFunc != nil {
			completedFunc()
		}
		return hears
	})
}

// Run observes on a goroutine of its own and drops the items and the error; a panic is logged by
// slog.Default.
func (o *observable) Run(opts ...rxgo.Option) rxgo.Disposed {
	return o.async(opts, func(rxgo.Item) error { return nil }, untold)
}

// DoOnNext calls nextFunc with every item, on a goroutine of its own, up to the first error. A
// panic of nextFunc ends it, and is logged by slog.Default.
func (o *observable) DoOnNext(nextFunc rxgo.NextFunc, opts ...rxgo.Option) rxgo.Disposed {
	return o.async(opts, upToError(nextFunc), untold)
}

// DoOnError calls errFunc with the first error, if there is one, on a goroutine of its own.
func (o *observable) DoOnError(errFunc rxgo.ErrFunc, opts ...rxgo.Option) rxgo.Disposed {
	return o.async(opts, upToError(func(any) {}), func(err error) bool {
		if err != nil {
			errFunc(err)
		}
		return true
	})
}

// DoOnCompleted calls completedFunc when the observable has ended in any way, on a goroutine of its
// own.
func (o *observable) DoOnCompleted(completedFunc rxgo.CompletedFunc, opts ...rxgo.Option) rxgo.Disposed {
	return o.async(opts, upToError(func(any) {}), func(error) bool {
		completedFunc()
		return false
	})
}

// untold is the end of an observation whose error interests nobody.
func untold(error) bool { return false }

func upToError(f func(any)) func(rxgo.Item) error {
	return func(it rxgo.Item) error {
		if it.E == nil {
			f(it.V)
		}
		return it.E
	}
}

// Error observes on the caller's goroutine and returns the first error.
func (o *observable) Error(opts ...rxgo.Option) error {
	r, _, done := o.begin(opts)
	defer done()
	return o.perform(r, upToError(func(any) {}))
}

// Errors observes on the caller's goroutine and returns all errors: more than one only under
// ContinueOnError.
func (o *observable) Errors(opts ...rxgo.Option) []error {
	r, _, done := o.begin(opts)
	defer done()
	errs := []error{}
	err := o.perform(r, func(it rxgo.Item) error {
		if it.E != nil {
			errs = append(errs, it.E)
		}
		return nil
	})
	if err != nil {
		errs = append(errs, err)
	}
	return errs
}

// ToSlice observes on the caller's goroutine and returns the items; with an error, those that came
// before it.
func (o *observable) ToSlice(initialCapacity int, opts ...rxgo.Option) ([]any, error) {
	r, _, done := o.begin(opts)
	defer done()
	items := make([]any, 0, max(0, initialCapacity))
	var last error
	err := o.perform(r, func(it rxgo.Item) error {
		switch {
		case it.E == nil:
			items = append(items, it.V)
		case r.resume:
			last = it.E
		default:
			return it.E
		}
		return nil
	})
	if err != nil {
		last = err
	}
	return items, last
}

// Send observes on a goroutine of its own, sends the items to output and closes it. Read output to
// the end: an error is its last item, also when the context has ended, and is waited for until
// somebody takes it (the source is not held meanwhile).
func (o *observable) Send(output chan<- rxgo.Item, opts ...rxgo.Option) {
	r, _, done := o.begin(opts)
	go func() { // owner: the reader of output; exit: the flow's end and, after an error, its reception; join: output is closed
		defer close(output)
		defer done()
		err := ErrAborted
		defer func() {
			if err != nil {
				output <- rxgo.Item{E: err}
			}
		}()
		send := sender(r.ctx, output)
		err = o.perform(r, func(it rxgo.Item) error {
			if it.E != nil {
				return it.E
			}
			return send(it)
		})
	}()
}
