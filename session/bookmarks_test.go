package session_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// sentBookmarks are those of every RUN and BEGIN, in order.
func (f *fixture) sentBookmarks() (sent [][]string) {
	for _, r := range f.Requests() {
		switch m := r.Message.(type) {
		case *bolt.Begin:
			sent = append(sent, m.Bookmarks)
		case *bolt.Run:
			if len(f.said(r.Connection)) > 0 && !f.inTransaction(r) {
				sent = append(sent, m.Bookmarks)
			}
		}
	}
	return sent
}

// inTransaction tells whether a RUN stands behind a BEGIN: it has no bookmarks then.
func (f *fixture) inTransaction(run bolttest.Request) bool {
	open := false
	for _, r := range f.Requests() {
		if r.Connection != run.Connection {
			continue
		}
		switch r.Message.(type) {
		case *bolt.Begin:
			open = true
		case bolt.Commit, bolt.Rollback, bolt.Reset:
			open = false
		case *bolt.Run:
			if r.Message == run.Message {
				return open
			}
		}
	}
	return open
}

func TestASessionIsACausalChain(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session(session.WithBookmarks("a", "b", "a", ""))
		assert.Equal(t, []string{"a", "b"}, s.LastBookmarks())
		_, err := s.Query("COUNT", nil).Exec(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"bolttest:1"}, s.LastBookmarks())

		tx, err := s.Begin(t.Context())
		require.NoError(t, err)
		create(t, tx, 1)
		require.NoError(t, tx.Commit(t.Context()))
		assert.Equal(t, []string{"bolttest:2"}, s.LastBookmarks())

		tx, err = s.Begin(t.Context())
		require.NoError(t, err)
		require.NoError(t, tx.Rollback(t.Context()))
		assert.Equal(t, []string{"bolttest:2"}, s.LastBookmarks(), "a rollback changes nothing")

		_, err = session.WriteStream(s, writing(3)).Count(t.Context())
		require.NoError(t, err)
		require.NoError(t, s.Close())
		assert.Equal(t, []string{"bolttest:3"}, s.LastBookmarks(), "also of a session that is closed")
		assert.Equal(t, [][]string{{"a", "b"}, {"bolttest:1"}, {"bolttest:2"}, {"bolttest:2"}}, f.sentBookmarks())
	})
}

// Every way to stop early brings the bookmark of the statement, which has taken effect.
func TestBookmarksAfterEarlyStops(t *testing.T) {
	for name, stop := range map[string]func(ctx context.Context, q session.Query) error{
		"Take": func(ctx context.Context, q session.Query) error {
			_, err := q.Stream().Take(3).Count(ctx)
			return err
		},
		"break": func(ctx context.Context, q session.Query) error {
			for range q.Stream().All(ctx) {
				break
			}
			return nil
		},
		"Close": func(ctx context.Context, q session.Query) error {
			r, err := q.Open(ctx)
			if err != nil {
				return err
			}
			return r.Close(ctx)
		},
		"Exec": func(ctx context.Context, q session.Query) error {
			_, err := q.Exec(ctx)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				s := f.Session()
				require.NoError(t, stop(t.Context(), s.Query("COUNT", many)))
				assert.Equal(t, []string{"bolttest:1"}, s.LastBookmarks())
			})
		})
	}
}

// A statement that its observer has left, but that was finished by then, has a bookmark too: it
// comes while the connection is drained.
func TestABookmarkThatComesWhileTheConnectionIsDrained(t *testing.T) {
	inBubble(t, setup{server: []bolttest.Option{bolttest.WithLatency(500 * time.Millisecond)}}, func(t *testing.T, f *fixture) {
		s := f.Session()
		cancelled := func(q session.Query) {
			ctx, cancel := context.WithTimeout(t.Context(), 3750*time.Millisecond)
			defer cancel()
			_, err := q.Exec(ctx)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		cancelled(s.Query("COUNT", nil))
		<-time.After(10 * time.Second)
		assert.Equal(t, []string{"bolttest:1"}, s.LastBookmarks())
		f.checkWhole(t)

		ctx, cancel := context.WithTimeout(t.Context(), 750*time.Millisecond)
		defer cancel()
		_, err := f.Query("COUNT", nil, session.AutoCommit()).Exec(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		<-time.After(10 * time.Second)
		_, err = f.Query("COUNT", nil).Exec(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"bolttest:2"}, f.sentBookmarks()[2], "the driver's own queries are chained as well")
	})
}

// Work that runs at the same time has not seen each other's results, so both bookmarks stay.
func TestBookmarksOfConcurrentWork(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session(session.WithBookmarks("a"))
		err := s.Query("COUNT", many).Stream().ForEach(t.Context(), func(r *records.Record) error {
			if number(r) > 1 {
				return nil
			}
			_, err := s.Query("COUNT", nil).Exec(t.Context())
			return err
		})
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"bolttest:1", "bolttest:2"}, s.LastBookmarks())
		_, err = s.Query("COUNT", nil).Exec(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"bolttest:3"}, s.LastBookmarks())
	})
}

func TestDriverQueriesAreChained(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		for _, opts := range [][]session.QueryOption{nil, {session.ReadOnly()}, {session.AutoCommit()}, {session.WithBookmarkManager(nil)}} {
			_, err := f.Query("COUNT", nil, opts...).Exec(t.Context())
			require.NoError(t, err)
		}
		assert.Equal(t, [][]string{nil, {"bolttest:1"}, {"bolttest:2"}, nil}, f.sentBookmarks())
	})
}

func TestABookmarkManager(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		var told [][]string
		m := session.NewBookmarkManager(session.BookmarkManagerConfig{
			Initial:  []string{"i"},
			Supplier: func(context.Context) ([]string, error) { return []string{"s"}, nil },
			Consumer: func(_ context.Context, set []string) { told = append(told, set) },
		})
		first := f.Session(session.WithBookmarkManager(m), session.WithBookmarks("e"))
		second := f.Session(session.WithBookmarkManager(m))
		for _, s := range []*session.Session{first, second, first} {
			_, err := s.Query("COUNT", nil).Exec(t.Context())
			require.NoError(t, err)
		}
		_, err := f.Query("COUNT", nil, session.WithBookmarkManager(m)).Exec(t.Context())
		require.NoError(t, err)
		assert.Equal(t, [][]string{{"e", "i", "s"}, {"bolttest:1", "s"}, {"bolttest:2", "s"}, {"bolttest:3", "s"}}, f.sentBookmarks())
		assert.Equal(t, [][]string{{"bolttest:1"}, {"bolttest:2"}, {"bolttest:3"}, {"bolttest:4"}}, told)
	})
}

func TestASupplierThatFails(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		down := errors.New("the store is down")
		m := session.NewBookmarkManager(session.BookmarkManagerConfig{Supplier: func(context.Context) ([]string, error) { return nil, down }})
		s := f.Session(session.WithBookmarkManager(m))
		_, err := s.Query("COUNT", nil).Exec(t.Context())
		require.ErrorIs(t, err, down)
		_, err = s.Begin(t.Context())
		require.ErrorIs(t, err, down)
		_, err = f.Query("COUNT", nil, session.WithBookmarkManager(m)).Open(t.Context())
		require.ErrorIs(t, err, down)
		assert.Zero(t, f.Connections())
	})
}

// Each attempt of managed work reads the bookmarks anew.
func TestRetriesReadTheBookmarksAnew(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session()
		attempts := 0
		_, err := session.WriteTx(t.Context(), s, func(ctx context.Context, _ *session.Transaction) (int, error) {
			if attempts++; attempts == 1 {
				_, err := s.Query("COUNT", nil).Exec(ctx)
				require.NoError(t, err)
				return 0, transient()
			}
			return 0, nil
		})
		require.NoError(t, err)
		begins := bolttest.Received[*bolt.Begin](f.Server)
		assert.Empty(t, begins[0].Bookmarks)
		assert.Equal(t, []string{"bolttest:1"}, begins[1].Bookmarks)
	})
}
