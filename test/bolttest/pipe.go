package bolttest

import (
	"net"
	"os"
	"sync"
	"time"
)

// pipeBytes is how much one direction of a connection in memory holds before its writer has to wait: about what sockets hold.
const pipeBytes = 256 << 10

// pipe is one direction of a connection in memory. Whoever has to wait does so on channels and without the mutex, so that in a bubble of
// testing/synctest time goes on.
type pipe struct {
	latency time.Duration
	limit   int

	mu       sync.Mutex // guards what follows, for moments only
	segments []segment
	size     int           // bytes in segments
	end      error         // what comes behind the segments, once the writer has closed; nil before
	endAt    time.Time     // when the reader learns it
	broken   error         // why there is no sense in writing any more
	changed  chan struct{} // closed at the next change
}

// segment is what one write has left, and when the reader may see it.
type segment struct {
	data []byte
	at   time.Time
}

func newPipe(latency time.Duration, limit int) *pipe {
	return &pipe{latency: latency, limit: limit, changed: make(chan struct{})}
}

// notify wakes everybody who waits; mu is held.
func (p *pipe) notify() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// read waits for at least one byte, or the end.
func (p *pipe) read(b []byte, deadline *deadline, closed <-chan struct{}) (int, error) {
	for {
		passed, late := deadline.wait()
		if isClosed(closed) {
			return 0, net.ErrClosed
		}
		if late {
			return 0, os.ErrDeadlineExceeded
		}
		n, changed, due, err := p.tryRead(b)
		if n > 0 || err != nil {
			return n, err
		}
		wait(changed, due, passed, closed)
	}
}

// tryRead returns what is there; or, to be waited for, the next change and the time until the next segment.
func (p *pipe) tryRead(b []byte) (n int, changed <-chan struct{}, due time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return 0, nil, 0, p.broken
	}
	now := time.Now()
	for len(p.segments) > 0 && n < len(b) {
		head := &p.segments[0]
		if due = head.at.Sub(now); due > 0 {
			break
		}
		k := copy(b[n:], head.data)
		n += k
		head.data = head.data[k:]
		if len(head.data) == 0 {
			p.segments = p.segments[1:]
		}
	}
	if n > 0 {
		p.size -= n
		p.notify()
		return n, nil, 0, nil
	}
	if len(p.segments) == 0 && p.end != nil {
		if due = p.endAt.Sub(now); due <= 0 {
			return 0, nil, 0, p.end
		}
	}
	return 0, p.changed, due, nil
}

// write waits for room. It returns how much it has written.
func (p *pipe) write(b []byte, deadline *deadline, closed <-chan struct{}) (int, error) {
	written := 0
	for {
		passed, late := deadline.wait()
		if isClosed(closed) {
			return written, net.ErrClosed
		}
		if late {
			return written, os.ErrDeadlineExceeded
		}
		n, changed, err := p.tryWrite(b[written:])
		written += n
		if err != nil || written == len(b) {
			return written, err
		}
		wait(changed, 0, passed, closed)
	}
}

func (p *pipe) tryWrite(b []byte) (n int, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return 0, nil, p.broken
	}
	if n = min(len(b), p.limit-p.size); n > 0 {
		p.segments = append(p.segments, segment{append([]byte(nil), b[:n]...), time.Now().Add(p.latency)})
		p.size += n
		p.notify()
	}
	return n, p.changed, nil
}

// finish is the writer's close: the reader gets what has been written, and then err. The first call counts.
func (p *pipe) finish(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.end == nil {
		p.end, p.endAt = err, time.Now().Add(p.latency)
		p.notify()
	}
}

// abandon is the reader's close: what is under way is dropped, and whoever writes gets err.
func (p *pipe) abandon(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken == nil {
		p.broken, p.segments, p.size = err, nil, 0
		p.notify()
	}
}

// wait returns when something has happened, or due, if it is positive, has passed.
func wait(changed <-chan struct{}, due time.Duration, passed, closed <-chan struct{}) {
	var timer <-chan time.Time
	if due > 0 {
		t := time.NewTimer(due)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-changed:
	case <-timer:
	case <-passed:
	case <-closed:
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// deadline is a point in time that can be moved while somebody waits for it.
type deadline struct {
	mu     sync.Mutex // guards what follows
	at     time.Time  // zero: never
	timer  *time.Timer
	passed chan struct{} // closed when the time has come
}

func newDeadline() *deadline { return &deadline{passed: make(chan struct{})} }

// wait returns a channel that is closed when the time has come, and whether it has: the clock knows that before the timer does.
func (d *deadline) wait() (passed <-chan struct{}, late bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.passed, !d.at.IsZero() && !time.Now().Before(d.at)
}

// set moves the deadline; the zero time removes it. Who waits already is woken at the new time if that is earlier or has passed, because a
// deadline that has not passed keeps its channel.
func (d *deadline) set(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.passed // the timer's function closes it without the mutex, and soon
	}
	d.timer, d.at = nil, at
	if isClosed(d.passed) {
		d.passed = make(chan struct{})
	}
	if at.IsZero() {
		return
	}
	passed := d.passed
	if left := time.Until(at); left > 0 {
		d.timer = time.AfterFunc(left, func() { close(passed) })
		return
	}
	close(passed)
}
