package session

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

// work is what runs on a session, so that closing the session can end it. A nil *work is that of
// the driver, which closes its pool instead.
type work struct {
	mu     sync.Mutex // guards what follows; taken before that of a lease
	closed bool
	leases map[*lease]struct{}

	life lifetime
}

// add notes that l is in use. Nothing is added to a session that is closed.
func (w *work) add(l *lease) error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	if w.leases == nil {
		w.leases = map[*lease]struct{}{}
	}
	w.leases[l] = struct{}{}
	return nil
}

func (w *work) remove(l *lease) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.leases, l)
}

// open returns ErrClosed once the session is closed.
func (w *work) open() error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	return nil
}

// close ends everything that still runs, at once and without waiting: the pool resets the
// connections.
func (w *work) close() {
	w.mu.Lock()
	leases := w.leases
	w.closed, w.leases = true, nil
	w.mu.Unlock()
	for l := range leases {
		l.interrupt(ErrClosed)
	}
	w.life.close(ErrClosed)
}

// lease is the loan of a connection to one execution or transaction.
//
// A connection that was given back may serve somebody else at once, while those who had it are
// still about to find out. So after release nobody touches it but through a *bolt.Stream or a
// *bolt.Tx, which know when they are over; and interrupt, which means the connection as a whole,
// excludes release.
type lease struct {
	at   *routing.Placement
	conn *pool.Conn // at's
	work *work
	home *home // nil: the work names its database

	mu       sync.Mutex // guards what follows; never held over I/O or a call to a user
	cause    error      // why it was interrupted
	kept     bool       // whoever has begun something on it has gone, and will not give it back by itself
	released bool
	judged   error // the last error that the pool was told
	verdict  error // and what it has made of it
}

// lease borrows a connection to a server that fits. What it is for is told where leases are listed.
// Work without a database of its own belongs to h.
func (e *Engine) lease(ctx context.Context, w *work, h *home, s *settings, bookmarks []string, label string) (*lease, error) {
	if err := w.open(); err != nil {
		return nil, err
	}
	request := s.route(bookmarks, label)
	if request.Database != "" {
		h = nil
	} else {
		request.Database = h.database()
	}
	at, err := e.Router.Get(ctx, request)
	if err != nil {
		return nil, err
	}
	h.pin(at.Database)
	l := &lease{at: at, conn: at.Conn, work: w, home: h}
	if err := w.add(l); err != nil {
		at.Conn.Release()
		return nil, err
	}
	return l, nil
}

// unsettled tells whether the server has yet to say which database the work takes place in, and
// whether somebody wants to know.
func (l *lease) unsettled() bool { return l.home != nil && l.at.Open() }

// settle takes what the server says about that, in its answer to a BEGIN or RUN.
func (l *lease) settle(database string) {
	if l.unsettled() {
		l.home.pin(l.at.Home(database))
	}
}

// mark returns a context for work that the lease has to wait for.
func (l *lease) mark(ctx context.Context) context.Context { return pool.WithLease(ctx, l.conn) }

// bolt is the connection, for beginning something on it. Call begun right behind.
func (l *lease) bolt() *bolt.Conn { return l.conn.Bolt() }

// begun returns why the lease was interrupted, if it was: what has begun on it since then was not
// told.
func (l *lease) begun() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause != nil && !l.released {
		l.bolt().Interrupt(l.cause)
	}
	return l.cause
}

// keep leaves the connection to a result or a transaction that outlives the call that has begun it:
// an interruption gives it back from now on.
func (l *lease) keep() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = true
	return l.cause
}

// interrupt ends what runs on the connection.
func (l *lease) interrupt(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.released {
		return
	}
	l.cause = cause
	l.bolt().Interrupt(cause)
	if l.kept {
		l.released = true
		l.conn.Release()
	}
}

// release gives the connection back. Calling it again does nothing.
func (l *lease) release() {
	l.work.remove(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.released {
		l.released = true
		l.conn.Release()
	}
}

// judge tells the pool about an error of the connection, once for each, and returns what it means:
// a lost connection makes others suspect, and a refused token may be one for which there is a
// better one by now. Errors of users and contexts are not for judging.
func (l *lease) judge(err error) error {
	if err == nil {
		return nil
	}
	l.mu.Lock()
	if l.judged != nil && errors.Is(err, l.judged) {
		defer l.mu.Unlock()
		return l.verdict
	}
	l.mu.Unlock()
	verdict := l.at.Fail(err)
	if errors.Is(err, bolt.ErrClosed) {
		verdict = fmt.Errorf("%w (%w)", pool.ErrClosed, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.judged, l.verdict = err, verdict
	return verdict
}
