package bolttest

import (
	"sync"

	"github.com/neorx/neorx/bolt"
)

// arrival is a request as it came: without a request if it is not known, with an error if it is not well-formed.
type arrival struct {
	request bolt.Request
	err     error
}

// inbox queues requests without a bound: what reads them must never wait, or it would not see the RESET behind them.
type inbox struct {
	mu       sync.Mutex // guards what follows
	arrivals []arrival
	closed   bool // no more come
	changed  chan struct{}
}

func newInbox() *inbox { return &inbox{changed: make(chan struct{}, 1)} }

func (b *inbox) put(a arrival) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.arrivals = append(b.arrivals, a)
	b.wake()
}

func (a arrival) isReset() bool {
	_, ok := a.request.(bolt.Reset)
	return ok && a.err == nil
}

// wake needs no more than one token: there is one taker.
func (b *inbox) wake() {
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

// close lets take return what has arrived, and then end.
func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.wake()
}

// take waits for the next request; ok is false after the last.
func (b *inbox) take() (a arrival, ok bool) {
	for {
		b.mu.Lock()
		if len(b.arrivals) > 0 {
			a, b.arrivals = b.arrivals[0], b.arrivals[1:]
			b.mu.Unlock()
			return a, true
		}
		closed := b.closed
		b.mu.Unlock()
		if closed {
			return arrival{}, false
		}
		<-b.changed
	}
}
