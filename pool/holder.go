package pool

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Holder is who has a connection.
type Holder struct {
	// Label is Request.Label.
	Label string
	// Since is when the connection was lent.
	Since time.Time
	// callers are the program counters of the acquisition.
	callers []uintptr
}

// Stack returns where the connection was acquired, the innermost function first, one "function (file:line)" a line.
func (h Holder) Stack() string {
	var b strings.Builder
	frames := runtime.CallersFrames(h.callers)
	for more := len(h.callers) > 0; more; {
		var f runtime.Frame
		f, more = frames.Next()
		fmt.Fprintf(&b, "%s (%s:%d)\n", f.Function, f.File, f.Line)
	}
	return b.String()
}

// String returns the label, since when, and the stack.
func (h Holder) String() string {
	return fmt.Sprintf("%q since %s\n%s", h.Label, h.Since.Format(time.RFC3339), h.Stack())
}

// holder describes whoever is acquiring, if diagnostics are on: it is not free.
func (p *Pool) holder(r Request) *Holder {
	if !p.cfg.Diagnostics {
		return nil
	}
	callers := make([]uintptr, 32)
	n := runtime.Callers(4, callers)
	return &Holder{Label: r.Label, Since: time.Now(), callers: callers[:n]}
}

// holders lists who has the connections of h, who has had his longest first. p.mu is held.
func (h *host) holders() []Holder {
	var all []Holder
	for e := range h.entries {
		if e.lease != nil && e.lease.holder != nil {
			all = append(all, *e.lease.holder)
		}
	}
	slices.SortFunc(all, func(a, b Holder) int { return a.Since.Compare(b.Since) })
	return all
}
