package neorx_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// oneWay is how long a packet takes in the tests of latency, and connecting how long a member may
// take to accept a connection.
const (
	oneWay     = time.Millisecond
	connecting = 5 * time.Second
	receiving  = 10 * time.Second // what members promise
)

// inQuietCluster runs a test with a cluster of three and a driver, in virtual time.
func inQuietCluster(t *testing.T, ttl time.Duration, test func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := bolttest.NewCluster(t, bolttest.WithTTL(ttl), bolttest.WithMemberOptions(bolttest.WithLatency(oneWay), bolttest.WithRecording()),
			bolttest.WithElectionTime(election), bolttest.WithReceiveTimeout(receiving))
		test(t, c, openCluster(t, c, neorx.WithConnectionTimeout(connecting)))
	})
}

func pass(d time.Duration) { <-time.After(d) }

// routes is how often members were asked for a table.
func routes(c *bolttest.Cluster) (n int) {
	for _, m := range c.Members() {
		n += len(bolttest.Received[*bolt.Route](m.Server()))
	}
	return n
}

// inParallel runs n queries at once and returns how long the slowest of them took.
func inParallel(t *testing.T, d *neorx.Driver, n int) time.Duration {
	t.Helper()
	began := time.Now()
	var all sync.WaitGroup
	for range n {
		all.Go(func() { assert.NoError(t, readOnce(t, d)) })
	}
	all.Wait()
	return time.Since(began)
}

func readOnce(t *testing.T, d *neorx.Driver) error {
	_, err := count(d, nil, neorx.ReadOnly(), neorx.Database("neo4j")).Exec(t.Context())
	return err
}

func TestOneQuestionForATableHoweverManyWait(t *testing.T) {
	inQuietCluster(t, 60*time.Second, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		const many = 10_000
		inParallel(t, d, many)
		assert.Equal(t, 1, routes(c), "the first table")
		inParallel(t, d, many)
		assert.Equal(t, 1, routes(c), "it holds")
		pass(61 * time.Second)
		inParallel(t, d, many)
		assert.Equal(t, 2, routes(c), "it has expired")
	})
}

// A member that answers nothing costs nobody more than one connection timeout, however many want to
// read, whether or not it is the one that is asked for the routing table, and whether or not there
// is a table.
func TestASilentMemberDelaysByTheConnectionTimeoutAtMost(t *testing.T) {
	for silent := range 3 {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprintf("core-%d, with a table: %v", silent, known), func(t *testing.T) {
				inQuietCluster(t, 300*time.Second, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
					c.SwitchLeader("neo4j") // to core-1
					if known {
						_, err := d.RoutingTable(t.Context(), "neo4j")
						require.NoError(t, err)
						c.Member(silent).Disconnect() // it is not about half-open connections
						pass(time.Second)
					}
					c.Member(silent).CutOff()
					first, second := inParallel(t, d, 500), inParallel(t, d, 500)
					t.Logf("500 reads with one of three members silent: the slowest took %v, and of 500 more %v", first, second)
					assert.LessOrEqual(t, first, connecting+time.Second/2)
					assert.Less(t, second, time.Second/2, "by then it is known")
				})
			})
		}
	}
}

// A connection that has gone silent shows it only when the server's own promise of signs of life is
// broken. That is waited for once, and not for every connection to the member.
func TestHalfOpenConnectionsCostOneReceiveTimeout(t *testing.T) {
	inQuietCluster(t, 300*time.Second, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		c.SwitchLeader("neo4j")
		inParallel(t, d, 100)
		c.Member(2).CutOff()
		first, second := inParallel(t, d, 500), inParallel(t, d, 500)
		t.Logf("500 reads with half-open connections to one of two readers: the slowest took %v, and of 500 more %v", first, second)
		assert.LessOrEqual(t, first, receiving+connecting+2*time.Second)
		assert.Less(t, second, time.Second/2)
	})
}

// trouble is what has become of the router that is asked first when the table has expired.
type trouble struct {
	name string
	does func(m *bolttest.Member)
	most time.Duration
}

// TestLatencyWithADeadRouterFirst reports what a query has to wait for when its table has expired
// and the first router of that table is dead.
func TestLatencyWithADeadRouterFirst(t *testing.T) {
	cases := []trouble{
		{"all well", func(*bolttest.Member) {}, 20 * oneWay},
		{"dialing it is refused", (*bolttest.Member).Crash, 20 * oneWay},
		{"it is silent", (*bolttest.Member).CutOff, connecting + 20*oneWay},
		{"its databases are closed", func(m *bolttest.Member) { m.SetServing(false) }, 20 * oneWay},
		{"its table is empty", func(m *bolttest.Member) { m.EmptyTable(true) }, 20 * oneWay},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			inQuietCluster(t, 10*time.Second, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
				c.SwitchLeader("neo4j") // to core-1: the first router is a follower then
				c.SwitchLeader("neo4j")
				require.NoError(t, readOnce(t, d))
				pass(15 * time.Second)
				test.does(c.Member(0))
				pass(15 * time.Second)
				took := inParallel(t, d, 1)
				t.Logf("%s: the first query after the table's end takes %v, the next %v", test.name, took, inParallel(t, d, 1))
				assert.LessOrEqual(t, took, test.most)
			})
		})
	}
}

func TestLatencyWithADeadNameFirst(t *testing.T) {
	inQuietCluster(t, 10*time.Second, func(t *testing.T, c *bolttest.Cluster, d *neorx.Driver) {
		c.BadNames(true)
		took := inParallel(t, d, 1)
		t.Logf("the first query takes %v", took)
		assert.LessOrEqual(t, took, connecting+time.Second/2)
		pass(15 * time.Second)
		assert.Less(t, inParallel(t, d, 1), time.Second, "the members are known by now")
	})
}
