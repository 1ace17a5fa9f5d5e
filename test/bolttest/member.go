package bolttest

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/neorx/neorx/bolt"
)

// Member is a member of a [Cluster]. Its methods are safe for concurrent use.
type Member struct {
	cluster *Cluster
	index   int
	name    string
	host    string
	voter   bool
	server  *Server
	clients *gate

	// What follows is guarded by the cluster's mutex.

	up        bool
	serving   bool // its databases are open
	side      int  // of a partition: members of one side reach each other
	ip        string
	seen      map[*Member]time.Time // when it has last heard of whom
	frozen    map[string]bolt.RouteSuccess
	empty     bool
	cutBefore int // how many commits are to be cut off before they take place
	cutAfter  int // and after
}

// port is the port that all members listen on.
const port = 7687

func (c *Cluster) addMember(i int) error {
	m := &Member{
		cluster: c, index: i, name: fmt.Sprintf("core-%d", i), voter: i < c.cfg.cores, clients: &gate{}, up: true, serving: true, seen: map[*Member]time.Time{},
	}
	if !m.voter {
		m.name = fmt.Sprintf("replica-%d", i-c.cfg.cores)
	}
	m.host = m.name + "." + seedHost
	opts := append(append([]Option(nil), c.cfg.server...), m.option())
	if c.cfg.receiveTimeout > 0 {
		opts = append(opts, WithKeepAlive(c.cfg.receiveTimeout/3))
	}
	var err error
	if m.server, err = Start(m.run, opts...); err != nil {
		return err
	}
	c.members = append(c.members, m)
	c.byHost[m.host] = m
	m.takeAddress()
	return nil
}

// option makes a server that of the member.
func (m *Member) option() Option {
	return func(c *config) {
		c.memory, c.name, c.hints, c.wrap = true, m.Address(), m.cluster.cfg.hints(m.index), m.connect
		c.onBegin, c.onCommit, c.onAutoCommit = m.begin, m.commit, m.commit
		c.onRollback = func(context.Context, *Tx) error { return nil }
		c.onRoute, c.home = m.route, m.home
	}
}

// connect puts the gate in front of a connection. Somebody who gets through to a member that is down, or to one that has moved meanwhile, is reset.
func (m *Member) connect(nc net.Conn) net.Conn {
	conn := m.clients.wrap(nc.(*memoryConn))
	m.cluster.mu.Lock()
	defer m.cluster.mu.Unlock()
	if !m.up {
		conn.abort()
	}
	return conn
}

// Name returns the member's name, such as "core-0" or "replica-1".
func (m *Member) Name() string { return m.name }

// Address returns its host:port, as routing tables have it.
func (m *Member) Address() string { return fmt.Sprintf("%s:%d", m.host, port) }

// Server returns the server that the member is, for its connections, and its requests if there is [WithRecording] among the options.
func (m *Member) Server() *Server { return m.server }

// Up tells whether the member runs. That says nothing about whether anybody reaches it.
func (m *Member) Up() bool {
	m.cluster.mu.Lock()
	defer m.cluster.mu.Unlock()
	return m.up
}

// set changes the member's state, and notes it as what has happened.
func (m *Member) set(change func(), what string, args ...any) {
	m.cluster.mu.Lock()
	defer m.cluster.mu.Unlock()
	change()
	m.cluster.history.add(m.name + " " + fmt.Sprintf(what, args...))
	m.cluster.notify()
}

// Crash ends the member's process: its connections are reset, dialling it is refused, and what was not committed is gone.
func (m *Member) Crash() {
	m.set(m.stop, "crashes")
	m.server.CloseConnections()
}

// Disconnect resets the member's connections to its clients. It goes on otherwise.
func (m *Member) Disconnect() {
	m.set(func() {}, "resets its connections")
	m.server.CloseConnections()
}

// stop makes the member forget what it does not keep on disk.
func (m *Member) stop() {
	m.up = false
	for _, name := range m.cluster.names {
		m.replica(name).forget()
	}
}

// PowerOff ends the member without a word to anybody: clients that wait for it, or dial it, hear nothing.
func (m *Member) PowerOff() {
	m.clients.close()
	m.set(m.stop, "loses its power")
	m.server.CloseConnections()
}

// Start starts the member again after [Member.Crash] or [Member.PowerOff]. Its log is as it was.
func (m *Member) Start() {
	m.set(func() {
		m.up, m.serving = true, true
		for _, name := range m.cluster.names {
			m.replica(name).heard = time.Now()
		}
	}, "starts")
	m.clients.open()
}

// CutOff makes the member unreachable for clients, not for other members: what is under way waits, and nobody gets an answer.
func (m *Member) CutOff() {
	m.set(func() {}, "is cut off from clients")
	m.clients.close()
}

// Reconnect ends [Member.CutOff].
func (m *Member) Reconnect() {
	m.set(func() {}, "is reachable by clients")
	m.clients.open()
}

// Slow makes everything that the member sends to clients leave so much later; 0 ends it.
func (m *Member) Slow(delay time.Duration) {
	m.set(func() {}, "answers %v late", delay)
	m.clients.slow(delay)
}

// SetServing says whether the member's databases are open. They are not while a member starts or stops: then new transactions fail with
// Neo.TransientError.General.DatabaseUnavailable.
func (m *Member) SetServing(on bool) {
	m.set(func() { m.serving = on }, "serves: %v", on)
}

// FreezeTable makes the member give the routing tables of now, whatever happens, until it is called with false.
func (m *Member) FreezeTable(on bool) {
	m.set(func() {
		m.frozen = nil
		if !on {
			return
		}
		m.frozen = map[string]bolt.RouteSuccess{}
		for _, name := range m.cluster.names {
			m.frozen[name] = *m.table(name)
		}
	}, "gives old tables: %v", on)
}

// EmptyTable makes the member give routing tables without any server, until it is called with false.
func (m *Member) EmptyTable(on bool) {
	m.set(func() { m.empty = on }, "gives empty tables: %v", on)
}

// CutCommits makes the member reset the connections of its next commits of writes: so many before the commit takes place, and then so many after it.
func (m *Member) CutCommits(before, after int) {
	m.set(func() { m.cutBefore, m.cutAfter = before, after }, "cuts %d commits before and %d after the fact", before, after)
}

// Move gives the member a new IP address, as when it is restarted elsewhere: its connections are reset, its name resolves to the new address from
// now on, and whoever dials the old one hears nothing.
func (m *Member) Move() {
	m.set(m.takeAddress, "moves")
	m.server.CloseConnections()
}

// takeAddress gives the member an address that nobody has had.
func (m *Member) takeAddress() {
	c := m.cluster
	if m.ip != "" {
		c.addresses[m.ip] = nil
	}
	c.moved++
	m.ip = fmt.Sprintf("198.51.100.%d", c.moved) // the block that RFC 5737 sets aside for examples
	if c.moved > 254 {
		m.ip = fmt.Sprintf("2001:db8::%x", c.moved) // RFC 3849
	}
	c.addresses[m.ip] = m
}

// reaches tells whether a message from m gets to other and back; the cluster's mutex is held.
func (m *Member) reaches(other *Member) bool { return m.up && other.up && m.side == other.side }

// look notes of whom m hears.
func (m *Member) look(now time.Time) {
	for _, other := range m.cluster.members {
		if m.reaches(other) {
			m.seen[other] = now
		}
	}
}

func (m *Member) replica(database string) *replica {
	return m.cluster.databases[database].replicas[m.index]
}
