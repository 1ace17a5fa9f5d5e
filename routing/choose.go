package routing

import (
	"fmt"
	"slices"
	"time"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
)

// pick chooses one of the table's servers that was not tried, if there is one.
func (r *Router) pick(q Request, t *table, tried []pool.Address) (a pool.Address, ok bool, err error) {
	servers := t.preferred(others(t.servers(q.ReadOnly), tried), time.Now())
	switch {
	case len(servers) == 0:
		return "", false, nil
	case r.cfg.Choose == nil:
		return r.leastLoaded(servers), true, nil
	}
	list := make([]Server, len(servers))
	for i, a := range servers {
		list[i] = Server{Address: a, Load: r.pool.Load(a)}
	}
	i := r.cfg.Choose(q, list)
	if i < 0 || i >= len(list) {
		return "", false, &records.UsageError{Message: fmt.Sprintf("routing: the choice of a server (WithServerChoice, Config.Choose) returned %d of %d servers: "+
			"it has to be an index, from 0 to %d", i, len(list), len(list)-1)}
	}
	return list[i].Address, true, nil
}

// others are those of the servers that are not in the second list.
func others[T comparable](servers, not []T) []T {
	if len(not) == 0 {
		return servers
	}
	return slices.DeleteFunc(slices.Clone(servers), func(a T) bool { return slices.Contains(not, a) })
}

// leastLoaded goes round the servers, each time from another one, so that ties go to each in turn.
func (r *Router) leastLoaded(servers []pool.Address) pool.Address {
	if len(servers) == 1 {
		return servers[0]
	}
	first := int((r.turn.Add(1) - 1) % uint32(len(servers)))
	best, least := servers[first], r.pool.Load(servers[first])
	for i := 1; i < len(servers) && least > 0; i++ {
		a := servers[(first+i)%len(servers)]
		if load := r.pool.Load(a); load < least {
			best, least = a, load
		}
	}
	return best
}
