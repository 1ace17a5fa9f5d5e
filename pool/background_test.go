package pool_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/pool"
)

// What runs in the background has its caller's context until the pool is closed, which waits for it.
func TestGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		type key struct{}
		var cause error
		ended := false
		require.NoError(t, p.Go(context.WithValue(t.Context(), key{}, "v"), func(ctx context.Context) {
			assert.Equal(t, "v", ctx.Value(key{}))
			<-ctx.Done()
			cause = context.Cause(ctx)
			pass(time.Second)
			ended = true
		}))
		require.NoError(t, p.Close(t.Context()))
		assert.True(t, ended)
		assert.ErrorIs(t, cause, pool.ErrClosed)
		assert.ErrorIs(t, p.Go(t.Context(), func(context.Context) { t.Error("runs on a pool that is closed") }), pool.ErrClosed)
	})
}

func TestGoEndsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{}, 1)
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("enough")
		done := make(chan error, 1)
		require.NoError(t, p.Go(ctx, func(ctx context.Context) {
			<-ctx.Done()
			done <- context.Cause(ctx)
		}))
		cancel(why)
		assert.Equal(t, why, <-done)
	})
}

// An acquisition of several parts ends as one of a single part does.
func TestBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, &server{dialTime: time.Hour}, 1, func(cfg *pool.Config) { cfg.AcquisitionTimeout = 10 * time.Second })
		began := time.Now()
		pass(4 * time.Second)
		ctx, cancel := p.Bound(t.Context(), began)
		defer cancel()
		_, err := p.Get(ctx, db, pool.Request{})
		var late *pool.AcquireTimeoutError
		require.ErrorAs(t, err, &late)
		assert.Equal(t, 6*time.Second, late.Waited, "of this part")
		err = p.Explain(ctx, db, began, ctx.Err())
		require.ErrorAs(t, err, &late)
		assert.Equal(t, 10*time.Second, late.Waited)
		assert.Equal(t, 10*time.Second, late.Timeout)

		other := errors.New("something else")
		assert.Equal(t, other, p.Explain(ctx, db, began, other))
		own, leave := context.WithCancel(t.Context())
		leave()
		err = p.Explain(own, db, began, own.Err())
		assert.ErrorIs(t, err, context.Canceled)
		assert.NotErrorAs(t, err, &late)
	})
}

func TestBoundWithoutLimit(t *testing.T) {
	for _, limit := range []time.Duration{0, -1} {
		p := newPool(t, &server{}, 1, func(cfg *pool.Config) { cfg.AcquisitionTimeout = limit })
		ctx, cancel := p.Bound(t.Context(), time.Now())
		defer cancel()
		_, has := ctx.Deadline()
		assert.False(t, has)
	}
}
