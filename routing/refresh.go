package routing

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// question is what routers are asked. There is one refresh at a time for each: who asks the same meanwhile waits for the same answer.
type question struct {
	database string // empty: the home database
	identity        // without the user where a database is named
}

// refresh is a question that is being asked.
type refresh struct {
	question
	ahead  bool // of time: nobody has to wait for it
	began  time.Time
	cancel context.CancelFunc

	waiters int // guarded by Router.mu
	done    chan struct{}

	// Set when done is closed.
	table *table
	err   error
	late  bool // it is the time limit that has ended it
}

// ask returns a table that was told after the caller began, when answers was Router.answers: by a refresh that is under way already, or by one that it
// starts. That runs on a goroutine of the pool's for as long as anybody waits; whoever waits leaves when ctx ends. One that runs out of time leaves those who
// have joined it later some of their own: they begin another.
func (r *Router) ask(ctx context.Context, q Request, id identity, answers uint64) (*table, error) {
	what := question{q.Database, id}
	if q.Database != "" {
		what.user = ""
	}
	for began := time.Now(); ; {
		f, t, err := r.join(ctx, q, what, answers)
		if t != nil || err != nil {
			return t, err
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			r.quit(f)
			return nil, ctx.Err()
		}
		if !f.late || !f.began.Before(began) || ctx.Err() != nil {
			return f.table, f.err
		}
	}
}

// join takes part in a refresh, which it starts where there is none; or it returns a table that has come between the caller's look and now.
func (r *Router) join(ctx context.Context, q Request, what question, answers uint64) (*refresh, *table, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.refreshes[what]; f != nil {
		f.waiters++
		return f, nil, nil
	}
	if t := r.answered(q, what, answers); t != nil {
		return nil, t, nil
	}
	f := &refresh{question: what, waiters: 1}
	return f, nil, r.start(context.WithoutCancel(ctx), q, f)
}

// answered is called with r.mu held.
func (r *Router) answered(q Request, what question, answers uint64) *table {
	if what.database == "" {
		if h, ok := r.homes.get(what.user); ok && h.answer > answers {
			return r.tables.get(h.database)
		}
	}
	t := r.tables.get(what.database)
	if t == nil || q.Fresh || !t.fresh(q.ReadOnly, time.Now()) {
		return nil
	}
	return t
}

// start begins a refresh. Its goroutine is the pool's, and ends with an answer, at the time limit of acquisitions, when the last who has waited leaves,
// or when the pool is closed, which waits for it. r.mu is held.
func (r *Router) start(ctx context.Context, q Request, f *refresh) error {
	ctx, f.cancel = context.WithCancel(ctx)
	f.done = make(chan struct{})
	d := r.newDiscovery(q, f.question)
	d.ahead, f.began = f.ahead, d.began
	r.refreshes[f.question] = f
	err := r.pool.Go(ctx, func(ctx context.Context) {
		defer f.cancel()
		ctx, stop := r.pool.Bound(ctx, d.began)
		defer stop()
		r.run(ctx, d, f)
	})
	if err != nil {
		delete(r.refreshes, f.question)
		f.cancel()
	}
	return err
}

// errLeft is the outcome of a refresh that was left by runtime.Goexit.
var errLeft = errors.New("left by runtime.Goexit")

// run calls code of the user's: resolver, look-up, token source. Whatever that does, whoever waits is told.
func (r *Router) run(ctx context.Context, d *discovery, f *refresh) {
	var t *table
	err := fmt.Errorf("routing: refresh: %w", errLeft)
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("routing: refresh: panic: %v\n%s", v, debug.Stack())
		}
		r.settle(d, f, t, err)
	}()
	if t, err = d.run(ctx); err != nil {
		f.late = errors.Is(ctx.Err(), context.DeadlineExceeded)
		err = r.explain(ctx, d.began, err)
	}
}

// explain turns what an acquisition has ended with into what its caller is told. Nobody but the pool closes the connection to a router that is being asked,
// and its context may end only then.
func (r *Router) explain(ctx context.Context, began time.Time, err error) error {
	if errors.Is(err, bolt.ErrClosed) || ctx.Err() != nil && errors.Is(context.Cause(ctx), pool.ErrClosed) {
		return pool.ErrClosed
	}
	if errors.As(err, new(*pool.AcquireTimeoutError)) {
		return err
	}
	return r.pool.Explain(ctx, r.cfg.Seed, began, err)
}

// settle ends a refresh.
func (r *Router) settle(d *discovery, f *refresh, t *table, err error) {
	r.mu.Lock()
	if r.refreshes[f.question] == f {
		delete(r.refreshes, f.question)
	}
	abandoned := f.waiters == 0 && !f.ahead
	var change change
	switch {
	case err == nil:
		change = r.keep(d, f.question, t)
	case abandoned:
		change.left = r.tables.leave(r.tables.resolved(d.initial))
	default:
		change = r.miss(d, f, err)
	}
	change.left = append(change.left, r.tables.strays(d.seen)...)
	r.mu.Unlock()
	r.apply(change) // first, so that what a waiter brings about is told behind it
	f.table, f.err = t, err
	close(f.done)
}

// askAhead has a router asked for the next table while t still serves, once for each table. Sessions that log in as somebody else do not do this
// for everybody. r.mu is held.
func (r *Router) askAhead(t *table, q Request) {
	what := question{database: t.database}
	if q.Conn.Auth != nil || r.refreshes[what] != nil || !r.tables.ahead(t) {
		return
	}
	q = Request{Database: t.database, ReadOnly: q.ReadOnly, Bookmarks: q.Bookmarks}
	_ = r.start(context.Background(), q, &refresh{question: what, ahead: true}) // it fails where the pool is closed: then nobody needs a table
}

// quit leaves a refresh, and ends it where that was the last who has waited.
func (r *Router) quit(f *refresh) {
	r.mu.Lock()
	f.waiters--
	last := f.waiters == 0 && !f.ahead
	if last && r.refreshes[f.question] == f {
		delete(r.refreshes, f.question)
	}
	r.mu.Unlock()
	if last {
		f.cancel()
	}
}

// change is what has to be done about a change once no lock is held.
type change struct {
	left   []pool.Address // in no table any more
	events []Event
}

func (r *Router) apply(c change) {
	for _, a := range c.left {
		r.pool.Forget(a)
	}
	r.tell(c.events...)
}

// keep stores a table that a router has told. r.mu is held.
func (r *Router) keep(d *discovery, what question, t *table) (c change) {
	r.tables.resolved(d.initial)
	before, left := r.tables.put(what.database, t, r.cfg.PurgeDelay)
	c.left = left
	if !t.same(before) {
		c.events = append(c.events, Event{Kind: TableChanged, Database: t.database, Table: t.snapshot()})
	}
	if what.database == "" && t.database != "" {
		if r.homes.put(what.user, t.database, r.answers.Add(1)) {
			c.events = append(c.events, Event{Kind: HomeResolved, Database: t.database, User: d.q.ImpersonatedUser})
		}
	}
	return c
}

// miss drops a table for which no router has another, unless it was asked for ahead of time. r.mu is held.
func (r *Router) miss(d *discovery, f *refresh, err error) (c change) {
	if !f.ahead && errors.As(err, new(*DiscoveryError)) {
		r.tables.remove(f.database)
	}
	c.left = r.tables.leave(r.tables.resolved(d.initial))
	c.events = append(c.events, Event{Kind: RefreshFailed, Database: f.database, Err: err})
	return c
}
