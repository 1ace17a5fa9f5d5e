package pool

import (
	"context"
	"time"
)

// waiter is an acquisition that waits for its turn. Pool.mu guards its fields; whoever has seen ready closed may read entry, own and err.
type waiter struct {
	ctx    context.Context // the acquisition's own, whose values a dial takes
	req    Request
	ticket uint64 // an acquisition that has to queue again stands where it stood
	since  time.Time
	held   []*Conn // the leases that its caller is known to hold

	ready chan struct{} // closed when entry or err is set; nil while nobody waits on it
	entry *entry
	own   bool // entry was dialled for this very waiter
	err   error

	dialling   bool // a dial for this waiter is under way
	queued     bool
	prev, next *waiter
}

// settled tells whether the waiter has got what it is going to get.
func (w *waiter) settled() bool { return w.entry != nil || w.err != nil }

// queue lists waiters by ticket, oldest first. Any of them can leave in constant time.
type queue struct {
	head, tail *waiter
	len        int
}

func (q *queue) insert(w *waiter) {
	before := q.tail
	for before != nil && before.ticket > w.ticket {
		before = before.prev
	}
	w.prev = before
	if before == nil {
		w.next, q.head = q.head, w
	} else {
		w.next, before.next = before.next, w
	}
	if w.next == nil {
		q.tail = w
	} else {
		w.next.prev = w
	}
	w.queued = true
	q.len++
}

func (q *queue) remove(w *waiter) {
	if w.prev == nil {
		q.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next, w.queued = nil, nil, false
	q.len--
}

// undialled returns the oldest waiter for whom no dial is under way.
func (q *queue) undialled() *waiter {
	for w := q.head; w != nil; w = w.next {
		if !w.dialling {
			return w
		}
	}
	return nil
}
