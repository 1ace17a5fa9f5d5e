package routing

import (
	"context"
	"errors"
	"time"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/rx"
)

// walk is one search for a server. It belongs to one goroutine.
type walk struct {
	r     *Router
	q     Request
	began time.Time

	answers uint64 // what Router.answers was when it began
	id      identity
	table   *table
	asked   bool   // table was told by a router since the walk began
	guess   bool   // table is that of the database which was the user's home when last heard
	sure    bool   // no guess will do
	send    string // the name that requests have to send

	tried    []pool.Address
	few      [2]pool.Address // room for tried
	failures []Attempt
	refuted  bool       // a guess is not good enough for the server that was found
	placed   *Placement // what the stream of get has emitted
}

func (r *Router) walk(q Request) *walk {
	return &walk{r: r, q: q, began: time.Now(), answers: r.answers.Load()}
}

// get is the walk of [Router.Get].
func (w *walk) get(ctx context.Context) (*Placement, error) {
	if p, err := w.shortcut(ctx); p != nil || err != nil {
		return p, err
	}
	within, cancel := w.r.pool.Bound(ctx, w.began)
	defer cancel()
	p, err := rx.ConcatMap(w.candidates(), w.place).First(within)
	if err != nil && w.placed != nil { // ctx has ended in between, so that nobody has it
		w.placed.Conn.Release()
	}
	switch {
	case errors.Is(err, rx.ErrEmpty) && ctx.Err() != nil: // because somebody downstream has had enough
		return nil, w.r.explain(within, w.began, ctx.Err())
	case errors.Is(err, rx.ErrEmpty):
		return nil, w.unavailable()
	case err != nil && within.Err() != nil && ctx.Err() == nil: // the time was up between two servers
		return nil, w.r.explain(within, w.began, err)
	}
	return p, err
}

// shortcut is the walk where there is nothing to be asked, and the first server has a connection: that is nearly always so, and should cost little. With
// neither a placement nor an error it is a longer one.
func (w *walk) shortcut(ctx context.Context) (*Placement, error) {
	if holds, err := w.holding(ctx); !holds {
		return nil, err
	}
	a, ok, err := w.r.pick(w.q, w.table, nil)
	if !ok {
		return nil, err
	}
	w.tried = append(w.few[:0], a)
	return w.try(ctx, a)
}

// candidates are the servers that would do, each chosen when it is asked for.
func (w *walk) candidates() rx.Stream[pool.Address] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(pool.Address) error) error {
		for {
			if w.refuted {
				w.refuted, w.sure, w.tried = false, true, nil
			}
			if err := w.locate(ctx); err != nil {
				return err
			}
			if err := w.servers(emit); err != nil {
				return err
			}
			if !w.refuted && (w.asked || w.holds()) {
				return w.empty()
			}
		}
	})
}

// empty is the end of the stream: an error where there was no server at all.
func (w *walk) empty() error {
	if len(w.tried) == 0 {
		return w.unavailable()
	}
	return nil
}

// servers emits those of the table that were not tried, as it is by then.
func (w *walk) servers(emit func(pool.Address) error) error {
	for !w.refuted {
		a, ok, err := w.r.pick(w.q, w.current(), w.tried)
		if err != nil || !ok {
			return err
		}
		w.tried = append(w.tried, a)
		if err := emit(a); err != nil {
			return err
		}
	}
	return nil
}

// current is the table as it is known now: others may have found out in the meantime that a server is gone.
func (w *walk) current() *table {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	if t := w.r.tables.get(w.table.database); t != nil {
		return t
	}
	return w.table
}

// holds tells whether asking a router makes no sense yet.
func (w *walk) holds() bool { return w.current().fresh(w.q.ReadOnly, time.Now()) }

// try gets a connection to one server. With neither a placement nor an error another server should be tried.
func (w *walk) try(ctx context.Context, a pool.Address) (*Placement, error) {
	conn, err := w.r.pool.Get(ctx, a, w.q.Conn)
	switch {
	case err != nil:
		return nil, w.failed(ctx, a, err)
	case w.guess && !conn.Routes():
		conn.Release()
		w.refuted = true
		return nil, nil
	}
	return &Placement{
		Conn: conn, Database: w.send,
		router: w.r, table: w.table.database, readOnly: w.q.ReadOnly, guess: w.guess, user: w.id.user, impersonated: w.q.ImpersonatedUser,
	}, nil
}

// place is a stream of the placement at a server; it is empty where another one should be tried.
func (w *walk) place(a pool.Address) rx.Stream[*Placement] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(*Placement) error) error {
		p, err := w.try(ctx, a)
		if p == nil {
			return err
		}
		w.placed = p
		return emit(p)
	})
}

// failed draws the consequences of a server that could not be reached. It returns nil where another one should be tried.
func (w *walk) failed(ctx context.Context, a pool.Address, err error) error {
	if ctx.Err() != nil || !elsewhere(err) {
		return err
	}
	w.r.Dead(a, err)
	w.failures = append(w.failures, Attempt{a, err})
	return nil
}

// unavailable is why there is no server. A single failure that stays is told as it is.
func (w *walk) unavailable() error {
	if len(w.failures) == 1 && !mayPass(w.failures) {
		return w.failures[0].Err
	}
	database := w.q.Database
	if w.table != nil {
		database = w.table.database
	}
	return &UnavailableError{Database: database, ReadOnly: w.q.ReadOnly, Tried: w.failures}
}
