package session

import "sync"

// home is where work that names no database takes place, for as long as it has to stay there: a
// session's, or that of one observation of a query. It keeps the user's home database from changing
// in the middle, be it between two transactions or between two attempts. A nil *home is that of
// work which names its database.
type home struct {
	mu   sync.Mutex // guards what follows
	name string     // empty: not known, or not to be sent
}

// database is the name to ask for, where one is known.
func (h *home) database() string {
	if h == nil {
		return ""
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.name
}

// pin settles the name; the first one stays.
func (h *home) pin(name string) {
	if h == nil || name == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.name == "" {
		h.name = name
	}
}
