package pool

import "time"

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

// Opened is when the connection was opened.
func (c *Conn) Opened() time.Time { return c.entry.created }
