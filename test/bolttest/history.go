package bolttest

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// History is what has happened in a cluster, in order: elections and troubles, who wrote what at which term, who read up to where with which bookmarks,
// and what a test adds to it. Its String is for the log of a test that has failed. It is safe for concurrent use.
type History struct {
	began time.Time

	mu   sync.Mutex // guards what follows; taken last
	list []happening
}

// happening is one thing that has happened. Most are never printed, so that it is put into words later.
type happening struct {
	at    time.Duration
	words string // what has happened; empty: what follows

	member, database string
	term, place      int
	values           []any    // written, nil for a read
	bookmarks        []string // of a read
	mode             string
}

// Note adds something that a test wants to see among the rest.
func (h *History) Note(format string, args ...any) { h.add(fmt.Sprintf(format, args...)) }

func (h *History) add(words string) { h.put(happening{words: words}) }

func (h *History) put(x happening) {
	x.at = h.Since()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, x)
}

// committed notes an entry that a majority has.
func (h *History) committed(r *replica, at int) {
	h.put(happening{member: r.member.name, database: r.db.name, term: r.log[at].term, place: at + 1, values: append([]any{}, r.log[at].values...)})
}

// opened notes where a transaction stands at its beginning.
func (h *History) opened(u *unit) {
	mode := "write"
	if u.tx.ReadOnly {
		mode = "read"
	}
	h.put(happening{
		member: u.replica.member.name, database: u.replica.db.name, term: u.term, place: u.replica.applied, bookmarks: u.tx.Bookmarks, mode: mode,
	})
}

// Len returns how much has happened.
func (h *History) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.list)
}

// String has a line for everything, with the time since the cluster's start.
func (h *History) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var b strings.Builder
	b.WriteString("history:\n")
	for i := range h.list {
		fmt.Fprintf(&b, "%10v %s\n", h.list[i].at.Round(time.Millisecond), h.list[i].text())
	}
	return b.String()
}

func (x *happening) text() string {
	switch {
	case x.words != "":
		return x.words
	case x.values != nil:
		return fmt.Sprintf("%s commits %s:%d, term %d: %v", x.member, x.database, x.place, x.term, x.values)
	default:
		return fmt.Sprintf("%s opens a %s of %s at %d, term %d, behind %v", x.member, x.mode, x.database, x.place, x.term, x.bookmarks)
	}
}

// Since returns how long the cluster has been there: the time that lines of the history begin with.
func (h *History) Since() time.Duration { return time.Since(h.began) }
