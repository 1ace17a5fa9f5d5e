package pool

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// errSilent is why a Reset was given up.
var errSilent = fmt.Errorf(
	"pool: the server was silent for longer than Config.ResetGrace: %w", context.DeadlineExceeded)

// hearing is a [Link] that tells when something came from the server last while Reset ran, the zero
// time if nothing did. It is asked while Reset runs.
type hearing interface{ Heard() time.Time }

// patience ends a Reset when nothing comes from the server any more. Bytes that arrive are the rest
// of what the connection was left with: a server that sends them is at work, and closing the
// connection would only add a login to its load.
type patience struct {
	link   Link
	grace  time.Duration
	giveUp context.CancelCauseFunc

	mu    sync.Mutex // guards what follows; the link's Heard is called under it
	since time.Time  // when something has come last, or the beginning
	timer *time.Timer
}

// newPatience starts to count. Call stop at the end.
func newPatience(l Link, grace time.Duration, giveUp context.CancelCauseFunc) *patience {
	w := &patience{link: l, grace: grace, giveUp: giveUp, since: time.Now()}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(grace, w.look)
	return w
}

// look gives up, or waits for the rest of the grace.
func (w *patience) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if l, ok := w.link.(hearing); ok && l.Heard().After(w.since) {
		w.since = l.Heard()
	}
	left := w.grace - time.Since(w.since)
	if left <= 0 {
		w.giveUp(errSilent)
		return
	}
	w.timer.Reset(left)
}

func (w *patience) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
}
