package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// configs are what every BEGIN, and every RUN with something to say, has said about its
// transaction.
func (f *fixture) configs() (all []bolt.TxConfig) {
	for _, r := range f.Requests() {
		switch m := r.Message.(type) {
		case *bolt.Begin:
			all = append(all, m.TxConfig)
		case *bolt.Run:
			all = append(all, m.TxConfig)
		}
	}
	return all
}

var quiet = bolt.NotificationFilter{MinimumSeverity: "WARNING", Disabled: []string{"HINT"}}

func TestSessionOptionsOnTheWire(t *testing.T) {
	opts := []session.SessionOption{
		session.Database("movies"), session.ReadOnly(), session.Impersonate("eve"), session.FetchSize(7), session.Notifications(quiet), session.WithBookmarks("b"),
	}
	want := bolt.TxConfig{Bookmarks: []string{"b"}, ReadOnly: true, Database: "movies", ImpersonatedUser: "eve", Notifications: quiet}
	t.Run("query", func(t *testing.T) {
		inBubble(t, setup{}, func(t *testing.T, f *fixture) {
			_, err := f.Session(opts...).Query("COUNT", nil).Stream().Count(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []bolt.TxConfig{want}, f.configs())
			assert.Equal(t, []string{"RUN COUNT", "PULL 7", "PULL 7"}, f.said(1))
		})
	})
	t.Run("transaction", func(t *testing.T) {
		inBubble(t, setup{}, func(t *testing.T, f *fixture) {
			tx, err := f.Session(opts...).Begin(t.Context(), session.Timeout(1500*time.Microsecond), session.Metadata(map[string]any{"app": "test"}))
			require.NoError(t, err)
			_, err = tx.Query("COUNT", nil).Stream().Count(t.Context())
			require.NoError(t, err)
			_, err = tx.Query("COUNT", nil, session.FetchSize(-1)).Stream().Count(t.Context())
			require.NoError(t, err)
			require.NoError(t, tx.Commit(t.Context()))
			begin := want
			begin.Timeout, begin.HasTimeout, begin.Metadata = 2*time.Millisecond, true, map[string]any{"app": "test"}
			assert.Equal(t, []bolt.TxConfig{begin, {}, {}}, f.configs())
			assert.Equal(t, []string{"BEGIN", "RUN COUNT", "PULL 7", "PULL 7", "RUN COUNT", "PULL -1", "COMMIT"}, f.said(1))
		})
	})
}

func TestQueryOptionsOnTheWire(t *testing.T) {
	opts := []session.QueryOption{
		session.Database("movies"), session.Impersonate("eve"), session.FetchSize(7), session.Notifications(quiet),
		session.Timeout(0), session.Metadata(map[string]any{"app": "test"}),
	}
	want := bolt.TxConfig{
		Database: "movies", ImpersonatedUser: "eve", Notifications: quiet, HasTimeout: true, Metadata: map[string]any{"app": "test"},
	}
	readOnly := want
	readOnly.ReadOnly = true
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		for _, more := range [][]session.QueryOption{nil, {session.ReadOnly()}, {session.AutoCommit()}} {
			_, err := f.Query("COUNT", nil, append(more, append(opts, session.WithBookmarkManager(nil))...)...).Stream().Count(t.Context())
			require.NoError(t, err)
		}
		_, err := f.Session().Query("COUNT", nil, opts...).Stream().Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []bolt.TxConfig{want, {}, readOnly, want, want}, f.configs())
	})
}

func TestFetchSizeOfTheEngine(t *testing.T) {
	inBubble(t, setup{engine: func(e *session.Engine) { e.FetchSize = 3 }}, func(t *testing.T, f *fixture) {
		_, err := f.Query("COUNT", params("n", 4), session.ReadOnly()).Stream().Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"RUN COUNT", "PULL 3", "PULL 3"}, f.said(1))
	})
}

func TestTimeoutFromContext(t *testing.T) {
	tests := map[string]struct {
		opts     []session.TxOption
		deadline time.Duration
		want     bolt.TxConfig
	}{
		"the deadline":            {[]session.TxOption{session.TimeoutFromContext()}, 5 * time.Second, bolt.TxConfig{Timeout: 5 * time.Second, HasTimeout: true}},
		"no deadline":             {[]session.TxOption{session.TimeoutFromContext()}, 0, bolt.TxConfig{}},
		"not asked for":           {nil, 5 * time.Second, bolt.TxConfig{}},
		"a timeout that is less":  {[]session.TxOption{session.TimeoutFromContext(), session.Timeout(time.Second)}, 5 * time.Second, bolt.TxConfig{Timeout: time.Second, HasTimeout: true}},
		"a timeout that is more":  {[]session.TxOption{session.TimeoutFromContext(), session.Timeout(time.Minute)}, 5 * time.Second, bolt.TxConfig{Timeout: 5 * time.Second, HasTimeout: true}},
		"a timeout without limit": {[]session.TxOption{session.TimeoutFromContext(), session.Timeout(0)}, 5 * time.Second, bolt.TxConfig{Timeout: 5 * time.Second, HasTimeout: true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				ctx, cancel := context.WithCancel(t.Context())
				if tt.deadline > 0 {
					ctx, cancel = context.WithTimeout(t.Context(), tt.deadline)
				}
				defer cancel()
				tx, err := f.Session().Begin(ctx, tt.opts...)
				require.NoError(t, err)
				require.NoError(t, tx.Rollback(ctx))
				assert.Equal(t, []bolt.TxConfig{tt.want}, f.configs())
			})
		})
	}
}

func TestTheServersTimeoutEndsATransaction(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		tx := begin(t, f, session.Timeout(time.Second))
		_, err := tx.Query("HANG", nil).Exec(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, "Neo.ClientError.Transaction.TransactionTimedOut", failure.Code)
	})
}

func TestSessionAuth(t *testing.T) {
	ann, bob := bolt.BasicAuth("ann", "a", ""), bolt.BasicAuth("bob", "b", "")
	cfg := setup{pool: func(c *pool.Config) { c.Auth = pool.Static(ann) }, server: []bolttest.Option{bolttest.WithAuth(ann, bob)}}
	inBubble(t, cfg, func(t *testing.T, f *fixture) {
		for _, opts := range [][]session.SessionOption{nil, {session.Auth(pool.Static(bob))}, nil} {
			_, err := f.Session(opts...).Query("COUNT", nil).Exec(t.Context())
			require.NoError(t, err)
		}
		var who []string
		for _, m := range bolttest.Received[*bolt.Logon](f.Server) {
			who = append(who, m.Auth.Principal)
		}
		assert.Equal(t, []string{"ann", "bob", "ann"}, who)
		assert.Equal(t, 1, f.Connections())
	})
}

// What a version lacks is an error before anything is sent.
func TestOptionsThatTheVersionLacks(t *testing.T) {
	tests := map[string]struct {
		version bolt.Version
		opt     session.SessionOption
	}{
		"impersonation": {bolt.Version{Major: 4, Minor: 3}, session.Impersonate("eve")},
		"notifications": {bolt.Version{Major: 5, Minor: 1}, session.Notifications(quiet)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{server: []bolttest.Option{bolttest.WithVersions(tt.version)}}, func(t *testing.T, f *fixture) {
				s := f.Session(tt.opt)
				var usage *records.UsageError
				_, err := s.Query("COUNT", nil).Exec(t.Context())
				require.ErrorAs(t, err, &usage)
				_, err = s.Begin(t.Context())
				require.ErrorAs(t, err, &usage)
				assert.Empty(t, f.configs())
				assert.Equal(t, 1, f.Connections(), "the connection is as good as before")
			})
		})
	}
}

// Everything that is wrong is said at once, by whatever is done first.
func TestWrongOptions(t *testing.T) {
	bad := bolt.NotificationFilter{MinimumSeverity: "LOUD"}
	source := session.NewBookmarkManager(session.BookmarkManagerConfig{})
	tests := map[string]struct {
		use  func(ctx context.Context, f *fixture) error
		want []string
	}{
		"session": {func(ctx context.Context, f *fixture) error {
			_, err := f.Session(session.FetchSize(0), session.Impersonate(""), session.Auth(nil), session.Notifications(bad), nil).Query("COUNT", nil).Exec(ctx)
			return err
		}, []string{"FetchSize(0)", `Impersonate("")`, "Auth(nil)", `"LOUD"`, "an option is nil"}},
		"session, and its query": {func(ctx context.Context, f *fixture) error {
			_, err := f.Session(session.FetchSize(-2)).Query("COUNT", nil, session.Timeout(-1), session.Hold(), session.WithBookmarkManager(source)).Open(ctx)
			return err
		}, []string{"FetchSize(-2)", "Timeout(-1ns)", "Hold is no option of a query of a session", "WithBookmarkManager is no option of a query of a session"}},
		"transaction": {func(ctx context.Context, f *fixture) error {
			_, err := f.Session(session.FetchSize(-2)).Begin(ctx, session.Timeout(-1), session.Hold(), nil)
			return err
		}, []string{"FetchSize(-2)", "Timeout(-1ns)", "Hold is no option of a transaction that you commit yourself", "an option is nil"}},
		"query in a transaction": {func(ctx context.Context, f *fixture) error {
			tx, err := f.Session().Begin(ctx)
			if err != nil {
				return err
			}
			defer func() { _ = tx.Close(ctx) }()
			_, err = tx.Query("COUNT", nil, session.Database("movies"), session.ReadOnly(), session.Timeout(1), session.AutoCommit()).Exec(ctx)
			return err
		}, []string{"Database is no option", "ReadOnly is no option", "Timeout is no option", "AutoCommit is no option"}},
		"ReadTx": {func(ctx context.Context, f *fixture) error {
			_, err := session.ReadTx(ctx, f.Session(), func(context.Context, *session.Transaction) (int, error) { return 0, nil }, session.Flow(), session.Timeout(-1))
			return err
		}, []string{"Flow is no option of ReadTx", "Timeout(-1ns)"}},
		"WriteStream": {func(ctx context.Context, f *fixture) error {
			_, err := session.WriteStream(f.Session(session.FetchSize(0)), writing(1), session.Timeout(-1)).Count(ctx)
			return err
		}, []string{"FetchSize(0)", "Timeout(-1ns)"}},
		"driver query": {func(ctx context.Context, f *fixture) error {
			_, err := f.Query("COUNT", nil, session.FetchSize(0), session.Timeout(-1), nil).Exec(ctx)
			return err
		}, []string{"FetchSize(0)", "Timeout(-1ns)", "an option is nil"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				err := tt.use(t.Context(), f)
				var usage *records.UsageError
				require.ErrorAs(t, err, &usage)
				for _, want := range tt.want {
					require.ErrorContains(t, err, want)
				}
				assert.Empty(t, bolttest.Received[*bolt.Run](f.Server))
			})
		})
	}
}

// Queries of one session do not share what is wrong with each.
func TestOptionsAreNotShared(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session(session.FetchSize(0), session.FetchSize(0), session.FetchSize(0))
		first, second := s.Query("COUNT", nil, session.Timeout(-1)), s.Query("COUNT", nil, session.Timeout(-2))
		_, err := first.Exec(t.Context())
		require.ErrorContains(t, err, "-1ns")
		_, err = second.Exec(t.Context())
		require.ErrorContains(t, err, "-2ns")
	})
}

func TestHoldersOfLeases(t *testing.T) {
	cfg := setup{pool: func(c *pool.Config) { c.MaxSize, c.Diagnostics = 2, true }}
	inBubble(t, cfg, func(t *testing.T, f *fixture) {
		tx := begin(t, f)
		<-time.After(time.Second)
		r, err := f.Session().Query("COUNT", many).Open(t.Context())
		require.NoError(t, err)
		_, err = f.Query("COUNT", nil).Exec(t.Context())
		var timeout *pool.AcquireTimeoutError
		require.ErrorAs(t, err, &timeout)
		assert.Len(t, timeout.Holders, 2)
		assert.Equal(t, "transaction", timeout.Holders[0].Label)
		assert.Equal(t, "COUNT", timeout.Holders[1].Label)
		assert.Contains(t, timeout.Holders[1].Stack(), "TestHoldersOfLeases")
		require.NoError(t, tx.Close(t.Context()))
		require.NoError(t, r.Close(t.Context()))
	})
}
