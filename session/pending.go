package session

import "container/list"

// pendings are the queries that were made in a transaction and not observed yet, the oldest first.
// Queries are cold, so one that nobody observes does nothing, which is never what was meant. Those
// that are observed are forgotten: a transaction can have millions.
type pendings struct{ list list.List }

// pending is one of them.
type pending struct {
	cypher string
	at     *list.Element // nil once it was observed
}

func (ps *pendings) add(cypher string) *pending {
	p := &pending{cypher: cypher}
	p.at = ps.list.PushBack(p)
	return p
}

// remove notes that p was observed; p may be nil.
func (ps *pendings) remove(p *pending) {
	if p != nil && p.at != nil {
		ps.list.Remove(p.at)
		p.at = nil
	}
}

// first returns the oldest, nil if there is none.
func (ps *pendings) first() *pending {
	if front := ps.list.Front(); front != nil {
		return front.Value.(*pending)
	}
	return nil
}
