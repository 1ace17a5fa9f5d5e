package session_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
)

// Text that is not UTF-8 is refused by its name before anything is sent: a server would make
// something else of it.
func TestTextThatIsNotUTF8(t *testing.T) {
	const bad = "a\xff"
	manager := func(cfg session.BookmarkManagerConfig) session.SessionQueryOption {
		return session.WithBookmarkManager(session.NewBookmarkManager(cfg))
	}
	supplier := func(context.Context) ([]string, error) { return []string{"b", bad}, nil }
	categories := bolt.NotificationFilter{Disabled: []string{"HINT", bad}}
	options := map[string]struct {
		option session.SessionOption
		says   string
	}{
		"database":      {session.Database(bad), `Database("a\xff"): it is not valid UTF-8`},
		"user":          {session.Impersonate(bad), `Impersonate("a\xff"): it is not valid UTF-8`},
		"bookmark":      {session.WithBookmarks("b", bad), `WithBookmarks("a\xff"): it is not valid UTF-8`},
		"initial":       {manager(session.BookmarkManagerConfig{Initial: []string{"b", bad}}), `a bookmark of the bookmark manager is not valid UTF-8: "a\xff"`},
		"supplied":      {manager(session.BookmarkManagerConfig{Supplier: supplier}), `a bookmark of the bookmark manager is not valid UTF-8: "a\xff"`},
		"notifications": {session.Notifications(categories), `Notifications: the disabled category "a\xff" is not valid UTF-8`},
	}
	for name, tt := range options {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				s := f.Session(tt.option)
				_, onQuery := s.Query("COUNT", nil).Exec(t.Context())
				_, onOpen := s.Query("COUNT", nil).Open(t.Context())
				_, onBegin := s.Begin(t.Context())
				_, onWork := session.WriteTx(t.Context(), s, func(context.Context, *session.Transaction) (int, error) { return 0, nil })
				_, onStream := session.ReadStream(s, writing(1)).Count(t.Context())
				_, onRequest := f.Request(t.Context(), "look", tt.option)
				all := map[string]error{"query": onQuery, "open": onOpen, "begin": onBegin, "work": onWork, "stream": onStream, "request": onRequest}
				if o, ok := tt.option.(session.QueryOption); ok {
					_, all["query of the driver"] = f.Query("COUNT", nil, o).Exec(t.Context())
					_, all["query of the driver, read only"] = f.Query("COUNT", nil, o, session.ReadOnly()).Exec(t.Context())
				}
				for by, err := range all {
					require.ErrorAs(t, err, new(*records.UsageError), by)
					require.ErrorContains(t, err, tt.says, by)
				}
				assert.Empty(t, f.Requests())
			})
		})
	}
}

func TestQueryThatIsNotUTF8(t *testing.T) {
	const bad = "RETURN '…\xff'"
	for _, from := range sources {
		t.Run(from, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				q, done := query(f, from, bad, nil)
				before := len(f.Requests())
				_, onExec := q.Exec(t.Context())
				_, onOpen := q.Open(t.Context())
				for _, err := range []error{onExec, onOpen, q.Batches(1).Error()} {
					require.ErrorAs(t, err, new(*records.UsageError))
					require.ErrorContains(t, err, "the query")
				}
				require.ErrorContains(t, onExec, "see its byte 11, 0xff")
				assert.Len(t, f.Requests(), before)
				done(t)
			})
		})
	}
}

// A query that is refused before anything is sent was observed all the same, and leaves its
// transaction as it is.
func TestRefusedQueryLeavesTheTransaction(t *testing.T) {
	observe := map[string]func(ctx context.Context, q session.Query) error{
		"Exec": func(ctx context.Context, q session.Query) error { _, err := q.Exec(ctx); return err },
		"Open": func(ctx context.Context, q session.Query) error { _, err := q.Open(ctx); return err },
	}
	for name, observed := range observe {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				tx := begin(t, f)
				refused := tx.Query("\xff", nil)
				require.ErrorContains(t, tx.Commit(t.Context()), "was never observed")
				require.ErrorAs(t, observed(t.Context(), refused), new(*records.UsageError))
				create(t, tx, 1)
				require.NoError(t, tx.Commit(t.Context()))
				assert.Equal(t, []int64{1}, f.ledger.ids())
			})
		})
	}
}
