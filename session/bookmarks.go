package session

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/neorx/neorx/internal/cause"
	"github.com/neorx/neorx/records"
)

// BookmarkManager chains the work of many sessions causally. [NewBookmarkManager] returns the usual
// one; own implementations can keep bookmarks where several programs see them. Its methods are
// called concurrently, and from inside queries: they must not use the sessions that they serve.
type BookmarkManager interface {
	// Bookmarks returns what the next unit of work must have seen. An error fails that work.
	// The work waits for it, so it has to return soon after ctx has ended. So has Update.
	Bookmarks(ctx context.Context) ([]string, error)
	// Update is told that a unit of work that began behind previous has ended with the bookmarks
	// fresh, of which there is at least one.
	Update(ctx context.Context, previous, fresh []string)
}

// BookmarkManagerConfig is what a bookmark manager starts with and talks to. The zero value is an
// empty manager.
type BookmarkManagerConfig struct {
	// Initial are the bookmarks to begin with.
	Initial []string
	// Supplier, if set, is asked for further bookmarks before every unit of work. They are not
	// kept. An error fails the work.
	Supplier func(ctx context.Context) ([]string, error)
	// Consumer, if set, is told the new set after every change, with a slice of its own.
	Consumer func(ctx context.Context, bookmarks []string)
}

// NewBookmarkManager returns a manager whose set becomes (set − previous) ∪ fresh with every
// update. Work that ran at the same time has not seen each other's results, so the bookmarks of
// both stay. It is safe for concurrent use.
func NewBookmarkManager(cfg BookmarkManagerConfig) BookmarkManager {
	return &bookmarkManager{cfg: cfg, set: union(cfg.Initial)}
}

type bookmarkManager struct {
	cfg BookmarkManagerConfig

	mu  sync.Mutex // guards set; never held while user code runs
	set []string
}

func (m *bookmarkManager) Bookmarks(ctx context.Context) ([]string, error) {
	var supplied []string
	if m.cfg.Supplier != nil {
		var err error
		if supplied, err = m.cfg.Supplier(ctx); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return union(m.set, supplied), nil
}

func (m *bookmarkManager) Update(ctx context.Context, previous, fresh []string) {
	m.mu.Lock()
	m.set = replaced(m.set, previous, fresh)
	set := slices.Clone(m.set)
	m.mu.Unlock()
	if m.cfg.Consumer != nil {
		m.cfg.Consumer(ctx, set)
	}
}

// CombineBookmarks returns the union of several sets of bookmarks, for a session that has to see
// what several others have done.
func CombineBookmarks(sets ...[]string) []string { return union(sets...) }

// chain is the causal chain of a session, or of all driver-level queries: its own bookmarks, and
// those of a manager if it has one.
type chain struct {
	manager BookmarkManager // may be nil

	mu      sync.Mutex // guards what follows
	own     []string
	updated bool // own is not what it was given at the start any more; a manager then knows it all
	news    []news
}

// news is a bookmark that has arrived and was not chained yet: it can arrive while a connection is
// being drained, where no user code may run.
type news struct {
	sent  []string
	fresh string
}

func newChain(manager BookmarkManager, initial []string) *chain {
	return &chain{manager: manager, own: union(initial)}
}

// bookmarks returns what the next unit of work has to wait for.
func (c *chain) bookmarks(ctx context.Context) ([]string, error) {
	c.update(ctx)
	var managed []string
	if c.manager != nil {
		var err error
		if managed, err = c.manager.Bookmarks(ctx); err != nil {
			return nil, cause.Explain(ctx, err)
		}
		if err = areText(managed); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.manager != nil && c.updated {
		return union(managed), nil
	}
	return union(c.own, managed), nil
}

// areText refuses what a manager was given and cannot be sent as it is. Other bookmarks come from
// servers, or were options.
func areText(bookmarks []string) error {
	for _, b := range bookmarks {
		if !utf8.ValidString(b) {
			return &records.UsageError{Message: fmt.Sprintf("a bookmark of the bookmark manager is not valid UTF-8: %q", b)}
		}
	}
	return nil
}

// note takes a bookmark that work which began behind sent has returned. It does not block.
func (c *chain) note(sent []string, fresh string) {
	if fresh == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.news = append(c.news, news{sent, fresh})
}

// update chains what was noted.
func (c *chain) update(ctx context.Context) {
	c.mu.Lock()
	arrived := c.news
	c.news = nil
	for _, n := range arrived {
		c.own = replaced(c.own, n.sent, []string{n.fresh})
		c.updated = true
	}
	c.mu.Unlock()
	if c.manager == nil {
		return
	}
	for _, n := range arrived {
		c.manager.Update(ctx, n.sent, []string{n.fresh})
	}
}

// last returns a copy of the chain's own bookmarks, news included.
func (c *chain) last() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	own := union(c.own)
	for _, n := range c.news {
		own = replaced(own, n.sent, []string{n.fresh})
	}
	return own
}

// replaced is (set − previous) ∪ fresh.
func replaced(set, previous, fresh []string) []string {
	kept := slices.DeleteFunc(slices.Clone(set), func(b string) bool { return slices.Contains(previous, b) })
	return union(kept, fresh)
}

// union returns a new slice with every bookmark once. Empty ones are none.
func union(sets ...[]string) []string {
	var all []string
	for _, set := range sets {
		for _, b := range set {
			if b != "" && !slices.Contains(all, b) {
				all = append(all, b)
			}
		}
	}
	return all
}
