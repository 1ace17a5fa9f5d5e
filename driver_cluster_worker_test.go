package neorx_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/test/bolttest"
)

// worker is one user of the driver, with a session at a time.
type worker struct {
	*world
	*rand.Rand
	name     string
	n        int
	database string // of the session
	session  *neorx.Session
	horizon  horizon         // of the session
	written  map[string]bool // database and id
	doubtful map[string]bool
}

func newWorker(w *world, i int) *worker {
	return &worker{
		world: w, name: fmt.Sprintf("w%d", i), Rand: rand.New(rand.NewPCG(w.seed, uint64(i))), written: map[string]bool{}, doubtful: map[string]bool{},
	}
}

// run works until there are no more troubles.
func (w *worker) run(ctx context.Context) {
	for {
		if w.session == nil || w.IntN(8) == 0 {
			w.enter()
		}
		began := time.Now()
		w.act(ctx)
		w.took(w.name, time.Since(began))
		select {
		case <-time.After(time.Duration(w.IntN(3000)) * time.Millisecond):
		case <-w.stop:
			assert.NoError(w.t, w.session.Close())
			return
		}
	}
}

// enter begins a new session; that of the home database does not name it.
func (w *worker) enter() {
	if w.session != nil {
		assert.NoError(w.t, w.session.Close())
	}
	w.horizon, w.database = horizon{}, "neo4j"
	switch w.IntN(3) {
	case 0:
		w.session = w.driver.Session()
	case 1:
		w.session = w.driver.Session(neorx.Database("neo4j"))
	case 2:
		w.database = "movies"
		w.session = w.driver.Session(neorx.Database("movies"))
	}
}

func (w *worker) act(ctx context.Context) {
	switch w.IntN(7) {
	case 0:
		w.write("WriteTx", w.writeTx(ctx))
	case 1:
		w.write("ExecuteWrite", w.executeWrite(ctx))
	case 2:
		w.queryWrite(ctx)
	case 3:
		w.read("ReadTx", w.readTx(ctx))
	case 4:
		w.read("ExecuteRead", w.executeRead(ctx))
	case 5:
		w.queryRead(ctx)
	case 6:
		w.readThenWrite(ctx)
	}
}

func (w *worker) next() string {
	w.n++
	return fmt.Sprintf("%s-%d", w.name, w.n)
}

func entry(id string) map[string]any { return map[string]any{"id": id} }

// outcome notes what has become of writes, and tells whether they were acknowledged.
func (w *worker) outcome(what, database string, err error, ids ...string) bool {
	note := w.written
	switch {
	case errors.As(err, new(*neorx.CommitUnknownError)):
		note = w.doubtful
	case err != nil:
		w.failed(what, database, err)
		return false
	}
	w.cluster.History().Note("%s: %s of %v in %s: %v", w.name, what, ids, database, err)
	for _, id := range ids {
		note[database+" "+id] = true
	}
	return err == nil
}

func (w *worker) failed(what, database string, err error) {
	w.cluster.History().Note("%s: FAILED: %s in %s: %v", w.name, what, database, err)
	assert.NoError(w.t, err, "%s: %s in %s, after %v", w.name, what, database, w.cluster.History().Since())
}

func (w *worker) write(what string, do func(ids ...string) error) {
	ids := []string{w.next(), w.next()}[:1+w.IntN(2)]
	if w.outcome(what, w.database, do(ids...), ids...) {
		w.horizon.wrote(ids...)
	}
}

func (w *worker) writeTx(ctx context.Context) func(ids ...string) error {
	return func(ids ...string) error {
		_, err := neorx.WriteTx(ctx, w.session, func(ctx context.Context, tx *neorx.Transaction) (int, error) {
			for _, id := range ids {
				if _, err := tx.Query(bolttest.CreateEntry, entry(id)).Exec(ctx); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		return err
	}
}

func (w *worker) executeWrite(ctx context.Context) func(ids ...string) error {
	return func(ids ...string) error {
		work := w.session.ExecuteWrite(func(tx *neorx.Transaction) rxgo.Observable {
			var all []rxgo.Observable
			for _, id := range ids {
				all = append(all, tx.Query(bolttest.CreateEntry, entry(id)).Records())
			}
			return rxgo.Concat(all)
		})
		return observe(ctx, work, func(any) {})
	}
}

// observe hands over the items of an observable and returns its error.
func observe(ctx context.Context, o rxgo.Observable, f func(any)) error {
	var err error
	<-o.ForEach(f, func(e error) { err = e }, func() {}, rxgo.WithContext(ctx))
	return err
}

// queryWrite is one of the driver's own queries.
func (w *worker) queryWrite(ctx context.Context) {
	database, id := []string{"neo4j", "movies"}[w.IntN(2)], w.next()
	_, err := w.driver.Query(bolttest.CreateEntry, entry(id), neorx.Database(database)).Exec(ctx)
	if w.outcome("Query", database, err, id) {
		w.extend(database, func(h *horizon) { h.wrote(id) })
	}
}

// counted is the row of CountEntries.
type counted struct {
	Total int `neo4j:"total"`
	Known int `neo4j:"known"`
}

// see checks what was read against what has to be seen.
func (w *worker) see(what string, h *horizon, got counted, err error) {
	if err != nil {
		w.failed(what, w.database, err)
		return
	}
	if got.Known != len(h.ids) || got.Total < h.total {
		w.cluster.History().Note("%s: %s sees %+v, which is less than %+v", w.name, what, got, *h)
		assert.Fail(w.t, "a read sees less than its bookmarks demand", "%s: %s sees %+v, which is less than %+v", w.name, what, got, *h)
	}
	h.total = max(h.total, got.Total)
}

func (w *worker) read(what string, do func(ids []string) (counted, error)) {
	got, err := do(w.horizon.ids)
	w.see(what, &w.horizon, got, err)
}

func count(tx neorx.Querier, ids []string, opts ...neorx.QueryOption) neorx.Query {
	return tx.Query(bolttest.CountEntries, map[string]any{"ids": ids}, opts...)
}

func (w *worker) readTx(ctx context.Context) func(ids []string) (counted, error) {
	return func(ids []string) (counted, error) {
		return neorx.ReadTx(ctx, w.session, func(ctx context.Context, tx *neorx.Transaction) (counted, error) {
			return neorx.One[counted](ctx, count(tx, ids))
		})
	}
}

func (w *worker) executeRead(ctx context.Context) func(ids []string) (counted, error) {
	return func(ids []string) (got counted, err error) {
		work := w.session.ExecuteRead(func(tx *neorx.Transaction) rxgo.Observable {
			return rx.Observable(neorx.As[counted](count(tx, ids)))
		}, neorx.Hold()) // what flows could not be repeated
		err = observe(ctx, work, func(item any) { got = item.(counted) })
		return got, err
	}
}

// queryRead is a read of the driver's own. What others have written by then by such queries has to
// be seen too.
func (w *worker) queryRead(ctx context.Context) {
	database := []string{"neo4j", "movies"}[w.IntN(2)]
	h := w.chain(database)
	got, err := neorx.One[counted](ctx, count(w.driver, h.ids, neorx.ReadOnly(), neorx.Database(database), neorx.Hold()))
	w.see("Query", &h, got, err)
	w.extend(database, func(all *horizon) { all.total = max(all.total, h.total) })
}

// readThenWrite is a transaction that needs what it reads.
func (w *worker) readThenWrite(ctx context.Context) {
	id, h := w.next(), w.horizon
	got, err := neorx.WriteTx(ctx, w.session, func(ctx context.Context, tx *neorx.Transaction) (counted, error) {
		got, err := neorx.One[counted](ctx, count(tx, h.ids))
		if err != nil {
			return got, err
		}
		_, err = tx.Query(bolttest.CreateEntry, entry(id)).Exec(ctx)
		return got, err
	})
	if w.outcome("WriteTx", w.database, err, id) {
		w.see("WriteTx", &w.horizon, got, nil)
		w.horizon.wrote(id)
	}
}
