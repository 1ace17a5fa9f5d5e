package pool

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx/internal/cause"
)

// explain turns what an acquisition has ended with into the error for its caller.
func (acq *acquisition) explain(ctx context.Context, err error) error {
	end := ctx.Err()
	switch {
	case errors.Is(err, errTimeout):
		return acq.timedOut(nil)
	case end == nil, !errors.Is(err, end):
		return err
	case !errors.Is(context.Cause(ctx), errTimeout):
		return acq.cancelled(ctx)
	case err == end: //nolint:errorlint // the error itself, with nothing around it
		return acq.timedOut(nil)
	default:
		return acq.timedOut(err)
	}
}

// timedOut is for the end of AcquisitionTimeout. err is what was interrupted by it, if that has anything to say.
func (acq *acquisition) timedOut(err error) error {
	p := acq.pool
	p.mu.Lock()
	defer p.unlock()
	h := p.peek(acq.address)
	h.tally.timedOut++
	return &AcquireTimeoutError{
		Address: acq.address,
		Timeout: p.cfg.AcquisitionTimeout,
		Waited:  time.Since(acq.began),
		Stats:   p.hostStats(h),
		Holders: h.holders(),
		Err:     err,
	}
}

// cancelled is for the end of the caller's context. The error matches the context's error and its cause.
func (acq *acquisition) cancelled(ctx context.Context) error {
	p := acq.pool
	p.mu.Lock()
	p.peek(acq.address).tally.cancelled++
	p.unlock()
	return fmt.Errorf("pool: acquire a connection to %s: %w", acq.address, cause.Of(ctx))
}
