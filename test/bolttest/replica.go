package bolttest

import (
	"fmt"
	"slices"
	"time"
)

// database is one database of a cluster. The cluster's mutex guards it with everything in it.
type database struct {
	cluster  *Cluster
	name     string
	replicas []*replica // by the members' numbers
	recorded int        // how many entries are in the history
}

// replica is what a member has of a database.
//
// The members agree on a log as Raft has it: at most one leader a term, elected by a majority and with everything in its log that was committed before;
// an entry is committed once a majority has it and it is of the leader's own term, or is before one that is.
type replica struct {
	db     *database
	member *Member

	term   int
	leader *Member   // whom it takes for the leader of the term; nil: it knows of none
	heard  time.Time // when the leader was last heard of, or, by the leader itself, a majority

	log     []entry
	synced  int // the term in which the log was last made a part of that of the term's leader
	commit  int // how many entries it knows to be committed
	applied int // and how many of these can be read
	due     []catchUp
}

// entry is one transaction, or, without values, the first entry of a term.
type entry struct {
	term   int
	values []any
}

// catchUp is that a replica will have applied so many entries.
type catchUp struct {
	applied int
	at      time.Time
}

func (c *Cluster) addDatabase(name string, leader *Member) {
	db := &database{cluster: c, name: name}
	for _, m := range c.members {
		db.replicas = append(db.replicas, &replica{db: db, member: m, heard: c.began})
	}
	c.databases[name] = db
	c.names = append(c.names, name)
	for _, m := range c.members {
		m.look(c.began)
	}
	db.crown(db.replicas[leader.index], c.began)
}

// leads tells whether the replica takes itself for the leader.
func (r *replica) leads() bool { return r.leader == r.member }

// leader is that of the highest term.
func (db *database) leader() *replica {
	var found *replica
	for _, r := range db.replicas {
		if r.leads() && (found == nil || r.term > found.term) {
			found = r
		}
	}
	return found
}

// voters are the replicas that take part in elections, and majority is how many of them make one.
func (db *database) voters() []*replica { return db.replicas[:db.cluster.cfg.cores] }
func (db *database) majority() int      { return db.cluster.cfg.cores/2 + 1 }

// quorum tells whether the replica reaches a majority, itself included.
func (r *replica) quorum() bool {
	reached := 0
	for _, other := range r.db.voters() {
		if r.member.reaches(other.member) {
			reached++
		}
	}
	return reached >= r.db.majority()
}

// forget is what the end of the process does to a replica.
func (r *replica) forget() { r.leader, r.due = nil, nil }

// append adds a transaction to a leader's log and returns its place.
func (r *replica) append(values ...any) int {
	r.log = append(r.log, entry{r.term, values})
	return len(r.log)
}

// replicate brings the leader's log to everybody it reaches, and commits what a majority has. It returns how many there are, the leader included.
func (r *replica) replicate(now time.Time) int {
	reached := 1
	for _, f := range r.db.voters() {
		if f == r || !r.member.reaches(f.member) {
			continue
		}
		if f.term > r.term {
			r.step(f.term, "has met a higher term")
			return 0
		}
		f.follow(r, now)
		reached++
	}
	r.advance()
	for _, f := range r.db.replicas {
		if f != r && f.leader == r.member && r.member.reaches(f.member) {
			f.learn(r, now)
		}
	}
	return reached
}

// follow makes the replica a follower of the leader, with the same log.
func (r *replica) follow(leader *replica, now time.Time) {
	r.term, r.leader, r.heard, r.synced = leader.term, leader.member, now, leader.term
	n := min(len(r.log), len(leader.log))
	for n > 0 && r.log[n-1].term != leader.log[n-1].term { // where two logs have the same term at the same place, they are the same up to there
		n--
	}
	r.log = append(r.log[:n], leader.log[n:]...) // what is committed stays where it is, so that it can be read without the mutex
}

// advance commits what a majority has.
func (r *replica) advance() {
	var lengths []int
	for _, f := range r.db.voters() {
		if f == r || f.synced == r.term {
			lengths = append(lengths, len(f.log))
		}
	}
	if len(lengths) < r.db.majority() {
		return
	}
	slices.Sort(lengths)
	n := lengths[len(lengths)-r.db.majority()]
	if n <= r.commit || r.log[n-1].term != r.term {
		return
	}
	for ; r.db.recorded < n; r.db.recorded++ {
		r.db.cluster.history.committed(r, r.db.recorded)
	}
	r.commit, r.applied, r.due = n, n, nil
	r.db.cluster.notify()
}

// learn tells a follower what is committed. It can be read there a little later.
func (r *replica) learn(leader *replica, now time.Time) {
	n := min(leader.commit, len(r.log))
	if n <= r.commit {
		return
	}
	r.commit = n
	r.due = append(r.due, catchUp{n, now.Add(r.db.cluster.cfg.lag)})
}

// catchUp applies what is due.
func (r *replica) catchUp(now time.Time) {
	if r.leads() {
		r.applied, r.due = r.commit, nil
		return
	}
	if len(r.due) == 0 && r.applied < r.commit { // the member was down when it was due
		r.due = append(r.due, catchUp{r.commit, now})
	}
	for len(r.due) > 0 && !r.due[0].at.After(now) {
		r.applied = max(r.applied, r.due[0].applied)
		r.due = r.due[1:]
	}
}

// copy is how a read replica follows: it takes what is committed from whoever it reaches and has most of it.
func (r *replica) copy(now time.Time) {
	var from *replica
	for _, v := range r.db.voters() {
		if r.member.reaches(v.member) && (from == nil || v.commit > from.commit) {
			from = v
		}
	}
	if from == nil {
		return
	}
	r.leader, r.term = from.leader, from.term
	if from.commit > r.commit {
		r.log = append(r.log, from.log[r.commit:from.commit]...)
		r.learn(from, now)
	}
}

// step makes the replica leave its post, or know of no leader.
func (r *replica) step(term int, why string) {
	if r.leads() {
		r.db.cluster.history.add(fmt.Sprintf("%s steps down from %s, term %d: it %s", r.member.name, r.db.name, r.term, why))
		r.db.cluster.notify()
	}
	r.term, r.leader = term, nil
}
