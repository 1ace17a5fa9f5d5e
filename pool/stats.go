package pool

import "time"

// Stats is how things stand in a pool, at one moment.
type Stats struct {
	// Total adds up all addresses, in its counts also those that were forgotten.
	Total HostStats
	// Hosts has every address that was asked for, and not forgotten since (see [Pool.Forget]).
	Hosts map[Address]HostStats
}

// HostStats is how things stand with the connections to one address.
type HostStats struct {
	// Limit is how many connections there may be.
	Limit int
	// What they do now. Waiting counts acquisitions, not connections.
	InUse, Idle, Dialling, Probing, CleaningUp, Closing, Waiting int

	// Acquired counts acquisitions that got a connection, AcquireTime is what they took.
	Acquired    int64
	AcquireTime time.Duration
	// Waited counts acquisitions that found no idle connection, fit or not; WaitTime is how long they waited for one, successful or not.
	Waited   int64
	WaitTime time.Duration
	// TimedOut and Cancelled count acquisitions that were ended by AcquisitionTimeout, and by their own context.
	TimedOut, Cancelled int64
	// Dialled and DialFailures count connections that came, and did not come, into being.
	Dialled, DialFailures int64
	// Closed counts why connections went.
	Closed Closed
}

// Closed counts connections by why they were closed.
type Closed struct {
	// Expired had passed Config.MaxLifetime.
	Expired int64
	// Dead were found dead when they were taken, probed or given back.
	Dead int64
	// Suspect were idle, and no younger than one that was lost.
	Suspect int64
	// Failed came back with an error that costs the connection, or could not log in as wanted.
	Failed int64
	// Uncleaned could not be reset: nothing came for Config.ResetGrace, or too much.
	Uncleaned int64
	// Shutdown were there when the pool was closed.
	Shutdown int64
}

// tally is what a host counts.
type tally struct {
	acquired, waited, timedOut, cancelled, dialled, dialFailures int64
	acquireTime, waitTime                                        time.Duration
	closed                                                       Closed
}

// add adds what another host has counted.
func (t *tally) add(o *tally) {
	t.acquired += o.acquired
	t.acquireTime += o.acquireTime
	t.waited += o.waited
	t.waitTime += o.waitTime
	t.timedOut += o.timedOut
	t.cancelled += o.cancelled
	t.dialled += o.dialled
	t.dialFailures += o.dialFailures
	t.closed.add(o.closed)
}

// Stats returns how things stand. It does not wait.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := Stats{Hosts: make(map[Address]HostStats, len(p.hosts))}
	s.Total.count(&p.gone)
	for a, h := range p.hosts {
		one := p.hostStats(h)
		s.Hosts[a] = one
		s.Total.add(one)
	}
	return s
}

// hostStats is called with p.mu held.
func (p *Pool) hostStats(h *host) HostStats {
	s := HostStats{
		Limit:      p.cfg.MaxSize,
		InUse:      h.count[taken],
		Idle:       h.count[idle],
		Dialling:   h.count[dialling],
		Probing:    h.count[probing],
		CleaningUp: h.count[cleaning],
		Closing:    h.count[closing],
		Waiting:    h.queue.len,
	}
	s.count(&h.tally)
	return s
}

// count adds what was counted.
func (s *HostStats) count(t *tally) {
	s.Acquired += t.acquired
	s.AcquireTime += t.acquireTime
	s.Waited += t.waited
	s.WaitTime += t.waitTime
	s.TimedOut += t.timedOut
	s.Cancelled += t.cancelled
	s.Dialled += t.dialled
	s.DialFailures += t.dialFailures
	s.Closed.add(t.closed)
}

// add adds the figures of another address.
func (s *HostStats) add(o HostStats) {
	s.Limit += o.Limit
	s.InUse += o.InUse
	s.Idle += o.Idle
	s.Dialling += o.Dialling
	s.Probing += o.Probing
	s.CleaningUp += o.CleaningUp
	s.Closing += o.Closing
	s.Waiting += o.Waiting
	s.Acquired += o.Acquired
	s.AcquireTime += o.AcquireTime
	s.Waited += o.Waited
	s.WaitTime += o.WaitTime
	s.TimedOut += o.TimedOut
	s.Cancelled += o.Cancelled
	s.Dialled += o.Dialled
	s.DialFailures += o.DialFailures
	s.Closed.add(o.Closed)
}

func (c *Closed) add(o Closed) {
	c.Expired += o.Expired
	c.Dead += o.Dead
	c.Suspect += o.Suspect
	c.Failed += o.Failed
	c.Uncleaned += o.Uncleaned
	c.Shutdown += o.Shutdown
}
