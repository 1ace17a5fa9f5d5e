package bolttest_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// inCluster runs a test in a bubble with a cluster.
func inCluster(t *testing.T, test func(t *testing.T, c *bolttest.Cluster), opts ...bolttest.ClusterOption) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, bolttest.NewCluster(t, opts...)) })
}

// at connects to a member, as a client that lets it route.
func at(t testing.TB, c *bolttest.Cluster, m *bolttest.Member, versions ...bolt.Version) *client {
	t.Helper()
	nc, err := c.Dial(t.Context(), "tcp", m.Address())
	require.NoError(t, err)
	t.Cleanup(func() { _ = nc.Close() })
	to := handshake(t, nc, versions...)
	hello := &bolt.Hello{UserAgent: "test/1", Agent: bolt.Agent{Product: "test/1"}, Auth: bolt.BasicAuth("alice", "x"), Routing: map[string]string{}}
	to.send(hello)
	to.success()
	if to.caps.Logon {
		to.send(&bolt.Logon{Auth: bolt.BasicAuth("alice", "x")})
		to.success()
	}
	return to
}

func create(id any) *bolt.Run {
	return &bolt.Run{Query: bolttest.CreateEntry, Params: map[string]any{"id": id}}
}

// write writes in a transaction and returns its bookmark.
func (c *client) write(id any, tx bolt.TxConfig) string {
	c.t.Helper()
	c.send(&bolt.Begin{TxConfig: tx}, create(id), discard(), bolt.Commit{})
	for range 3 {
		c.success()
	}
	body := c.success()
	var m bolt.CommitSuccess
	require.NoError(c.t, m.Decode(&body, &c.caps))
	return m.Bookmark
}

// refused is write where that fails.
func (c *client) refused(id any, tx bolt.TxConfig) string {
	c.t.Helper()
	c.send(&bolt.Begin{TxConfig: tx}, create(id))
	c.success()
	return c.failure().Code
}

// ids reads what there is.
func (c *client) ids(tx bolt.TxConfig) []any {
	c.t.Helper()
	tx.ReadOnly = true
	run := &bolt.Run{Query: bolttest.ListEntries, TxConfig: tx}
	c.send(run, pull(bolt.All))
	c.fields()
	var ids []any
	for {
		tag, body, err := c.receive()
		require.NoError(c.t, err)
		if tag == bolt.TagSuccess {
			return ids
		}
		require.Equal(c.t, bolt.TagRecord, tag)
		var m bolt.RecordMessage
		require.NoError(c.t, m.Decode(&body, &c.caps))
		ids = append(ids, m.Values[0])
	}
}

func behind(bookmarks ...string) bolt.TxConfig { return bolt.TxConfig{Bookmarks: bookmarks} }

// pass lets time pass.
func pass(d time.Duration) { <-time.After(d) }

func TestWritesReachEveryMember(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		at(t, c, c.Member(0)).write(1, bolt.TxConfig{})
		assert.Empty(t, at(t, c, c.Member(1)).ids(bolt.TxConfig{}), "a follower lags behind")
		pass(time.Second)
		for _, m := range c.Members() {
			assert.Equal(t, []any{int64(1)}, at(t, c, m).ids(bolt.TxConfig{}), m.Name())
		}
		assert.Equal(t, []any{int64(1)}, c.Values("neo4j"))
	}, bolttest.WithReadReplicas(1))
}

func TestReadsWaitForTheirBookmarks(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		bookmark := at(t, c, c.Member(0)).write(1, bolt.TxConfig{})
		for _, m := range c.Members() {
			assert.Equal(t, []any{int64(1)}, at(t, c, m).ids(behind(bookmark)), m.Name())
		}
		assert.Empty(t, at(t, c, c.Member(1)).ids(bolt.TxConfig{Database: "movies", Bookmarks: []string{bookmark}}), "it is of another database")
	}, bolttest.WithReadReplicas(1), bolttest.WithDatabases("neo4j", "movies"), bolttest.WithReplication(time.Millisecond, 5*time.Second))
}

func TestBookmarksKeepWhatTheyFollow(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		first := at(t, c, c.Member(0)).write(1, bolt.TxConfig{})
		second := at(t, c, c.Member(1)).write(2, bolt.TxConfig{Database: "movies", Bookmarks: []string{first}})
		assert.Equal(t, []any{int64(1)}, at(t, c, c.Member(1)).ids(behind(second)), "the second takes the place of the first")
	}, bolttest.WithDatabases("neo4j", "movies"))
}

func TestReadsDoNotWaitForEver(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		c.Partition(c.Member(2))
		bookmark := at(t, c, c.Member(0)).write(1, bolt.TxConfig{})
		began := time.Now()
		to := at(t, c, c.Member(2))
		to.send(&bolt.Begin{TxConfig: behind(bookmark)})
		assert.Equal(t, "Neo.TransientError.Transaction.BookmarkTimeout", to.failure().Code)
		assert.Equal(t, 3*time.Second, time.Since(began))
		to.reset()
		c.Heal()
		assert.Equal(t, []any{int64(1)}, to.ids(behind(bookmark)))

		to.send(&bolt.Begin{TxConfig: behind("nonsense")})
		assert.Equal(t, "Neo.ClientError.Transaction.InvalidBookmark", to.failure().Code)
	}, bolttest.WithBookmarkTimeout(3*time.Second))
}

func TestOnlyTheLeaderWrites(t *testing.T) {
	cases := map[string]struct {
		member int
		tx     bolt.TxConfig
		code   string
	}{
		"follower":          {1, bolt.TxConfig{}, "Neo.ClientError.Cluster.NotALeader"},
		"another's leader":  {0, bolt.TxConfig{Database: "movies"}, "Neo.ClientError.Cluster.NotALeader"},
		"read replica":      {3, bolt.TxConfig{}, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"},
		"access mode":       {0, bolt.TxConfig{ReadOnly: true}, "Neo.ClientError.Statement.AccessMode"},
		"reads of follower": {1, bolt.TxConfig{ReadOnly: true}, "Neo.ClientError.Statement.AccessMode"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
				assert.Equal(t, test.code, at(t, c, c.Member(test.member)).refused(1, test.tx))
			}, bolttest.WithReadReplicas(1), bolttest.WithDatabases("neo4j", "movies"))
		})
	}
}

func TestServerSideRouting(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		assert.Equal(t, "Neo.ClientError.Cluster.NotALeader", at(t, c, c.Member(1)).refused(1, bolt.TxConfig{}))
		to := at(t, c, c.Member(2))
		bookmark := to.write(2, bolt.TxConfig{})
		assert.Equal(t, []any{int64(2)}, to.ids(behind(bookmark)), "reads are done where they arrive")

		direct := connect(t, c.Member(2).Server()) // has sent no routing context
		assert.Equal(t, "Neo.ClientError.Cluster.NotALeader", direct.refused(3, bolt.TxConfig{}))
	}, bolttest.WithServerSideRouting(2))
}

func TestAcknowledgedWritesSurviveLeaders(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		leader := c.Leader("neo4j")
		bookmark := at(t, c, leader).write(1, bolt.TxConfig{})
		leader.Crash()
		assert.Nil(t, c.Leader("neo4j"))
		next := c.AwaitLeader(t, "neo4j")
		require.NotEqual(t, leader, next)
		again := at(t, c, next).write(2, behind(bookmark))
		leader.Start()
		next.Crash()
		third := c.AwaitLeader(t, "neo4j")
		for _, m := range []*bolttest.Member{leader, third} {
			assert.Equal(t, []any{int64(1), int64(2)}, at(t, c, m).ids(behind(again)), m.Name())
		}
	})
}

func TestAnElectionTakesItsTime(t *testing.T) {
	for _, members := range []int{3, 5} {
		inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
			pass(time.Minute)
			assert.Equal(t, c.Member(0), c.Leader("neo4j"), "heartbeats keep a leader")
			began := time.Now()
			c.Member(0).Crash()
			c.AwaitLeader(t, "neo4j")
			assert.GreaterOrEqual(t, time.Since(began), 2*time.Second)
			assert.LessOrEqual(t, time.Since(began), 6*time.Second)
		}, bolttest.WithMembers(members), bolttest.WithElectionTime(4*time.Second))
	}
}

func TestALeaderWithoutMajorityAcknowledgesNothing(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		old := c.Leader("neo4j")
		to := at(t, c, old)
		c.Partition(old)
		to.send(&bolt.Begin{}, create("lost"), discard(), bolt.Commit{})
		for range 3 {
			to.success()
		}
		_, _, err := to.receive()
		require.Error(t, err, "the connection is reset when it steps down")

		next := c.AwaitLeader(t, "neo4j")
		require.NotEqual(t, old, next)
		bookmark := at(t, c, next).write("kept", bolt.TxConfig{})
		c.Heal()
		assert.Equal(t, []any{"kept"}, at(t, c, old).ids(behind(bookmark)))
		assert.Equal(t, []any{"kept"}, c.Values("neo4j"))
		assert.Contains(t, c.History().String(), "core-0 steps down from neo4j, term 1: it reaches no majority")
	})
}

func TestTransactionsEndWithTheirTerm(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		old := c.Leader("neo4j")
		to := at(t, c, old)
		to.send(&bolt.Begin{}, create(1), discard())
		for range 3 {
			to.success()
		}
		c.SwitchLeader("neo4j")
		require.NotEqual(t, old, c.Leader("neo4j"))
		c.SwitchLeader("neo4j")
		c.SwitchLeader("neo4j")
		require.Equal(t, old, c.Leader("neo4j"), "again, in another term")
		to.send(bolt.Commit{})
		assert.Equal(t, "Neo.ClientError.Cluster.NotALeader", to.failure().Code)
		assert.Empty(t, c.Values("neo4j"))
	})
}

func TestCutCommits(t *testing.T) {
	for after := range 2 {
		inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
			leader := c.Leader("neo4j")
			leader.CutCommits(1-after, after)
			to := at(t, c, leader)
			to.send(&bolt.Begin{}, create("in doubt"), discard())
			for range 3 {
				to.success()
			}
			to.send(bolt.Commit{})
			_, _, err := to.receive()
			require.Error(t, err)
			assert.Len(t, c.Values("neo4j"), after)
			at(t, c, leader).write("then", bolt.TxConfig{})
			assert.Len(t, c.Values("neo4j"), after+1)
		})
	}
}

func TestAutoCommitWrites(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(0))
		to.send(create(1), pull(bolt.All))
		to.fields()
		assert.Equal(t, "neo4j:2", to.end().Bookmark)
		assert.Equal(t, []any{int64(1)}, to.ids(behind("neo4j:2")))

		other := at(t, c, c.Member(1))
		other.send(create(2))
		assert.Equal(t, "Neo.ClientError.Cluster.NotALeader", other.failure().Code)
	})
}

func TestRollback(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(0))
		to.send(&bolt.Begin{}, create(1), discard(), &bolt.Run{Query: bolttest.CountEntries, Params: map[string]any{"ids": []any{1, 2}}}, pull(bolt.All))
		for range 4 {
			to.success()
		}
		assert.Equal(t, []any{int64(1), int64(1)}, to.record(), "a transaction sees what it has written")
		to.end()
		to.send(bolt.Rollback{})
		to.success()
		assert.Empty(t, to.ids(bolt.TxConfig{}))
	})
}

func TestWithClusterHandler(t *testing.T) {
	handler := func(_ context.Context, q *bolttest.Query, s *bolttest.Store) (*bolttest.Result, error) {
		return bolttest.Column("where", fmt.Sprintf("%s on %s: %s", s.Database(), s.Member().Name(), q.Text)), nil
	}
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(1))
		to.send(run("RETURN 1"), pull(bolt.All))
		to.fields()
		assert.Equal(t, []any{"neo4j on core-1: RETURN 1"}, to.record())
		to.end()
	}, bolttest.WithClusterHandler(handler))
}

func TestEntriesKnowsItsQueriesOnly(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(0))
		to.send(run("RETURN 1"))
		assert.Equal(t, "Neo.ClientError.Statement.SyntaxError", to.failure().Code)
	})
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for name, opt := range map[string]bolttest.ClusterOption{
		"members":   bolttest.WithMembers(0),
		"databases": bolttest.WithDatabases(),
		"election":  bolttest.WithElectionTime(0),
		"handler":   bolttest.WithClusterHandler(nil),
		"server":    bolttest.WithMemberOptions(bolttest.WithTLS(), bolttest.WithTLSConfig(nil)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bolttest.StartCluster(opt)
			require.ErrorContains(t, err, "bolttest: ")
		})
	}
}
