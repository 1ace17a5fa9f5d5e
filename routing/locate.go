package routing

import (
	"context"
	"time"
)

// locate finds the table for the walk: one that is known where that will do, otherwise one that a router tells now.
func (w *walk) locate(ctx context.Context) error {
	if holds, err := w.holding(ctx); holds || err != nil {
		return err
	}
	return w.ask(ctx)
}

// holding tells whether a table that is known will do.
func (w *walk) holding(ctx context.Context) (bool, error) {
	if w.known() {
		return true, nil
	}
	id, err := identify(ctx, w.q)
	if err != nil {
		return false, err
	}
	w.id = id
	return w.q.Database == "" && w.guessed(), nil
}

// known looks for a table that holds. Where servers do not tell what the home database is called, there is one for it without a name.
func (w *walk) known() bool {
	if w.q.Fresh {
		return false
	}
	r := w.r
	r.mu.Lock()
	defer r.mu.Unlock()
	return w.take(w.q.Database)
}

// take makes the table of a database that of the walk if it holds. r.mu is held.
func (w *walk) take(database string) bool {
	t, now := w.r.tables.get(database), time.Now()
	if t == nil || !t.fresh(w.q.ReadOnly, now) {
		return false
	}
	w.table, w.send = t, w.q.Database
	if t.ending(now) {
		w.r.askAhead(t, w.q)
	}
	return true
}

// guessed looks for the table of the database that was the user's home when last heard. Only servers that route what is not for them make that good enough:
// they are sent no name, and tell the true one.
func (w *walk) guessed() bool {
	r := w.r
	if w.q.Fresh || w.sure || !r.pool.Routes() {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	h, ok := r.homes.get(w.id.user)
	w.guess = ok && w.take(h.database)
	return w.guess
}

// ask gets a table from a router.
func (w *walk) ask(ctx context.Context) error {
	r := w.r
	t, err := r.ask(ctx, w.q, w.id, w.answers)
	if err != nil {
		return r.explain(ctx, w.began, err)
	}
	w.table, w.asked, w.guess, w.send = t, true, false, w.q.Database
	if w.q.Database == "" {
		w.send = t.database
	}
	return nil
}
