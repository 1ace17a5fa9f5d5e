package load

import (
	"context"
	"fmt"
	"strconv"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
)

// ExactlyOnce keeps the progress of the job in the graph, under a name. Each transaction also
// writes the place of its lanes, the number of the last row that is done, so that a row and the
// memory of it become durable together. The answer to a lost COMMIT is found there. A job that is
// run again with the same name, by this process or by another one, goes on behind what is done; the
// source has to yield the same rows in the same order. It also works for CREATE.
//
// The places are nodes with the label NeorxLoad: one for the job, and one for each lane. The first
// run makes a constraint for them, named neorx_load, for which its user needs the right. A run with
// another statement or other [Groups] is refused by a [*records.UsageError]. A run that finds a
// newer one of the same name ends with a [*FencedError] at its next transaction. See [Progress] and
// [Forget].
//
// Dead letters are at least once: a row can be rejected again if the job was killed just then.
func ExactlyOnce(job string) Option {
	return func(c *config) {
		if job == "" {
			c.problem("the name of ExactlyOnce is empty: name the job")
		}
		c.name = job
	}
}

// FencedError ends a run of a job of [ExactlyOnce] because a newer run of it has begun. What this
// run has committed stays, and the newer run knows of it.
type FencedError struct{ Job string }

// Error names the job.
func (e *FencedError) Error() string {
	return fmt.Sprintf("load: a newer run of the job %q has begun, so this one ends; run one at a time", e.Job)
}

// Retryable returns false: the newer run goes on.
func (e *FencedError) Retryable() bool { return false }

const (
	makeConstraint = `CREATE CONSTRAINT neorx_load IF NOT EXISTS FOR (n:NeorxLoad) REQUIRE n.id IS UNIQUE`
	// A property that is written before another is read: the lock is taken first.
	openJob = `MERGE (j:NeorxLoad {id: $id})
ON CREATE SET j.job = $job, j.epoch = 0, j.low = 0, j.groups = $groups, j.statement = $statement
SET j.lock = 0
WITH j SET j.epoch = j.epoch + 1
RETURN j.epoch AS epoch, j.low AS low, j.groups AS groups, j.statement AS statement`
	openLanes = `MATCH (p:NeorxLoad {job: $job}) WHERE p.lane IS NOT NULL
SET p.epoch = $epoch
WITH p RETURN p.lane AS lane, p.place AS place, p.epoch AS epoch`
	claimLanes = `MATCH (j:NeorxLoad {id: $id})
UNWIND $lanes AS l
MERGE (p:NeorxLoad {id: l.id})
ON CREATE SET p.job = $job, p.lane = l.lane, p.place = -1, p.epoch = $epoch
SET p.lock = 0
WITH j, p, l, p.place AS place, p.epoch AS epoch
SET p.place = CASE WHEN place < l.place THEN l.place ELSE place END, p.epoch = $epoch
RETURN l.lane AS lane, place AS place, CASE WHEN epoch > j.epoch THEN epoch ELSE j.epoch END AS epoch`
	markLow = `MATCH (j:NeorxLoad {id: $id, epoch: $epoch}) SET j.low = CASE WHEN j.low < $low THEN $low ELSE j.low END`
	readJob = `MATCH (j:NeorxLoad {id: $id})
OPTIONAL MATCH (p:NeorxLoad {job: $job}) WHERE p.lane IS NOT NULL
RETURN j.low AS low, j.groups AS groups, j.statement AS statement, j.epoch AS runs,
       count(p) AS lanes, coalesce(max(p.place), -1) AS last`
	forgetJob = `MATCH (p:NeorxLoad {job: $job}) DELETE p`
)

// ledger is the memory of a job in the graph. It does not change after it was opened: what this
// run adds is only read by the transactions themselves, under the locks of their lanes.
type ledger struct {
	session *session.Session
	job     string
	epoch   int64
	low     int64
	places  map[mask]int64
}

// opened is the answer to openJob.
type opened struct {
	Epoch     int64  `neo4j:"epoch"`
	Low       int64  `neo4j:"low"`
	Groups    int64  `neo4j:"groups"`
	Statement string `neo4j:"statement"`
}

// openLedger begins a run: it fences the older ones, and reads what they have done. It waits for
// transactions of theirs that are still open.
func openLedger(ctx context.Context, s *session.Session, c config, statement string) (*ledger, error) {
	if _, err := s.Query(makeConstraint, nil).Exec(ctx); err != nil {
		return nil, fmt.Errorf("load: make the constraint of ExactlyOnce: %w", err)
	}
	l := &ledger{session: s, job: c.name}
	work := func(ctx context.Context, tx *session.Transaction) (*ledger, error) {
		return l, l.open(ctx, tx, c.groups, statement)
	}
	l, err := session.WriteTx(ctx, s, work)
	if isCommitUnknown(err) {
		return openLedger(ctx, s, c, statement) // another epoch does no harm
	}
	return l, err
}

func (l *ledger) open(ctx context.Context, tx *session.Transaction, groups int, statement string) error {
	params := map[string]any{"id": jobID(l.job), "job": l.job, "groups": groups, "statement": statement}
	job, err := session.One[opened](ctx, tx.Query(openJob, params))
	if err != nil {
		return err
	}
	switch {
	case job.Statement != statement:
		return &records.UsageError{Message: fmt.Sprintf("load: the job %q was begun with another statement: "+
			"use that, another name, or Forget", l.job)}
	case job.Groups != int64(groups):
		return &records.UsageError{Message: fmt.Sprintf("load: the job %q was begun with Groups(%d), not %d: "+
			"use that, another name, or Forget", l.job, job.Groups, groups)}
	}
	l.epoch, l.low, l.places = job.Epoch, job.Low, map[mask]int64{}
	places, err := session.List[place](ctx, tx.Query(openLanes, map[string]any{"job": l.job, "epoch": l.epoch}))
	for _, p := range places {
		l.places[mask(p.Lane)] = p.Place
	}
	return err
}

// place is how far a lane is.
type place struct {
	Lane  int64 `neo4j:"lane"`
	Place int64 `neo4j:"place"`
	Epoch int64 `neo4j:"epoch"`
}

func jobID(job string) string { return "@" + job }

// laneID has the lane in front: it has no @, so that no two jobs share an id.
func laneID(job string, lane mask) string { return strconv.FormatUint(uint64(lane), 16) + "@" + job }

// done tells whether an earlier run has written a row. A nil ledger knows of none.
func (l *ledger) done(lane mask, number int64) bool {
	if l == nil {
		return false
	}
	last, found := l.places[lane]
	return number < l.low || found && number <= last
}

// mark saves that every row before low is done with.
func (l *ledger) mark(ctx context.Context, low int64) error {
	params := map[string]any{"id": jobID(l.job), "epoch": l.epoch, "low": low}
	_, err := session.WriteTx(ctx, l.session, func(ctx context.Context, tx *session.Transaction) (struct{}, error) {
		_, err := tx.Query(markLow, params).Exec(ctx)
		return struct{}{}, err
	})
	if isCommitUnknown(err) {
		return nil // the mark only saves reading rows again
	}
	return err
}

// claim moves the places of the lanes of a batch, in its transaction, and returns where they were.
// It holds the locks of the lanes until the end of the transaction: an older one whose COMMIT had
// no answer has ended by then, and its outcome shows.
func (l *ledger) claim(ctx context.Context, tx *session.Transaction, last map[mask]int64) (map[mask]int64, error) {
	lanes := make([]map[string]any, 0, len(last))
	for lane, number := range last {
		lanes = append(lanes, map[string]any{"id": laneID(l.job, lane), "lane": int64(lane), "place": number})
	}
	params := map[string]any{"id": jobID(l.job), "job": l.job, "epoch": l.epoch, "lanes": lanes}
	found, err := session.List[place](ctx, tx.Query(claimLanes, params))
	if err != nil {
		return nil, err
	}
	if len(found) != len(lanes) {
		return nil, &records.UsageError{Message: fmt.Sprintf("load: the job %q was forgotten while it ran", l.job)}
	}
	places := make(map[mask]int64, len(found))
	for _, p := range found {
		if p.Epoch > l.epoch {
			return nil, &FencedError{Job: l.job}
		}
		places[mask(p.Lane)] = p.Place
	}
	return places, nil
}

// Progress is what is known of a job of [ExactlyOnce].
type Progress struct {
	// Low is the number of the first row that may not be done: all before it are. It is saved every
	// 5 s and at the end of a run. A source that can begin in the middle may begin there: see
	// [StartAt].
	Low int64 `neo4j:"low"`
	// Last is the highest number of a row that is done, -1 where none is.
	Last int64 `neo4j:"last"`
	// Lanes is how many lanes have rows that are done.
	Lanes int64 `neo4j:"lanes"`
	// Runs is how often the job was begun.
	Runs int64 `neo4j:"runs"`
	// Groups and Statement are what each run has to have.
	Groups    int64  `neo4j:"groups"`
	Statement string `neo4j:"statement"`
}

// ReadProgress returns how far a job is. Without a run of that name found is false.
func ReadProgress(
	ctx context.Context, target Target, job string, opts ...session.SessionOption,
) (p Progress, found bool, err error) {
	s := target.Session(opts...)
	defer s.Close()
	return session.Maybe[Progress](ctx, s.Query(readJob, map[string]any{"id": jobID(job), "job": job}))
}

// Forget removes the nodes of a job, so that its next run begins at the first row. It leaves the
// constraint alone. A run that goes on ends with an error.
func Forget(ctx context.Context, target Target, job string, opts ...session.SessionOption) error {
	s := target.Session(opts...)
	defer s.Close()
	_, err := session.WriteTx(ctx, s, func(ctx context.Context, tx *session.Transaction) (struct{}, error) {
		_, err := tx.Query(forgetJob, map[string]any{"job": job}).Exec(ctx)
		return struct{}{}, err
	})
	return err
}
