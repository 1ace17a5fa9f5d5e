package bolttest

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Play makes a schedule happen, from now on, and returns when the last trouble is over, or with the error of ctx. The schedule becomes a part of
// the history.
func (c *Cluster) Play(ctx context.Context, s Schedule) error {
	c.history.add(s.String())
	began := time.Now()
	for _, moment := range c.moments(s) {
		t := time.NewTimer(time.Until(began.Add(moment.at)))
		select {
		case <-t.C:
			moment.act()
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
	return nil
}

// moment is the beginning or the end of an event.
type moment struct {
	at  time.Duration
	act func()
}

func (c *Cluster) moments(s Schedule) []moment {
	var all []moment
	for _, e := range s {
		begin, end := c.acts(e)
		all = append(all, moment{e.At, begin})
		if end != nil {
			all = append(all, moment{e.At + e.For, end})
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	return all
}

// acts is what to do when an event begins and ends.
func (c *Cluster) acts(e Event) (begin, end func()) {
	m := c.members[e.Member]
	switch e.Trouble {
	case LeaderSwitch:
		return func() { c.SwitchLeader(e.Database) }, nil
	case NewAddress:
		return m.Move, nil
	case CutBeforeCommit:
		return func() { m.CutCommits(1, 0) }, nil
	case CutAfterCommit:
		return func() { m.CutCommits(0, 1) }, nil
	case ConnectionsReset:
		return m.Disconnect, nil
	case MemberCrash:
		return m.Crash, m.Start
	case PowerLoss:
		return m.PowerOff, m.Start
	case MemberSplit:
		return func() { c.Partition(m) }, c.Heal
	case ClientSplit:
		return m.CutOff, m.Reconnect
	case SlowMember:
		return func() { m.Slow(c.cfg.election / 10) }, func() { m.Slow(0) }
	case NotServing, OldTables, EmptyTables, DeadNamesFirst:
		set := c.switches(e)
		return func() { set(true) }, func() { set(false) }
	}
	return func() {}, nil
}

// switches is how to turn a trouble on and off.
func (c *Cluster) switches(e Event) func(on bool) {
	m := c.members[e.Member]
	switch e.Trouble {
	case NotServing:
		return func(on bool) { m.SetServing(!on) }
	case OldTables:
		return m.FreezeTable
	case EmptyTables:
		return m.EmptyTable
	default:
		return c.BadNames
	}
}
