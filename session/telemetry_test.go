package session_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

var asking = bolttest.WithHints(bolt.Hints{Telemetry: true})

func TestTelemetry(t *testing.T) {
	beginAndCommit := func(ctx context.Context, f *fixture) error {
		tx, err := f.Session().Begin(ctx)
		if err != nil {
			return err
		}
		if err := count(ctx, tx.Query("COUNT", nil)); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
	tests := map[string]struct {
		run  func(ctx context.Context, f *fixture) error
		want bolt.API
		said []string
	}{
		"driver query": {func(ctx context.Context, f *fixture) error { return count(ctx, f.Query("COUNT", nil)) }, bolt.DriverQuery, []string{"TELEMETRY", "BEGIN", "RUN COUNT", "PULL 1000", "COMMIT"}},
		"read": {func(ctx context.Context, f *fixture) error {
			return count(ctx, f.Query("COUNT", nil, session.ReadOnly()))
		}, bolt.DriverQuery, []string{"TELEMETRY", "RUN COUNT", "PULL 1000"}},
		"driver, auto-commit": {func(ctx context.Context, f *fixture) error {
			return count(ctx, f.Query("COUNT", nil, session.AutoCommit()))
		}, bolt.AutoCommit, []string{"TELEMETRY", "RUN COUNT", "PULL 1000"}},
		"session query": {func(ctx context.Context, f *fixture) error { return count(ctx, f.Session().Query("COUNT", nil)) }, bolt.AutoCommit, []string{"TELEMETRY", "RUN COUNT", "PULL 1000"}},
		"transaction":   {beginAndCommit, bolt.ExplicitTransaction, []string{"TELEMETRY", "BEGIN", "RUN COUNT", "PULL 1000", "COMMIT"}},
		"managed": {func(ctx context.Context, f *fixture) error {
			_, err := session.WriteStream(f.Session(), writing(1)).Count(ctx)
			return err
		}, bolt.ManagedTransaction, []string{"TELEMETRY", "BEGIN", "RUN CREATE", "PULL 1000", "COMMIT"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{server: []bolttest.Option{asking}}, func(t *testing.T, f *fixture) {
				require.NoError(t, tt.run(t.Context(), f))
				assert.Equal(t, []*bolt.Telemetry{{API: tt.want}}, bolttest.Received[*bolt.Telemetry](f.Server))
				assert.Equal(t, tt.said, f.said(1))
			})
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				require.NoError(t, tt.run(t.Context(), f))
				assert.Empty(t, bolttest.Received[*bolt.Telemetry](f.Server), "the server has not asked")
			})
			inBubble(t, setup{server: []bolttest.Option{asking}, engine: func(e *session.Engine) { e.NoTelemetry = true }}, func(t *testing.T, f *fixture) {
				require.NoError(t, tt.run(t.Context(), f))
				assert.Empty(t, bolttest.Received[*bolt.Telemetry](f.Server), "the user does not want it")
			})
			old := bolttest.WithVersions(bolt.Version{Major: 5, Minor: 3})
			inBubble(t, setup{server: []bolttest.Option{asking, old}}, func(t *testing.T, f *fixture) {
				require.NoError(t, tt.run(t.Context(), f))
				assert.Empty(t, bolttest.Received[*bolt.Telemetry](f.Server), "the version has none")
			})
		})
	}
}

// A call of the API is reported once, however often it is tried; and again each time it is made.
func TestTelemetryOfRetries(t *testing.T) {
	failOnce := bolttest.FailRequest(bolt.TagRun, 1, transient())
	for name, run := range map[string]func(ctx context.Context, f *fixture) error{
		"driver query": func(ctx context.Context, f *fixture) error { return count(ctx, f.Query("COUNT", nil)) },
		"managed": func(ctx context.Context, f *fixture) error {
			_, err := session.WriteStream(f.Session(), writing(1)).Count(ctx)
			return err
		},
		"ReadTx": func(ctx context.Context, f *fixture) error {
			_, err := session.ReadTx(ctx, f.Session(), func(ctx context.Context, tx *session.Transaction) (int, error) {
				return 0, count(ctx, tx.Query("COUNT", nil))
			})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{server: []bolttest.Option{asking, failOnce}}, func(t *testing.T, f *fixture) {
				require.NoError(t, run(t.Context(), f))
				assert.Len(t, bolttest.Received[*bolt.Telemetry](f.Server), 1)
				assert.Len(t, bolttest.Received[*bolt.Run](f.Server), 2)
				require.NoError(t, run(t.Context(), f))
				assert.Len(t, bolttest.Received[*bolt.Telemetry](f.Server), 2)
			})
		})
	}
}

// A report that was lost with its connection is made again.
func TestTelemetryThatWasLost(t *testing.T) {
	inBubble(t, setup{server: []bolttest.Option{asking, bolttest.WithFaultsOn(1, bolttest.CutReceived(400))}}, func(t *testing.T, f *fixture) {
		f.ledger.onBegin = func(int) error { return nil }
		_, err := session.ReadTx(t.Context(), f.Session(), func(ctx context.Context, tx *session.Transaction) (int, error) {
			return 0, count(ctx, tx.Query("COUNT", nil))
		}, session.Metadata(map[string]any{"long": string(make([]byte, 400))}))
		require.NoError(t, err)
		assert.Equal(t, 2, f.Connections())
		assert.Equal(t, "TELEMETRY", f.said(2)[0])
	})
}
