package rx

import (
	"errors"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/reactivex/rxgo/v2"
)

// OnErrorReturn emits resumeFunc(err) in place of an error, and completes.
func (o *observable) OnErrorReturn(resumeFunc rxgo.ErrorFunc, opts ...rxgo.Option) rxgo.Observable {
	return o.resuming(opts, func(err error) flow { return flowOf(Just(resumeFunc(err))) })
}

// OnErrorReturnItem emits resume in place of an error, and completes.
func (o *observable) OnErrorReturnItem(resume any, opts ...rxgo.Option) rxgo.Observable {
	return o.resuming(opts, func(error) flow { return flowOf(Just(resume)) })
}

// OnErrorResumeNext continues with the observable that resumeSequence returns for an error. An
// error of that one is not caught.
func (o *observable) OnErrorResumeNext(resumeSequence rxgo.ErrorToObservable, opts ...rxgo.Option) rxgo.Observable {
	return o.resuming(opts, func(err error) flow { return iterableFlow(resumeSequence(err)).strict() })
}

// resuming continues with another flow where o fails; not where the consumer failed or stopped, nor
// where the context has ended.
func (o *observable) resuming(opts []rxgo.Option, next func(err error) flow) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		w := watch[rxgo.Item]{emit: emit}
		err := o.flow(r, func(it rxgo.Item) error {
			if it.E == nil {
				return w.next(it)
			}
			if !r.resume {
				return it.E
			}
			// The source goes on after its error: so do we, with the substitute in its place.
			if err := next(it.E)(r.made(), w.next); err != nil {
				w.refused = true
				return err
			}
			return nil
		})
		if err == nil || w.refused || r.ctx.Err() != nil {
			return err
		}
		return next(unmarked(err))(r.made(), emit)
	})
}

// Retry observes the source again, up to count times, where it fails before its first item and
// shouldRetry agrees. After an item it does not: nobody is shown one twice. OnErrorResumeNext can
// begin again in any case.
func (o *observable) Retry(count int, shouldRetry func(error) bool, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		return o.flow.strict().stream(r).Retry(func(err error, attempt int) (time.Duration, bool) {
			return 0, attempt <= count && shouldRetry(err)
		}).Run(r.ctx, r.demand, emit)
	})
}

// BackOffRetry observes the source again, after the delays of backOffCfg, where it fails before its
// first item, until it succeeds, the delays end, the error is a backoff.PermanentError (whose cause
// is then the error) or the context ends. After an item it does not. A backoff.BackOff has a state:
// use one for each observable that is observed at the same time as others.
func (o *observable) BackOffRetry(backOffCfg backoff.BackOff, opts ...rxgo.Option) rxgo.Observable {
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		backOffCfg.Reset()
		err := o.flow.strict().stream(r).Retry(func(err error, _ int) (time.Duration, bool) {
			if permanent := (*backoff.PermanentError)(nil); errors.As(err, &permanent) {
				return 0, false
			}
			delay := backOffCfg.NextBackOff()
			return delay, delay != backoff.Stop
		}).Run(r.ctx, r.demand, emit)
		if permanent := (*backoff.PermanentError)(nil); errors.As(err, &permanent) {
			return permanent.Err
		}
		return err
	})
}

// Repeat observes the source count more times, or for ever if count is rxgo.Infinite, after a pause
// of frequency each time, which may be nil. Every repetition is a new observation; nothing is kept.
func (o *observable) Repeat(count int64, frequency rxgo.Duration, opts ...rxgo.Option) rxgo.Observable {
	if count != rxgo.Infinite && count < 0 {
		return o.thrown(illegal("Repeat", "count must be positive"))
	}
	var pause time.Duration
	if frequency != nil {
		var err error
		if pause, err = durationOf("Repeat", frequency); err != nil {
			return o.thrown(err)
		}
	}
	return o.derive(opts, func(r run, emit func(rxgo.Item) error) error {
		for n := int64(0); ; n++ {
			if err := o.flow.strict()(r, emit); err != nil {
				return err
			}
			if count != rxgo.Infinite && n == count {
				return nil
			}
			if err := sleep(r.ctx, pause); err != nil {
				return err
			}
		}
	})
}
