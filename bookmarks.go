package neorx

import "github.com/neorx/neorx/session"

type (
	// BookmarkManager chains the work of many sessions: each sees what the others have written.
	// [NewBookmarkManager] makes one, and [Driver.QueryBookmarks] returns that of a driver's own
	// queries. A program can have its own:
	//   - [session.BookmarkManager.Bookmarks] returns what new work has to wait for
	//   - [session.BookmarkManager.Update] replaces the bookmarks that work has started with by
	//     those that it returned
	BookmarkManager = session.BookmarkManager

	// BookmarkManagerConfig is what [NewBookmarkManager] starts with, and whom it talks to.
	BookmarkManagerConfig = session.BookmarkManagerConfig
)

// NewBookmarkManager returns a manager that keeps its bookmarks in memory.
func NewBookmarkManager(cfg BookmarkManagerConfig) BookmarkManager {
	return session.NewBookmarkManager(cfg)
}

// CombineBookmarks returns the union of several sets of bookmarks.
func CombineBookmarks(sets ...[]string) []string { return session.CombineBookmarks(sets...) }

// WithBookmarkManager chains the work with everything else that uses the manager. Default: a
// session has none; the queries of a driver share one, which nil switches off.
func WithBookmarkManager(m BookmarkManager) SessionQueryOption { return session.WithBookmarkManager(m) }

// WithBookmarks makes a session start behind the work that returned these bookmarks. Default: none.
func WithBookmarks(bookmarks ...string) SessionOption { return session.WithBookmarks(bookmarks...) }
