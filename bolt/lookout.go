package bolt

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/neorx/neorx/internal/cause"
)

// quietWrite is how much can be written to a server that has answered everything without waiting:
// it fits into every send buffer.
const quietWrite = 4 << 10

// quietTime is how long a quiet write may take before anybody looks after it: more than a write
// takes that does not wait for the other end, and less than a caller notices.
const quietTime = 100 * time.Millisecond

// lookout guards quiet writes. The driver sets up nothing for them, neither a deadline nor a watch
// over the context: they do not wait for the other end, unless the server answers what it has not
// read. One timer for all writes of a connection finds those that do.
type lookout struct {
	timer *time.Timer // nil before the first write; belongs to the goroutine that holds Conn.writing

	mu   sync.Mutex      // guards what follows
	ctx  context.Context // of the write that is going on; nil: none is
	stop func() bool     // ends the watch over ctx; nil: there is none
}

// writeQuiet is called with writing held.
func (c *Conn) writeQuiet(ctx context.Context, out *outgoing) error {
	l := &c.lookout
	l.mu.Lock()
	l.ctx = ctx
	l.mu.Unlock()
	if l.timer == nil {
		l.timer = time.AfterFunc(c.quietTime(), c.overdue)
	} else {
		l.timer.Reset(c.quietTime())
	}
	_, err := c.nc.Write(out.next())
	l.timer.Stop()
	l.mu.Lock()
	stop := l.stop
	l.ctx, l.stop = nil, nil
	l.mu.Unlock()
	if stop == nil {
		return c.written(c.writeError(err))
	}
	if !stop() {
		return c.abandon(ctx)
	}
	if c.writeTimeout > 0 {
		_ = c.nc.SetWriteDeadline(time.Time{})
	}
	return c.written(c.writeError(err))
}

// quietTime is the time of the timer.
func (c *Conn) quietTime() time.Duration {
	if c.writeTimeout > 0 {
		return min(c.writeTimeout, quietTime)
	}
	return quietTime
}

// overdue makes up for what writeQuiet has left out, on the goroutine of the timer, which waits for
// nothing. A late one that meets the next write does no harm.
func (c *Conn) overdue() {
	l := &c.lookout
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx == nil || l.stop != nil {
		return
	}
	if c.writeTimeout > 0 {
		_ = c.nc.SetWriteDeadline(time.Now().Add(c.writeTimeout - c.quietTime()))
	}
	ctx := l.ctx
	l.stop = context.AfterFunc(ctx, func() { _ = c.abandon(ctx) })
}

// abandon ends the connection because ctx, of whoever writes, has ended: the server may have got a
// part of a message. Everybody is told that, and not what becomes of a socket that is closed while
// others use it.
func (c *Conn) abandon(ctx context.Context) error {
	const what = "interrupted, and the connection is closed because a message may be half sent: %w"
	return c.written(fmt.Errorf(what, cause.Of(ctx)))
}

// hangUp closes a connection that is of no more use. TLS says goodbye first, for which it allows a
// server that takes nothing 5 s; what is below it does not.
func hangUp(nc net.Conn) {
	if secure, ok := nc.(interface{ NetConn() net.Conn }); ok {
		_ = secure.NetConn().Close()
	}
	_ = nc.Close()
}
