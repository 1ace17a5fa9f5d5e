package routing

import (
	"cmp"
	"slices"
)

// Tables returns all routing tables as they are known, whether or not they still hold, in the order of their databases. It asks nobody and does not
// wait. A router made by [Direct] has none.
func (r *Router) Tables() []Table {
	var all []Table
	r.mu.Lock()
	for _, t := range r.tables.byName {
		all = append(all, t.snapshot())
	}
	r.mu.Unlock()
	slices.SortFunc(all, func(a, b Table) int { return cmp.Compare(a.Database, b.Database) })
	return all
}
