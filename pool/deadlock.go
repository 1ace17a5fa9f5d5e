package pool

// deadlocked tells whether nobody but waiters could free a connection of h. Only an acquisition that is made while a lease is held can bring
// that about, so it is enough to ask when one begins to wait. p.mu is held.
//
// Waiting for another address is no deadlock while something moves there. So this begins with all the addresses where nothing can come without
// a waiter's help, and drops those with a lease that no waiter of the others holds, until nothing changes.
func (p *Pool) deadlocked(h *host) bool {
	if !p.exhausted(h) {
		return false
	}
	stuck := map[*host]bool{}
	for _, g := range p.hosts {
		if p.exhausted(g) {
			stuck[g] = true
		}
	}
	for changed := true; changed; {
		changed = false
		waiting := leasesOfWaiters(stuck)
		for g := range stuck {
			if !g.heldBy(waiting) {
				delete(stuck, g)
				changed = true
			}
		}
	}
	return stuck[h]
}

// exhausted tells whether every connection that h may have is lent to somebody who waits, somewhere, for another.
func (p *Pool) exhausted(h *host) bool {
	if h.count[taken] < p.cfg.MaxSize {
		return false
	}
	for e := range h.entries {
		if e.lease == nil || e.lease.waiters == 0 {
			return false
		}
	}
	return true
}

// leasesOfWaiters returns the leases that are held by whoever waits for one of the hosts.
func leasesOfWaiters(hosts map[*host]bool) map[*Conn]bool {
	leases := map[*Conn]bool{}
	for h := range hosts {
		for w := h.queue.head; w != nil; w = w.next {
			for _, c := range w.held {
				leases[c] = true
			}
		}
	}
	return leases
}

// heldBy tells whether every connection of h is one of these leases.
func (h *host) heldBy(leases map[*Conn]bool) bool {
	for e := range h.entries {
		if !leases[e.lease] {
			return false
		}
	}
	return true
}
