package session_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// harmless is a refusal that vouches for having had no effect.
func harmless() *bolt.ServerError {
	return &bolt.ServerError{
		Code: "Neo.ClientError.Statement.Harmless", Message: "not now", Diagnostic: map[string]any{"_idempotent": true},
	}
}

func TestHarmlessRefusalsAreRepeated(t *testing.T) {
	exec := func(ctx context.Context, q session.Query) error {
		_, err := q.Exec(ctx)
		return err
	}
	tests := map[string]struct {
		engine func(*session.Engine)
		query  func(f *fixture) session.Query
		run    func(ctx context.Context, q session.Query) error
		fails  int
		tries  int
		ok     bool
	}{
		"once":                 {nil, func(f *fixture) session.Query { return f.Session().Query("COUNT", nil) }, exec, 1, 2, true},
		"not twice":            {nil, func(f *fixture) session.Query { return f.Session().Query("COUNT", nil) }, exec, 2, 2, false},
		"driver, auto-commit":  {nil, func(f *fixture) session.Query { return f.Query("COUNT", nil, session.AutoCommit()) }, exec, 1, 2, true},
		"driver, managed":      {nil, func(f *fixture) session.Query { return f.Query("COUNT", nil) }, exec, 1, 1, false},
		"off for the engine":   {off, func(f *fixture) session.Query { return f.Session().Query("COUNT", nil) }, exec, 1, 1, false},
		"off for the session":  {nil, func(f *fixture) session.Query { return f.Session(session.AutoCommitRetry(false)).Query("COUNT", nil) }, exec, 1, 1, false},
		"on for the session":   {off, func(f *fixture) session.Query { return f.Session(session.AutoCommitRetry(true)).Query("COUNT", nil) }, exec, 1, 2, true},
		"off for the query":    {nil, func(f *fixture) session.Query { return f.Session().Query("COUNT", nil, session.AutoCommitRetry(false)) }, exec, 1, 1, false},
		"a stream":             {nil, func(f *fixture) session.Query { return f.Session().Query("COUNT", nil) }, count, 1, 2, true},
		"a result that opens":  {nil, func(f *fixture) session.Query { return f.Session().Query("COUNT", nil) }, openAndClose, 1, 2, true},
		"a result that cannot": {nil, func(f *fixture) session.Query { return f.Session().Query("COUNT", nil) }, openAndClose, 2, 2, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var failures []bolttest.Option
			for range tt.fails {
				failures = append(failures, bolttest.FailRequest(bolt.TagRun, 1, harmless())) // the first that is left
			}
			inBubble(t, setup{engine: tt.engine, server: failures}, func(t *testing.T, f *fixture) {
				err := tt.run(t.Context(), tt.query(f))
				if tt.ok {
					require.NoError(t, err)
				} else {
					var failure *bolt.ServerError
					require.ErrorAs(t, err, &failure)
				}
				assert.Len(t, bolttest.Received[*bolt.Run](f.Server), tt.tries)
				assert.Equal(t, 1, f.Connections())
			})
		})
	}
}

func off(e *session.Engine) { e.NoAutoCommitRetry = true }

func count(ctx context.Context, q session.Query) error {
	_, err := q.Stream().Count(ctx)
	return err
}

func openAndClose(ctx context.Context, q session.Query) error {
	r, err := q.Open(ctx)
	if err != nil {
		return err
	}
	return r.Close(ctx)
}

// Only a refusal of RUN is repeated: behind a record it would be too late.
func TestAFailureBehindRecordsIsNotRepeated(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		f.ledger.onRow = func(_ context.Context, _ string, n int64) error {
			if n == 5 {
				return harmless()
			}
			return nil
		}
		_, err := f.Session().Query("COUNT", nil).Stream().Count(t.Context())
		require.Error(t, err)
		assert.Len(t, bolttest.Received[*bolt.Run](f.Server), 1)
	})
}

// renewing is a source of tokens that has a better one when one is refused.
type renewing struct{ rejected int }

func (r *renewing) Token(context.Context) (bolt.AuthToken, error) {
	return bolt.BearerAuth("token"), nil
}

func (r *renewing) Rejected(bolt.AuthToken, error) bool {
	r.rejected++
	return true
}

// What the server says about a token while it works is told to the source of tokens, once, and its
// verdict decides on a retry.
func TestSecurityErrorsAreToldToTheTokenSource(t *testing.T) {
	expired := bolttest.Failure("Neo.ClientError.Security.TokenExpired", "expired")
	for name, tt := range map[string]struct {
		tag byte
		run func(ctx context.Context, f *fixture) error
		ok  bool
	}{
		"driver query": {bolt.TagRun, func(ctx context.Context, f *fixture) error { return count(ctx, f.Query("COUNT", nil)) }, true},
		"read": {bolt.TagRun, func(ctx context.Context, f *fixture) error {
			return count(ctx, f.Query("COUNT", nil, session.ReadOnly()))
		}, true},
		"auto-commit": {bolt.TagRun, func(ctx context.Context, f *fixture) error { return count(ctx, f.Session().Query("COUNT", nil)) }, false},
		"BEGIN": {bolt.TagBegin, func(ctx context.Context, f *fixture) error {
			_, err := session.WriteStream(f.Session(), writing(1)).Count(ctx)
			return err
		}, true},
		"PULL": {bolt.TagPull, func(ctx context.Context, f *fixture) error {
			_, err := session.WriteStream(f.Session(), writing(1)).Count(ctx)
			return err
		}, true},
		"COMMIT": {bolt.TagCommit, func(ctx context.Context, f *fixture) error {
			_, err := session.WriteStream(f.Session(), writing(1)).Count(ctx)
			return err
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			source := &renewing{}
			cfg := setup{pool: func(c *pool.Config) { c.Auth = source }, server: []bolttest.Option{bolttest.FailRequest(tt.tag, 1, expired)}}
			inBubble(t, cfg, func(t *testing.T, f *fixture) {
				err := tt.run(t.Context(), f)
				if tt.ok {
					require.NoError(t, err)
				} else {
					var rejected *pool.TokenRejectedError
					require.ErrorAs(t, err, &rejected)
				}
				assert.Equal(t, 1, source.rejected)
			})
		})
	}
}

func TestALostConnectionIsToldToThePool(t *testing.T) {
	var dead []error
	cfg := setup{pool: func(c *pool.Config) { c.OnDead = func(_ pool.Address, err error) { dead = append(dead, err) } }}
	inBubble(t, cfg, func(t *testing.T, f *fixture) {
		f.ledger.onRow = func(_ context.Context, _ string, n int64) error {
			if n == 5 {
				f.CloseConnections()
			}
			return nil
		}
		require.Error(t, count(t.Context(), f.Session().Query("COUNT", nil)))
		assert.Len(t, dead, 1)
	})
}
