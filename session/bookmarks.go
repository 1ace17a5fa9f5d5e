package session

import (
	"slices"
	"sync"
)

// Bookmarks is a set of bookmarks: what a unit of work must have seen. The zero value is empty. It is safe for concurrent use.
type Bookmarks struct {
	mu    sync.Mutex
	known []string
}

// Get returns a copy of the set.
func (b *Bookmarks) Get() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.known)
}

// Update replaces what was sent with a unit of work by what that returned: the set becomes (known − sent) ∪ fresh. Work that ran at
// the same time has not seen each other's results, so both stay. Without a fresh bookmark nothing changes.
func (b *Bookmarks) Update(sent []string, fresh ...string) {
	fresh = slices.DeleteFunc(slices.Clone(fresh), func(s string) bool { return s == "" })
	if len(fresh) == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := slices.DeleteFunc(slices.Clone(b.known), func(s string) bool { return slices.Contains(sent, s) })
	for _, f := range fresh {
		if !slices.Contains(kept, f) {
			kept = append(kept, f)
		}
	}
	b.known = kept
}
