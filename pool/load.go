package pool

// Load is how many connections to a are in use or waited for: what somebody who balances load wants to know. It does not wait.
func (p *Pool) Load(a Address) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[a]
	if h == nil {
		return 0
	}
	return h.count[taken] + h.queue.len
}

// Drop closes the idle connections to a, and those that are in use when they come back. Others may be opened at any time.
func (p *Pool) Drop(a Address) {
	p.mu.Lock()
	defer p.unlock()
	if h := p.hosts[a]; h != nil {
		p.drop(h)
	}
}

// drop is Drop for who holds p.mu.
func (p *Pool) drop(h *host) {
	for len(h.idle) > 0 {
		p.close(h.popIdle(), &h.tally.closed.Suspect)
	}
	for e := range h.entries {
		e.doomed = e.doomed || e.state == taken
	}
}
