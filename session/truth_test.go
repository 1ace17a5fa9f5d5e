package session_test

import (
	"context"
	"errors"
	"flag"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/rx/rxtest"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// writeSource is a managed write on a server in memory. Each run has a number of its own, so that
// what the run has reported can be compared with what the server has committed.
type writeSource struct {
	querySource
	work func(cypher string, params any) rx.Stream[*records.Record]
	held bool  // nothing is delivered before COMMIT
	owed error // what a stop costs

	mu   sync.Mutex // guards what follows
	runs []*writeRun
}

// writeRun is what one run has reported.
type writeRun struct {
	returned  bool // not left by a panic or Goexit
	err       error
	delivered bool // an item at least
}

func (s *writeSource) Stream(n int, end rxtest.End) rx.Stream[int] {
	return rx.Operator(func(ctx context.Context, d rx.Demand, emit func(int) error) error {
		run := &writeRun{}
		s.mu.Lock()
		s.runs = append(s.runs, run)
		id := len(s.runs)
		s.mu.Unlock()
		run.err = s.work("NUMBERS", params("n", n, "end", int(end), "id", id)).Run(ctx, d, func(r *records.Record) error {
			run.delivered = true
			return emit(int(number(r)))
		})
		run.returned = true
		return run.err
	})
}

// Close also compares the runs with the ledger.
func (s *writeSource) Close() {
	s.querySource.Close()
	synctest.Wait()
	committed := map[int]int{}
	for _, id := range s.fixture.ledger.ids() {
		committed[int(id)]++
	}
	for i, run := range s.runs {
		least, most := s.expected(run)
		assert.GreaterOrEqual(s.t, committed[i+1], least, "%s: committed, run %+v", s.t.Name(), run)
		assert.LessOrEqual(s.t, committed[i+1], most, "%s: committed, run %+v", s.t.Name(), run)
	}
}

// expected is how often a run that has ended so can have been committed.
func (s *writeSource) expected(run *writeRun) (least, most int) {
	var unknown *session.CommitUnknownError
	var after *session.CommittedError
	switch {
	case run.returned && run.err == nil, errors.As(run.err, &after), s.held && run.delivered:
		return 1, 1
	case errors.As(run.err, &unknown):
		return 0, 1
	case rx.Stopped(run.err) && run.delivered && s.owed == nil:
		return 1, 1 // Take prevents no write
	case rx.Stopped(run.err) && s.owed == nil:
		return 0, 1 // whether it had begun is a matter of the scheduler
	}
	return 0, 0
}

// Traits tells what is different with a write.
func (s *writeSource) Traits() rxtest.Traits { return rxtest.Traits{Owed: s.owed, Withholds: s.held} }

// writeForms are the ways to write and to stream at the same time.
var writeForms = map[string]func(f *fixture) *writeSource{
	"driver": func(f *fixture) *writeSource {
		return &writeSource{work: func(cypher string, params any) rx.Stream[*records.Record] {
			return f.Query(cypher, params).Stream()
		}}
	},
	"driver, Hold": func(f *fixture) *writeSource {
		return &writeSource{held: true, work: func(cypher string, params any) rx.Stream[*records.Record] {
			return f.Query(cypher, params, session.Hold()).Stream()
		}}
	},
	"WriteStream, Hold": func(f *fixture) *writeSource {
		return &writeSource{held: true, work: managedWrite(f)}
	},
	"WriteStream, Flow": func(f *fixture) *writeSource {
		return &writeSource{owed: session.ErrStoppedBeforeCommit, work: managedWrite(f, session.Flow())}
	},
}

func managedWrite(f *fixture, opts ...session.TxOption) func(string, any) rx.Stream[*records.Record] {
	s := f.Session()
	return func(cypher string, params any) rx.Stream[*records.Record] {
		return session.WriteStream(s, func(tx *session.Transaction) rx.Stream[*records.Record] {
			return tx.Query(cypher, params).Stream()
		}, opts...)
	}
}

// writing notes the number of the run, which its transaction writes, and answers as counted does.
func writingNumbers(ctx context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	if written, ok := q.Tx.Value.(*[]int64); ok {
		id, _ := q.Params["id"].(int64)
		*written = append(*written, id)
	}
	return counted(ctx, q)
}

var truthEvery = flag.Int("truth", 11, "examine every so many cells of the truth matrices; 1: all of them, a step of .ci/run")

// TestManagedWritesTellTheTruth puts writes under every operator, in every place, ends each
// observation in every way, and compares what each run has reported with what the server has
// committed.
func TestManagedWritesTellTheTruth(t *testing.T) {
	for name, form := range writeForms {
		t.Run(name, func(t *testing.T) {
			rxtest.Truth(t, func(t *testing.T) rxtest.Source {
				f := newFixture(t, setup{handler: writingNumbers})
				s := form(f)
				s.t, s.fixture = t, f
				s.lifetime, s.end = context.WithCancel(context.Background())
				return s
			}, rxtest.Every(*truthEvery))
		})
	}
}

// TestQueriesTellTheTruth does the same for queries that only read.
func TestQueriesTellTheTruth(t *testing.T) {
	rxtest.Truth(t, func(t *testing.T) rxtest.Source {
		f := newFixture(t, setup{handler: counted})
		s := &querySource{t: t, fixture: f, query: func(cypher string, params any) session.Query {
			return f.Query(cypher, params, session.ReadOnly())
		}}
		s.lifetime, s.end = context.WithCancel(context.Background())
		return s
	}, rxtest.Every(*truthEvery))
}
