package bolttest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

func TestSchedulesAreThoseOfTheirSeed(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		seen := map[bolttest.Trouble]bool{}
		for seed := range uint64(100) {
			s := c.RandomSchedule(seed, time.Minute)
			require.Equal(t, s, c.RandomSchedule(seed, time.Minute))
			require.NotEqual(t, s, c.RandomSchedule(seed+1, time.Minute))
			require.Greater(t, s.End(), time.Minute/2)
			for _, e := range s {
				seen[e.Trouble] = true
				require.GreaterOrEqual(t, e.At, time.Duration(0))
			}
		}
		assert.Len(t, seen, 14, "every trouble comes up")
	}, bolttest.WithMembers(5), bolttest.WithDatabases("neo4j", "movies"))
}

func TestPlay(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		s := bolttest.Schedule{
			{At: time.Second, Trouble: bolttest.LeaderSwitch, Database: "neo4j"},
			{At: 2 * time.Second, For: 3 * time.Second, Trouble: bolttest.MemberCrash, Member: 2},
			{At: 3 * time.Second, For: time.Second, Trouble: bolttest.DeadNamesFirst},
		}
		began := time.Now()
		var playing sync.WaitGroup
		playing.Go(func() { assert.NoError(t, c.Play(t.Context(), s)) })
		pass(1500 * time.Millisecond)
		assert.Equal(t, c.Member(1), c.Leader("neo4j"))
		pass(time.Second)
		assert.False(t, c.Member(2).Up())
		playing.Wait()
		assert.True(t, c.Member(2).Up())
		assert.Equal(t, 5*time.Second, time.Since(began))
		assert.Equal(t, 5*time.Second, s.End())

		told := c.History().String()
		for _, line := range []string{"1s: neo4j: leader switch", "2s: core-2: crash for 3s", "3s: dead name first for 1s", "5s core-2 starts"} {
			assert.Contains(t, told, line)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, c.Play(ctx, bolttest.Schedule{{At: time.Hour, Trouble: bolttest.NewAddress}}), context.DeadlineExceeded)
	})
}

// TestTheClusterKeepsWhatItAcknowledges plays random schedules to clients that know of no driver: what is acknowledged is there, once and for ever, what
// was refused is not, and all members come to agree. Were that not so, a driver could not be tested with it.
func TestTheClusterKeepsWhatItAcknowledges(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
				ctx, cancel := context.WithCancel(t.Context())
				var writers sync.WaitGroup
				all := make([]*writer, 8)
				for i := range all {
					all[i] = &writer{t: t, c: c, name: fmt.Sprintf("w%d", i), outcome: map[string]string{}}
					writers.Go(func() { all[i].run(ctx) })
				}
				require.NoError(t, c.Play(t.Context(), c.RandomSchedule(seed, time.Minute)))
				cancel()
				writers.Wait()
				acknowledged := 0
				times := count(c.Values("neo4j"))
				for _, w := range all {
					acknowledged += w.check(times)
				}
				assert.Greater(t, acknowledged, 50)
				agree(t, c)
			}, bolttest.WithMembers(3+2*int(seed%2)), bolttest.WithReadReplicas(1))
		})
	}
}

// agree checks that all members have the same in the end.
func agree(t *testing.T, c *bolttest.Cluster) {
	t.Helper()
	for _, m := range c.Members() {
		m.CutCommits(0, 0) // what was planned and has not come about
	}
	bookmark := at(t, c, c.AwaitLeader(t, "neo4j")).write("the last", bolt.TxConfig{})
	for _, m := range c.Members() {
		assert.Equal(t, c.Values("neo4j"), at(t, c, m).ids(behind(bookmark)), m.Name())
	}
}

func count(values []any) map[any]int {
	times := map[any]int{}
	for _, value := range values {
		times[value]++
	}
	return times
}

// writer writes to whoever leads.
type writer struct {
	t       *testing.T
	c       *bolttest.Cluster
	name    string
	n       int
	outcome map[string]string // by id
}

const (
	acknowledged = "acknowledged"
	refused      = "refused"
	unknown      = "unknown"
)

func (w *writer) run(ctx context.Context) {
	for ctx.Err() == nil {
		leader := w.c.Leader("neo4j")
		if leader == nil || dialFor(w.t, w.c, leader.Address(), time.Second) != nil {
			pass(300 * time.Millisecond)
			continue
		}
		w.write(leader)
		pass(500 * time.Millisecond)
	}
}

// write writes once, with patience for two seconds.
func (w *writer) write(m *bolttest.Member) {
	w.n++
	id := fmt.Sprintf("%s-%d", w.name, w.n)
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Second)
	defer cancel()
	w.outcome[id] = refused
	nc, err := w.c.Dial(ctx, "tcp", m.Address())
	if err != nil {
		return
	}
	conn, err := bolt.NewConn(ctx, nc, bolt.Config{Auth: bolt.NoAuth()})
	if err != nil {
		return
	}
	defer conn.Close()
	w.outcome[id] = attempt(ctx, conn, id)
}

func attempt(ctx context.Context, conn *bolt.Conn, id string) string {
	tx, err := conn.Begin(ctx, bolt.TxConfig{})
	if err != nil {
		return refused
	}
	s, err := tx.Run(ctx, bolttest.CreateEntry, map[string]any{"id": id}, bolt.StreamConfig{}, records.NewRows())
	if err != nil {
		return refused
	}
	if err = s.Discard(ctx); err != nil {
		return refused
	}
	_, doubt, err := tx.Commit(ctx)
	switch {
	case doubt:
		return unknown
	case err != nil:
		return refused
	}
	return acknowledged
}

// check returns how many writes were acknowledged.
func (w *writer) check(times map[any]int) (n int) {
	for id, outcome := range w.outcome {
		switch outcome {
		case acknowledged:
			n++
			assert.Equal(w.t, 1, times[id], "%s was acknowledged", id)
		case refused:
			assert.Zero(w.t, times[id], "%s was refused", id)
		default:
			assert.LessOrEqual(w.t, times[id], 1, "%s is in doubt", id)
		}
	}
	return n
}
