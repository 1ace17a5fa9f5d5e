package conversation

import (
	"context"
	"fmt"
	"io"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// Failures is how many steps of [Play] fail on a sane server: what is meant to.
const Failures = 2

const (
	allTypes = `RETURN [null, true, -1, 128, 70000, 9007199254740993, 1.5, "text", $bytes, {k: [{l: "v"}]}] AS plain,
		[date("2024-02-29"), time("12:30:00.000000042+01:00"), localtime("23:59:59.999999999"), localdatetime("1969-12-31T23:59:59.5"),
		datetime("2024-10-27T02:30:00[Europe/Paris]"), datetime("2024-01-01T00:00:00-18:00"), duration("P1Y2M3DT4H5M6.5S")] AS temporal,
		[point({x: 1.5, y: 2.5}), point({longitude: 1, latitude: 2, height: 3})] AS spatial`
	numbers = `UNWIND range(1, $n) AS n RETURN n, toString(n) AS text`
	graph   = `CREATE p = (a:Person {name: "Ada", born: date("1815-12-10")})-[:KNOWS {since: 1833}]->(b:Person:Writer {name: "Mary"})
		RETURN a, b, p, relationships(p)[0] AS r`
	plan  = `PROFILE UNWIND range(1, 3) AS x RETURN x ORDER BY x DESC`
	notes = `EXPLAIN MATCH (a:Nothing), (b:Nothing) RETURN a, b`
)

// player has the conversation and notes what comes of it.
type player struct {
	ctx  context.Context
	conn *bolt.Conn
	read []string
	errs []error
}

// Play has the conversation. It returns the rows that it has read, as text, and the error of each step that has failed. Each step is tried, but for those
// of a transaction that does not begin.
func Play(ctx context.Context, c *bolt.Conn) (read []string, errs []error) {
	p := &player{ctx: ctx, conn: c}
	p.run("types", allTypes, map[string]any{"bytes": []byte{1, 2, 3}}, bolt.All)
	p.run("batches", numbers, map[string]any{"n": 10}, 3)
	p.run("failure within", `UNWIND [5, 2, 1, 0] AS x RETURN 10 / x AS y`, nil, 2)
	p.note("reset", c.Reset(ctx))
	p.run("failure before", `RETRUN 1`, nil, 2)
	p.note("reset", c.Reset(ctx))
	p.stop()
	p.transaction("rollback", func(tx *bolt.Tx) error { return tx.Rollback(ctx) })
	p.transaction("commit", func(tx *bolt.Tx) error {
		_, _, err := tx.Commit(ctx)
		return err
	})
	p.run("plan", plan, nil, 10)
	p.run("notes", notes, nil, 10)
	p.route()
	return p.read, p.errs
}

func (p *player) note(step string, err error) {
	if err != nil {
		p.errs = append(p.errs, fmt.Errorf("%s: %w", step, err))
	}
}

// run reads all of an auto-commit statement.
func (p *player) run(step, query string, params any, fetch int64) {
	rows := records.NewRows()
	s, err := p.conn.Run(p.ctx, query, params, bolt.TxConfig{}, bolt.StreamConfig{FetchSize: fetch, Pinned: true}, rows)
	if err == nil {
		err = p.all(s, rows)
	}
	p.note(step, err)
}

// all reads a result to its end.
func (p *player) all(s *bolt.Stream, rows records.Rows[*records.Record]) error {
	for {
		over, err := p.some(s, rows)
		if err != nil {
			return err
		}
		if over {
			p.read = append(p.read, string(s.Summary().QueryType))
			return nil
		}
	}
}

// some reads the rows of a result that are there, or the next, and tells whether there was none.
func (p *player) some(s *bolt.Stream, rows records.Rows[*records.Record]) (over bool, err error) {
	_, err = s.Next(p.ctx, 8)
	for _, r := range rows.Take() {
		p.read = append(p.read, r.String())
	}
	if err == io.EOF { //nolint:errorlint // Next returns it bare
		return true, nil
	}
	return false, err
}

// stop leaves a result after its first batch.
func (p *player) stop() {
	rows := records.NewRows()
	s, err := p.conn.Run(p.ctx, numbers, map[string]any{"n": 1000}, bolt.TxConfig{}, bolt.StreamConfig{FetchSize: 4, Pinned: true}, rows)
	if err == nil {
		_, err = p.some(s, rows)
	}
	if err == nil {
		err = s.Discard(p.ctx)
	}
	p.note("stop", err)
}

// transaction reads two results side by side, leaves one of them, and ends.
func (p *player) transaction(step string, end func(*bolt.Tx) error) {
	tx, err := p.conn.Begin(p.ctx, bolt.TxConfig{})
	if err != nil {
		p.note(step, err)
		return
	}
	p.note(step, p.sideBySide(tx))
	p.note(step, end(tx))
}

func (p *player) sideBySide(tx *bolt.Tx) error {
	one, other := records.NewRows(), records.NewRows()
	few := bolt.StreamConfig{FetchSize: 2, Pinned: true}
	first, err := tx.Run(p.ctx, numbers, map[string]any{"n": 6}, few, one)
	if err != nil {
		return err
	}
	if _, err := p.some(first, one); err != nil {
		return err
	}
	second, err := tx.Run(p.ctx, graph, nil, few, other)
	if err != nil {
		return err
	}
	if err := p.all(second, other); err != nil {
		return err
	}
	if _, err := p.some(first, one); err != nil {
		return err
	}
	return first.Discard(p.ctx)
}

// route asks for a routing table, of which only the roles are the same every time.
func (p *player) route() {
	table, err := p.conn.Route(p.ctx, bolt.Route{Routing: map[string]string{"address": "localhost:7687"}})
	if err == nil {
		p.read = append(p.read, fmt.Sprint(len(table.Routers), len(table.Readers), len(table.Writers)))
	}
	p.note("route", err)
}
