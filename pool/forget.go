package pool

import "errors"

// Drop closes the idle connections to a, and those that are in use when they come back. What is dialled from now on is as good as ever.
func (p *Pool) Drop(a Address) {
	p.mu.Lock()
	defer p.unlock()
	if h := p.hosts[a]; h != nil {
		p.drop(h)
	}
}

// Forget does what Drop does, and keeps none either that is dialled for those who wait, once they have given it back; and when the last connection has gone,
// and nobody has asked for another, the pool forgets that there was such an address. What it has counted stays in the total of [Pool.Stats].
func (p *Pool) Forget(a Address) {
	p.mu.Lock()
	defer p.unlock()
	if h := p.hosts[a]; h != nil {
		p.drop(h)
		p.leaving[h] = struct{}{}
	}
}

// drop is called with p.mu held.
func (p *Pool) drop(h *host) {
	for len(h.idle) > 0 {
		p.close(h.popIdle(), &h.tally.closed.Suspect)
	}
	for e := range h.entries {
		e.doomed = e.doomed || e.state != dialling
	}
}

// isLeaving is called with p.mu held.
func (p *Pool) isLeaving(h *host) bool {
	_, is := p.leaving[h]
	return is
}

// leave forgets the hosts that are to be forgotten, and at which there is nobody any more. p.mu is held.
func (p *Pool) leave() {
	for h := range p.leaving {
		if len(h.entries) == 0 && h.queue.len == 0 {
			p.gone.add(&h.tally)
			delete(p.hosts, h.address)
			delete(p.leaving, h)
		}
	}
}

// peek is host for somebody who wants no connection but has something to count: it makes no host. p.mu is held.
func (p *Pool) peek(a Address) *host {
	if h := p.hosts[a]; h != nil {
		return h
	}
	return newHost(a)
}

// TurnAway fails those who wait for a connection to a without a dial of their own with why, where there is no connection that could come back to them. It is
// for who knows that the server cannot be reached and has another one: each would find out the same, but one after the other, after as long a wait. Where
// why is a timeout, the connections that Drop has condemned do not count: they are likely to be as silent.
func (p *Pool) TurnAway(a Address, why error) {
	p.mu.Lock()
	defer p.unlock()
	h := p.hosts[a]
	if h == nil || h.hope(timedOut(why)) {
		return
	}
	for w := h.queue.head; w != nil; {
		next := w.next
		if !w.dialling {
			h.fail(w, why)
		}
		w = next
	}
}

// hope tells whether there is a connection that could come back to who waits. Pool.mu is held.
func (h *host) hope(silent bool) bool {
	for e := range h.entries {
		if e.state != dialling && e.state != closing && !(silent && e.doomed) {
			return true
		}
	}
	return false
}

func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
