package session

import (
	"context"
	"sync"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/rx"
)

// work is what runs on a session, so that closing the session can end it. A nil *work is that of the driver, which closes its pool instead.
type work struct {
	mu     sync.Mutex // guards what follows
	closed bool
	leases map[*lease]struct{}
}

// lease is a connection in use by a session.
type lease struct {
	work *work
	conn *pool.Conn
	// kept says that nobody is running who would give the connection back when the session is closed.
	kept bool
}

// track emits v while the session knows that c is in use.
func track[T any](w *work, c *pool.Conn, v T) rx.Stream[T] {
	if w == nil {
		return rx.Just(v)
	}
	return rx.Using(
		func(context.Context) (*lease, error) { return w.add(c, false) },
		func(*lease) rx.Stream[T] { return rx.Just(v) },
		func(l *lease, _ error) error { l.remove(); return nil },
	)
}

// keep holds c until release is called or the session is closed.
func (w *work) keep(c *pool.Conn) (release func(), err error) {
	if w == nil {
		return c.Release, nil
	}
	l, err := w.add(c, true)
	if err != nil {
		c.Release()
		return nil, err
	}
	return func() {
		l.remove()
		c.Release()
	}, nil
}

func (w *work) add(c *pool.Conn, kept bool) (*lease, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, ErrClosed
	}
	l := &lease{work: w, conn: c, kept: kept}
	if w.leases == nil {
		w.leases = map[*lease]struct{}{}
	}
	w.leases[l] = struct{}{}
	return l, nil
}

func (l *lease) remove() {
	l.work.mu.Lock()
	defer l.work.mu.Unlock()
	delete(l.work.leases, l)
}

// close ends everything that still runs, at once and without waiting: the pool resets the connections.
func (w *work) close() {
	w.mu.Lock()
	leases := w.leases
	w.closed, w.leases = true, nil
	w.mu.Unlock()
	for l := range leases {
		l.conn.Bolt().Interrupt(ErrClosed)
		if l.kept {
			l.conn.Release()
		}
	}
}
