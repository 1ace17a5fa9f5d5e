package bolttest

import (
	"io"
	"sync"
)

// outboxBytes is how much may wait to be written before the next message has to wait.
const outboxBytes = 256 << 10

// outbox writes what is put into it, in a goroutine of its own: messages that are ready together leave together, and none waits for the next.
type outbox struct {
	w io.Writer

	mu      sync.Mutex // guards what follows
	pending []byte
	closed  bool
	err     error
	changed chan struct{} // closed at the next change; nil while nobody waits
	done    chan struct{} // closed when the goroutine has ended
}

// newOutbox starts the goroutine; close ends and joins it.
func newOutbox(w io.Writer) *outbox {
	o := &outbox{w: w, done: make(chan struct{})}
	go o.run()
	return o
}

// notify wakes whoever waits; mu is held.
func (o *outbox) notify() {
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}

// await gives mu up until something has changed.
func (o *outbox) await() {
	if o.changed == nil {
		o.changed = make(chan struct{})
	}
	changed := o.changed
	o.mu.Unlock()
	<-changed
	o.mu.Lock()
}

// put takes over a copy of a whole message as soon as there is room. It is lost where writing has failed.
func (o *outbox) put(message []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.pending) >= outboxBytes && o.err == nil {
		o.await()
	}
	if o.err == nil {
		o.pending = append(o.pending, message...)
		o.notify()
	}
}

func (o *outbox) run() {
	defer close(o.done)
	var spare []byte
	for {
		out, ok := o.take(spare)
		if !ok {
			return
		}
		_, err := o.w.Write(out)
		o.mu.Lock()
		if err != nil && o.err == nil {
			o.err = err
		}
		o.notify()
		o.mu.Unlock()
		spare = out[:0]
	}
}

// take waits for something to write and leaves spare to be filled next.
func (o *outbox) take(spare []byte) (out []byte, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.pending) == 0 && !o.closed && o.err == nil {
		o.await()
	}
	if len(o.pending) == 0 || o.err != nil {
		return nil, false
	}
	out, o.pending = o.pending, spare
	o.notify()
	return out, true
}

// close writes what is left and waits until that is done. It has to be possible to make the writer fail.
func (o *outbox) close() {
	o.mu.Lock()
	o.closed = true
	o.notify()
	o.mu.Unlock()
	<-o.done
}
