package bolttest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Trouble is a kind of thing that goes wrong in a cluster. See the method of [Cluster] or [Member] that each names.
type Trouble string

// All troubles. Those of the second group end by themselves after the event's For.
const (
	LeaderSwitch     Trouble = "leader switch"     // SwitchLeader
	NewAddress       Trouble = "new address"       // Move
	CutBeforeCommit  Trouble = "cut before commit" // CutCommits(1, 0)
	CutAfterCommit   Trouble = "cut after commit"  // CutCommits(0, 1)
	ConnectionsReset Trouble = "connections reset" // Disconnect

	MemberCrash    Trouble = "crash"           // Crash, Start
	PowerLoss      Trouble = "power loss"      // PowerOff, Start
	MemberSplit    Trouble = "split from rest" // Partition, Heal
	ClientSplit    Trouble = "split from us"   // CutOff, Reconnect
	NotServing     Trouble = "not serving"     // SetServing
	SlowMember     Trouble = "slow"            // Slow
	OldTables      Trouble = "old tables"      // FreezeTable
	EmptyTables    Trouble = "empty tables"    // EmptyTable
	DeadNamesFirst Trouble = "dead name first" // BadNames
)

// Event is a trouble at a time.
type Event struct {
	// At is when it begins, from the beginning of the schedule, and For how long it lasts.
	At, For time.Duration
	Trouble Trouble
	// Member is whose trouble it is, and Database that of a [LeaderSwitch].
	Member   int
	Database string
}

// String is a line such as "12.5s: core 1: crash for 3s".
func (e Event) String() string {
	line := fmt.Sprintf("%v: ", e.At)
	switch e.Trouble {
	case LeaderSwitch:
		line += e.Database + ": "
	case DeadNamesFirst:
	default:
		line += fmt.Sprintf("core-%d: ", e.Member)
	}
	line += string(e.Trouble)
	if e.For > 0 {
		line += fmt.Sprintf(" for %v", e.For)
	}
	return line
}

// Schedule is what goes wrong, by time. [Cluster.Play] makes it happen.
type Schedule []Event

// String has a line for each event.
func (s Schedule) String() string {
	var b strings.Builder
	b.WriteString("schedule:\n")
	for _, e := range s {
		fmt.Fprintf(&b, "%v\n", e)
	}
	return b.String()
}

// End is when the last trouble is over.
func (s Schedule) End() time.Duration {
	var end time.Duration
	for _, e := range s {
		end = max(end, e.At+e.For)
	}
	return end
}

// RandomSchedule returns a schedule of about this length for the cluster, always the same for the same seed and options. Troubles that make a member
// useless come one after the other, so that a majority remains, with the time of one to three elections between them; now and then a majority is lost, for
// less than the time of two. The others come at any time.
func (c *Cluster) RandomSchedule(seed uint64, length time.Duration) Schedule {
	p := planner{Rand: rand.New(rand.NewPCG(seed, 1)), cfg: &c.cfg}
	for p.now < length {
		p.hit()
		if p.IntN(3) > 0 {
			p.nuisance()
		}
		p.now += p.between(c.cfg.election, 3*c.cfg.election)
	}
	slices.SortStableFunc(p.plan, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	return p.plan
}

// planner makes a schedule.
type planner struct {
	*rand.Rand
	cfg  *clusterConfig
	now  time.Duration
	plan Schedule
}

func (p *planner) between(least, most time.Duration) time.Duration {
	return (least + time.Duration(p.Int64N(int64(most-least)))).Round(time.Millisecond)
}

func (p *planner) add(at, lasting time.Duration, what Trouble, member int) {
	p.plan = append(p.plan, Event{At: at, For: lasting, Trouble: what, Member: member})
}

// hit makes members useless, one at a time or a few at once, and goes on to when they are useful again.
func (p *planner) hit() {
	election := p.cfg.election
	switch member := p.IntN(p.cfg.cores); p.IntN(8) {
	case 0, 1:
		p.last(MemberCrash, member, p.between(election/2, 4*election))
	case 2:
		p.last(PowerLoss, member, p.between(election/2, 4*election))
	case 3, 4:
		p.last(MemberSplit, member, p.between(election/2, 4*election))
	case 5:
		p.last(ClientSplit, member, p.between(election/4, 3*election))
	case 6:
		p.rollingRestart()
	case 7:
		p.lostMajority(member)
	}
}

func (p *planner) last(what Trouble, member int, lasting time.Duration) {
	p.add(p.now, lasting, what, member)
	p.now += lasting
}

// rollingRestart stops one member after the other, each when the one before serves again.
func (p *planner) rollingRestart() {
	closing, down, opening := p.cfg.election/8, p.between(p.cfg.election/4, p.cfg.election), p.cfg.election/4
	first := p.IntN(p.cfg.cores)
	for i := range p.cfg.cores {
		member := (first + i) % p.cfg.cores
		p.last(NotServing, member, closing)
		p.last(MemberCrash, member, down)
		p.last(NotServing, member, opening)
		p.now += p.cfg.election
	}
}

// lostMajority stops half of the members, or more, for a moment that leaves hardly any time to notice.
func (p *planner) lostMajority(first int) {
	lasting := p.between(p.cfg.election/4, p.cfg.election*3/2)
	for i := range (p.cfg.cores + 1) / 2 {
		p.add(p.now, lasting, MemberCrash, (first+i)%p.cfg.cores)
	}
	p.now += lasting + 2*p.cfg.election // a quiet time, for an election
}

// nuisance is something that the others can live with, at about the time of what has just been planned.
func (p *planner) nuisance() {
	nuisances := []Trouble{
		LeaderSwitch, LeaderSwitch, NewAddress, CutBeforeCommit, CutAfterCommit, ConnectionsReset, SlowMember, OldTables, EmptyTables, DeadNamesFirst,
	}
	e := Event{At: p.between(0, p.now+p.cfg.election), Trouble: nuisances[p.IntN(len(nuisances))], Member: p.IntN(p.cfg.cores)}
	switch e.Trouble {
	case LeaderSwitch:
		e.Database = p.cfg.databases[p.IntN(len(p.cfg.databases))]
	case SlowMember, OldTables, EmptyTables, DeadNamesFirst:
		e.For = p.between(p.cfg.election/2, 5*p.cfg.election)
	default:
	}
	p.plan = append(p.plan, e)
}
