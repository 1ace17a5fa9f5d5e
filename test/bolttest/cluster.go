package bolttest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// Cluster is a simulated cluster in memory: members that are Bolt servers, databases that each have a leader, followers and a log, clients that find
// them by name, and everything that can go wrong between all of these. It is meant for a bubble of testing/synctest, in which it takes no time:
//
//	synctest.Test(t, func(t *testing.T) {
//		cluster := bolttest.NewCluster(t, bolttest.WithMembers(3))
//		driver, err := neorx.Open(cluster.URI(), neorx.NoAuth(), neorx.WithDialer(cluster.Dial))
//		…
//		cluster.Member(1).Crash()
//		…
//	})
//
// # What it keeps of a real one
//
// A write is acknowledged once a majority of the members has it in its log, and survives from then on whatever happens to the others. A leader that
// reaches no majority acknowledges nothing, and steps down after the election time. Members that have not heard of a leader for that long elect one, of those
// that have everything that was acknowledged. Followers and read replicas lag behind; a transaction with bookmarks waits until its member has
// caught up with them. Members know only of those that they reach, and so their routing tables can be old, or lack a writer.
//
// What a real one does beyond that (catching up by store copies, adding and removing members) it does not.
//
// Its methods are safe for concurrent use.
type Cluster struct {
	cfg     clusterConfig
	began   time.Time
	members []*Member
	byHost  map[string]*Member
	history *History

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup // the heartbeat

	mu        sync.Mutex // guards what follows, and the state of members and replicas; taken after the mutex of a server
	databases map[string]*database
	names     []string // of the databases, in order
	homes     map[string]string
	addresses map[string]*Member // by IP address; nil for one that nobody has any more
	moved     int                // how many addresses have been given away
	badNames  bool
	changed   chan struct{} // closed when something changes; nil while nobody waits
}

// NewCluster starts a cluster that lives as long as the test. When the test has failed it logs the cluster's [History]. It fails the test where the
// options make no sense.
func NewCluster(t testing.TB, opts ...ClusterOption) *Cluster {
	t.Helper()
	c, err := StartCluster(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		if t.Failed() {
			t.Log(c.history)
		}
	})
	return c
}

// StartCluster is [NewCluster] for programs. Close the cluster when it is not needed any more. The error says what is wrong with the options.
func StartCluster(opts ...ClusterOption) (*Cluster, error) {
	cfg, err := newClusterConfig(opts)
	if err != nil {
		return nil, err
	}
	c := &Cluster{
		cfg: cfg, began: time.Now(), byHost: map[string]*Member{}, databases: map[string]*database{}, homes: map[string]string{},
		addresses: map[string]*Member{},
	}
	c.history = &History{began: c.began}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	for i := range cfg.cores + cfg.replicas {
		if err := c.addMember(i); err != nil {
			c.Close()
			return nil, err
		}
	}
	for i, name := range cfg.databases {
		c.addDatabase(name, c.members[i%cfg.cores])
	}
	c.work.Go(c.live) // ends with ctx, and is joined by Close
	return c, nil
}

// heartbeats is how many heartbeats there are in the time that an election takes.
const heartbeats = 20

// live is the passing of time: leaders send heartbeats, followers catch up or lose patience.
func (c *Cluster) live() {
	ticker := time.NewTicker(c.cfg.election / heartbeats)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.beat()
		case <-c.ctx.Done():
			return
		}
	}
}

func (c *Cluster) beat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for _, m := range c.members {
		m.look(now)
	}
	for _, name := range c.names {
		c.databases[name].beat(now)
	}
	c.notify()
}

// notify wakes who waits for a change; mu is held.
func (c *Cluster) notify() {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// await calls ready with mu held, now and after changes, until it returns true or an error, or ctx ends.
func (c *Cluster) await(ctx context.Context, ready func() (bool, error)) error {
	for {
		changed, ok, err := c.check(ready)
		if ok || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	}
}

func (c *Cluster) check(ready func() (bool, error)) (changed <-chan struct{}, ok bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ok, err = ready()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed, ok, err
}

// Close ends the cluster with all its connections. Further calls do nothing.
func (c *Cluster) Close() {
	c.cancel()
	for _, m := range c.members {
		m.clients.open()
		m.server.Close()
	}
	c.work.Wait()
}

// URI returns the address to open a driver with: one name for all members that take part in elections, with the scheme neo4j, or neo4j+ssc with TLS.
func (c *Cluster) URI() string {
	scheme := "neo4j"
	if c.members[0].server.tlsConfig != nil {
		scheme = "neo4j+ssc"
	}
	return fmt.Sprintf("%s://%s:%d", scheme, seedHost, port)
}

// Member returns a member by its number: first those that take part in elections, from 0, then the read replicas.
func (c *Cluster) Member(i int) *Member { return c.members[i] }

// Members returns all of them.
func (c *Cluster) Members() []*Member { return append([]*Member(nil), c.members...) }

// History returns what has happened so far, and goes on with it.
func (c *Cluster) History() *History { return c.history }

// SetHome makes a database the home of a user, logged in or impersonated. The home of everybody else is the first of [WithDatabases].
func (c *Cluster) SetHome(user, database string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.homes[user] = database
}

// home is the home database of a user; mu is held.
func (c *Cluster) home(user string) string {
	if name, ok := c.homes[user]; ok {
		return name
	}
	return c.cfg.databases[0]
}

// Leader returns the member that leads a database, with a majority behind it, or nil.
func (c *Cluster) Leader(database string) *Member {
	c.mu.Lock()
	defer c.mu.Unlock()
	if db, ok := c.databases[database]; ok {
		if r := db.leader(); r != nil && r.quorum() {
			return r.member
		}
	}
	return nil
}

// AwaitLeader waits until the database has a leader with a majority behind it, and fails the test when there is none after a minute.
func (c *Cluster) AwaitLeader(t testing.TB, database string) *Member {
	t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, time.Minute)
	defer cancel()
	var leader *Member
	err := c.await(ctx, func() (bool, error) {
		if r := c.databases[database].leader(); r != nil && r.quorum() {
			leader = r.member
		}
		return leader != nil, nil
	})
	if err != nil {
		t.Fatalf("bolttest: the database %q has no leader after a minute", database)
	}
	return leader
}

// Values returns what has been acknowledged in a database, in order. What a leader still waits to hear from the others about is not in it.
func (c *Cluster) Values(database string) []any {
	c.mu.Lock()
	defer c.mu.Unlock()
	db, ok := c.databases[database]
	if !ok {
		return nil
	}
	most := db.replicas[0]
	for _, r := range db.replicas {
		if r.commit > most.commit {
			most = r
		}
	}
	return append([]any(nil), collect(most.log[:most.commit])...)
}

func collect(log []entry) []any {
	var values []any
	for _, e := range log {
		values = append(values, e.values...)
	}
	return values
}
