package bolttest

import (
	"errors"
	"time"

	"github.com/neorx/neorx/bolt"
)

// ClusterOption configures a cluster.
type ClusterOption func(*clusterConfig)

type clusterConfig struct {
	cores, replicas int
	databases       []string
	ttl             time.Duration
	election        time.Duration
	hop, lag        time.Duration
	bookmarkTimeout time.Duration
	receiveTimeout  time.Duration
	ssr             []int // numbers of members; nil: none
	ssrAll          bool
	handler         ClusterHandler
	server          []Option
}

func newClusterConfig(opts []ClusterOption) (clusterConfig, error) {
	c := clusterConfig{
		cores: 3, databases: []string{"neo4j"}, ttl: 300 * time.Second, election: 2 * time.Second, hop: time.Millisecond, lag: 20 * time.Millisecond,
		bookmarkTimeout: 30 * time.Second, handler: Entries,
	}
	for _, opt := range opts {
		opt(&c)
	}
	return c, errors.Join(
		must(c.cores > 0, "a cluster has at least one member"),
		must(len(c.databases) > 0, "a cluster has at least one database"),
		must(c.election >= heartbeats, "an election takes some time"),
		must(c.handler != nil, "the handler is nil"),
	)
}

func must(ok bool, problem string) error {
	if ok {
		return nil
	}
	return errors.New("bolttest: " + problem)
}

// WithMembers sets how many members take part in elections. Default: 3.
func WithMembers(n int) ClusterOption { return func(c *clusterConfig) { c.cores = n } }

// WithReadReplicas adds members that follow and serve reads only. Default: none.
func WithReadReplicas(n int) ClusterOption { return func(c *clusterConfig) { c.replicas = n } }

// WithDatabases names the databases, the home database first. At the beginning the first is led by the first member, the second by the second, and so on.
// Default: "neo4j".
func WithDatabases(names ...string) ClusterOption {
	return func(c *clusterConfig) { c.databases = names }
}

// WithTTL sets how long routing tables hold; on the wire it is in seconds. Default: 300 s.
func WithTTL(d time.Duration) ClusterOption { return func(c *clusterConfig) { c.ttl = d } }

// WithElectionTime sets for how long a member has to have heard of no leader before it stands for election, give or take a quarter, and a leader of no
// majority before it steps down. Heartbeats are twenty times as frequent. Default: 2 s.
func WithElectionTime(d time.Duration) ClusterOption {
	return func(c *clusterConfig) { c.election = d }
}

// WithReplication sets how long a leader takes to bring a write to a majority, and how much later than that the others have applied it. The second comes
// on top of up to a heartbeat. Default: 1 ms and 20 ms.
func WithReplication(hop, lag time.Duration) ClusterOption {
	return func(c *clusterConfig) { c.hop, c.lag = hop, lag }
}

// WithBookmarkTimeout sets how long a transaction waits for its member to catch up with its bookmarks. Default: 30 s.
func WithBookmarkTimeout(d time.Duration) ClusterOption {
	return func(c *clusterConfig) { c.bookmarkTimeout = d }
}

// WithReceiveTimeout promises clients that they hear something within this time while they wait, and keeps the promise with NOOPs. It is sent in
// seconds. Default: no promise.
func WithReceiveTimeout(d time.Duration) ClusterOption {
	return func(c *clusterConfig) { c.receiveTimeout = d }
}

// WithServerSideRouting makes members that a write has reached in error pass it on to the leader, and say so by a hint; without numbers it is all
// members. They do so for clients that have sent a routing context. Default: none does.
func WithServerSideRouting(members ...int) ClusterOption {
	return func(c *clusterConfig) { c.ssr, c.ssrAll = members, len(members) == 0 }
}

// WithClusterHandler sets what the databases do. Default: [Entries].
func WithClusterHandler(h ClusterHandler) ClusterOption {
	return func(c *clusterConfig) { c.handler = h }
}

// WithMemberOptions gives options to the server of each member, such as WithAuth, WithVersions, WithTLS, WithLatency, WithFaults or WithRecording.
// OnBegin, OnCommit, OnRollback and OnRoute are the cluster's own, as are hints. Default: none.
func WithMemberOptions(opts ...Option) ClusterOption {
	return func(c *clusterConfig) { c.server = append(c.server, opts...) }
}

// hints is what a member tells its clients.
func (c *clusterConfig) hints(member int) bolt.Hints {
	return bolt.Hints{RecvTimeout: c.receiveTimeout, SSR: c.routes(member)}
}

// routes tells whether a member passes on what has reached it in error.
func (c *clusterConfig) routes(member int) bool {
	for _, i := range c.ssr {
		if i == member {
			return true
		}
	}
	return c.ssrAll
}
