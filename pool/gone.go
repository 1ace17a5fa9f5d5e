package pool

import "time"

// restless is how long a connection may have been unused and is still taken for one that works: to look at it is a system call, which work that follows
// upon work should not pay.
const restless = time.Millisecond

// rested tells whether the connection, which has been taken, was unused for long enough to have been closed by the other end.
func (e *entry) rested(now time.Time) bool { return now.Sub(e.idleSince) >= restless }

// watched is a [Link] that can look, without waiting, whether the other end has closed it, which it is asked before it is used again. If so it is not Alive
// any more.
type watched interface{ Gone() bool }

// gone tells whether the connection has been closed by the other end, as far as can be known without waiting.
func gone(l Link) bool {
	w, ok := l.(watched)
	return ok && w.Gone()
}
