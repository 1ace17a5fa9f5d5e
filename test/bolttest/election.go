package bolttest

import (
	"fmt"
	"slices"
	"time"
)

// beat is what happens at every heartbeat.
func (db *database) beat(now time.Time) {
	for _, r := range db.voters() {
		if r.leads() {
			r.lead(now)
		}
	}
	for _, r := range db.voters() {
		if r.member.up && !r.leads() && now.Sub(r.heard) > r.patience() {
			r.stand(now)
		}
	}
	for _, r := range db.replicas {
		if !r.member.up {
			continue
		}
		if !r.member.voter {
			r.copy(now)
		}
		r.catchUp(now)
	}
}

// lead is a leader's heartbeat. One that has reached no majority for the election time steps down, since there may be another leader by now.
func (r *replica) lead(now time.Time) {
	reached := r.replicate(now)
	switch {
	case reached >= r.db.majority():
		r.heard = now
	case r.leads() && now.Sub(r.heard) > r.db.cluster.cfg.election:
		r.step(r.term, "reaches no majority")
	}
}

// patience is how long the replica waits for a leader to be heard of: the election time, give or take a quarter, different for every member and term, but
// always the same for these.
func (r *replica) patience() time.Duration {
	election := r.db.cluster.cfg.election
	step := election / time.Duration(2*len(r.db.voters()))
	turn := (r.member.index + r.term + len(r.db.name)) % len(r.db.voters())
	return election*3/4 + step*time.Duration(turn)
}

// stand is an election. It takes no time, since waiting for it has taken enough.
func (r *replica) stand(now time.Time) {
	r.leader = nil
	votes, term := 0, r.term
	for _, v := range r.db.voters() {
		if !r.member.reaches(v.member) {
			continue
		}
		term = max(term, v.term)
		if v == r || v.supports(r, now) {
			votes++
		}
	}
	if votes < r.db.majority() {
		return
	}
	r.term = term
	r.db.crown(r, now)
}

// supports tells whether the replica votes for another: not if it has heard of a leader lately, or has something in its log that the other lacks.
func (r *replica) supports(candidate *replica, now time.Time) bool {
	if r.leader != nil && now.Sub(r.heard) < r.db.cluster.cfg.election*3/4 {
		return false
	}
	return !r.newer(candidate)
}

// newer tells whether the log has something that the other lacks, or may have.
func (r *replica) newer(other *replica) bool {
	mine, others := r.last(), other.last()
	return mine > others || mine == others && len(r.log) > len(other.log)
}

// last is the term of the last entry.
func (r *replica) last() int {
	if len(r.log) == 0 {
		return 0
	}
	return r.log[len(r.log)-1].term
}

// crown makes the replica the leader of a new term, which begins with an entry of its own: only by that what is left of earlier terms can be committed.
func (db *database) crown(r *replica, now time.Time) {
	r.term++
	r.leader, r.heard, r.synced = r.member, now, r.term
	db.cluster.history.add(fmt.Sprintf("%s leads %s, term %d", r.member.name, db.name, r.term))
	r.append()
	r.replicate(now)
	r.catchUp(now)
	db.cluster.notify()
}

// SwitchLeader makes another member lead the database, as an operator can ask for. Nothing happens while there is no leader with a majority behind it.
func (c *Cluster) SwitchLeader(database string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	db, ok := c.databases[database]
	if !ok {
		return
	}
	now := time.Now()
	old := db.leader()
	if old == nil || old.replicate(now) < db.majority() {
		return
	}
	voters := db.voters()
	for i := 1; i < len(voters); i++ {
		next := voters[(old.member.index+i)%len(voters)]
		if old.member.reaches(next.member) {
			old.step(old.term, "is told to")
			db.crown(next, now)
			return
		}
	}
}

// Partition makes members unreachable for the others and the others for them, until [Cluster.Heal]; clients reach both sides. Another call splits off more.
func (c *Cluster) Partition(members ...*Member) {
	c.mu.Lock()
	defer c.mu.Unlock()
	side := 0
	for _, m := range c.members {
		side = max(side, m.side)
	}
	var names []string
	for _, m := range c.members {
		if slices.Contains(members, m) {
			m.side = side + 1
			names = append(names, m.name)
		}
	}
	c.history.add(fmt.Sprintf("%v are split off", names))
}

// Heal ends all partitions. Members find each other again by the next heartbeat.
func (c *Cluster) Heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.members {
		m.side = 0
	}
	c.history.add("the partition is healed")
}
