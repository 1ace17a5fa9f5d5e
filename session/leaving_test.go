package session_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// A consumer that stops in the middle of a batch waits for the rest of it only where it is promised
// something that comes behind it.
func TestLeavingInTheMiddleOfABatch(t *testing.T) {
	const search = 10 * time.Second // until the server has found the next row
	searching := func(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		return bolttest.Seq([]string{"n"}, func(yield func([]any, error) bool) {
			for i := range 4 {
				if i == 3 {
					select {
					case <-time.After(search):
					case <-ctx.Done():
					}
				}
				if !yield([]any{int64(i)}, nil) {
					return
				}
			}
		}), nil
	}
	second := func(ctx context.Context, q session.Query) error {
		for r, err := range q.Stream().All(ctx) {
			if err != nil {
				return err
			}
			if n, _ := records.Get[int64](r, "n"); n == 1 {
				break
			}
		}
		return nil
	}
	tests := map[string]struct {
		leave func(ctx context.Context, f *fixture) error
		waits time.Duration
		said  string // how it ends
	}{
		"a read of the driver": {
			func(ctx context.Context, f *fixture) error {
				return second(ctx, f.Query("SEARCH", nil, session.ReadOnly()))
			}, 0, "RESET",
		},
		"an auto-commit read of the driver": {
			func(ctx context.Context, f *fixture) error {
				return second(ctx, f.Query("SEARCH", nil, session.ReadOnly(), session.AutoCommit()))
			}, 0, "RESET",
		},
		"a write of the driver": {
			func(ctx context.Context, f *fixture) error {
				return second(ctx, f.Query("SEARCH", nil))
			}, search, "COMMIT",
		},
		"a read of a session, for its bookmark": {
			func(ctx context.Context, f *fixture) error {
				return second(ctx, f.Session().Query("SEARCH", nil, session.ReadOnly()))
			}, search, "PULL 1000",
		},
		"a result, for its summary": {
			func(ctx context.Context, f *fixture) error {
				r, err := f.Query("SEARCH", nil, session.ReadOnly()).Open(ctx)
				if err != nil {
					return err
				}
				defer func() { _ = r.Close(ctx) }()
				_, err = r.Stream().Take(2).Count(ctx)
				return err
			}, search, "PULL 1000",
		},
		"a transaction, which goes on": {
			func(ctx context.Context, f *fixture) error {
				tx, err := f.Session().Begin(ctx)
				if err != nil {
					return err
				}
				if err := second(ctx, tx.Query("SEARCH", nil)); err != nil {
					return err
				}
				return tx.Commit(ctx)
			}, search, "COMMIT",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{handler: searching}, func(t *testing.T, f *fixture) {
				began := time.Now()
				require.NoError(t, tt.leave(t.Context(), f))
				assert.Equal(t, tt.waits, time.Since(began))
				synctest.Wait()
				said := f.said(1)
				assert.Equal(t, tt.said, said[len(said)-1])
				require.NoError(t, f.Pool.Shutdown(t.Context()))
				assert.Equal(t, tt.waits, time.Since(began), "the server has stopped too")
			})
		})
	}
}
