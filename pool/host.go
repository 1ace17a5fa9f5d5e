package pool

import (
	"context"
	"time"
)

// state is where a connection stands; the package comment shows the ways between them.
type state uint8

const (
	dialling state = iota
	idle
	taken
	probing
	cleaning
	closing
	states
)

// entry is a connection of the pool, from the first moment of its dialling to the last of its closing.
type entry struct {
	host    *host
	link    Link      // set when dialled, then constant
	created time.Time // likewise

	// Pool.mu guards these.
	state     state
	idleSince time.Time
	maker     *waiter                 // for whom it was dialled, until somebody gets it
	lease     *Conn                   // who has it, once all checks have passed
	doomed    bool                    // to be closed, not shelved, when it comes back
	cancel    context.CancelCauseFunc // ends the dial, probe or clean-up that is under way
	routes    bool                    // the server at the other end can route; set when dialled, then constant

	login *login // belongs to whoever dials or has taken the connection
}

// host is everything about one address. Pool.mu guards it.
type host struct {
	address Address
	entries map[*entry]struct{}
	count   [states]int // of entries
	idle    []*entry    // the one used last is at the end, and used first
	queue   queue
	epoch   int // counts the expiries of authorization: a login from before the last is not good any more
	tally   tally
}

func newHost(a Address) *host { return &host{address: a, entries: map[*entry]struct{}{}} }

func (h *host) add(e *entry, s state) {
	e.state = s
	h.entries[e] = struct{}{}
	h.count[s]++
}

func (h *host) remove(e *entry) {
	delete(h.entries, e)
	h.count[e.state]--
}

// move changes the state of e, which is not on the idle list.
func (h *host) move(e *entry, to state) {
	h.count[e.state]--
	h.count[to]++
	e.state = to
}

func (h *host) pushIdle(e *entry) {
	h.move(e, idle)
	e.maker, e.idleSince = nil, time.Now()
	h.idle = append(h.idle, e)
}

// popIdle takes the connection used last off the idle list. Its caller moves it on.
func (h *host) popIdle() *entry {
	last := len(h.idle) - 1
	e := h.idle[last]
	h.idle[last] = nil
	h.idle = h.idle[:last]
	return e
}

// serve gives e to w, who is queued.
func (h *host) serve(w *waiter, e *entry) {
	h.move(e, taken)
	w.entry, w.own = e, e.maker == w
	e.maker = nil
	h.dequeue(w)
}

// fail ends the wait of w, who is queued, with an error.
func (h *host) fail(w *waiter, err error) {
	w.err = err
	h.dequeue(w)
}

func (h *host) enqueue(w *waiter) {
	h.queue.insert(w)
	for _, c := range w.held {
		c.waiters++
	}
}

// dequeue takes w off the queue, and wakes it.
func (h *host) dequeue(w *waiter) {
	h.queue.remove(w)
	for _, c := range w.held {
		c.waiters--
	}
	if w.ready != nil {
		close(w.ready)
	}
}

// coming is how many waiters will be served, or told why not, without anybody giving a connection back.
func (h *host) coming() int { return h.count[dialling] + h.count[probing] + h.count[closing] }
