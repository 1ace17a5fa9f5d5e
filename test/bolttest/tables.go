package bolttest

import (
	"context"
	"time"

	"github.com/neorx/neorx/bolt"
)

// route answers a client that asks for a routing table.
func (m *Member) route(_ context.Context, s *Session, q *bolt.Route) (*bolt.RouteSuccess, error) {
	c := m.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	name := q.Database
	if name == "" {
		name = c.home(userOf(s, q.ImpersonatedUser))
	}
	if _, err := m.database(name); err != nil {
		return nil, err
	}
	switch table, ok := m.frozen[name]; {
	case m.empty:
		return &bolt.RouteSuccess{TTL: c.cfg.ttl, Database: name}, nil
	case ok:
		return &table, nil
	}
	return m.table(name), nil
}

// table is the routing table as the member sees things. Reads go to the leader only where there is nobody else.
func (m *Member) table(name string) *bolt.RouteSuccess {
	r := m.replica(name)
	table := &bolt.RouteSuccess{TTL: m.cluster.cfg.ttl, Database: name}
	now := time.Now()
	for _, other := range m.cluster.members {
		if now.Sub(m.seen[other]) > m.cluster.cfg.election {
			continue
		}
		if other.voter {
			table.Routers = append(table.Routers, other.Address())
		}
		if other == r.leader {
			table.Writers = append(table.Writers, other.Address())
		} else {
			table.Readers = append(table.Readers, other.Address())
		}
	}
	if len(table.Readers) == 0 {
		table.Readers = table.Writers
	}
	return table
}
