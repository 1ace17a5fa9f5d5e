package routing

import (
	"slices"
	"time"

	"github.com/neorx/neorx/pool"
)

// tables is what a router knows about a cluster. Router.mu guards it.
type tables struct {
	byName map[string]*table
	// called says what the servers call a database that was asked for by another name: in other letters, or by an alias.
	called map[string]string
	// next says of which table the next one was asked for ahead of time, by when that ends.
	next map[string]time.Time
	// initial are the routers that the seed has last been found to stand for.
	initial []pool.Address
	// served are the servers that connections may be open to: all that were in a table or initial since they were last looked through.
	served map[pool.Address]struct{}
}

func newTables() tables {
	return tables{byName: map[string]*table{}, called: map[string]string{}, next: map[string]time.Time{}, served: map[pool.Address]struct{}{}}
}

// get returns the table of a database, nil if there is none.
func (k *tables) get(database string) *table {
	if t := k.byName[database]; t != nil {
		return t
	}
	if name, ok := k.called[database]; ok {
		return k.byName[name]
	}
	return nil
}

// put keeps a table that was asked for by a name, and drops those which ended more than purgeDelay ago. It returns the table that it replaces, and
// the servers that are in no table any more.
func (k *tables) put(asked string, t *table, purgeDelay time.Duration) (before *table, left []pool.Address) {
	before = k.byName[t.database]
	k.byName[t.database] = t
	if asked != t.database && asked != "" {
		k.called[asked] = t.database
	}
	for name, other := range k.byName {
		if t.fetched.Sub(other.expires) > purgeDelay {
			k.remove(name)
		}
	}
	return before, k.sweep()
}

// remove drops the table of a database.
func (k *tables) remove(database string) {
	t := k.get(database)
	if t == nil {
		return
	}
	delete(k.byName, t.database)
	delete(k.next, t.database)
	for alias, name := range k.called {
		if name == t.database {
			delete(k.called, alias)
		}
	}
}

// ahead tells whether the table after t is still to be asked for ahead of time, and notes that it is now.
func (k *tables) ahead(t *table) bool {
	if k.next[t.database].Equal(t.expires) {
		return false
	}
	k.next[t.database] = t.expires
	return true
}

// resolved notes what the seed has been found to stand for, if anything was. It returns what it stood for before: whoever stores no table besides
// has to leave that.
func (k *tables) resolved(initial []pool.Address) (before []pool.Address) {
	if len(initial) == 0 {
		return nil
	}
	before, k.initial = k.initial, initial
	for _, a := range initial {
		k.served[a] = struct{}{}
	}
	return before
}

// leave returns those of the servers that nobody needs any more.
func (k *tables) leave(list []pool.Address) (left []pool.Address) {
	for _, a := range list {
		if !k.needs(a) {
			delete(k.served, a)
			left = append(left, a)
		}
	}
	return left
}

// strays are those of the servers that were asked, and about which nothing is known: whoever wanted them has gone, or a table that named them has.
func (k *tables) strays(asked []pool.Address) []pool.Address {
	return slices.DeleteFunc(slices.Clone(asked), func(a pool.Address) bool {
		_, known := k.served[a]
		return known
	})
}

// needs tells whether a server is in a table, or what the seed stands for.
func (k *tables) needs(a pool.Address) bool {
	for _, t := range k.byName {
		if t.has(a) {
			return true
		}
	}
	return slices.Contains(k.initial, a)
}

// sweep brings served up to date, and returns what has left it.
func (k *tables) sweep() (left []pool.Address) {
	now := make(map[pool.Address]struct{}, len(k.served))
	for _, a := range k.initial {
		now[a] = struct{}{}
	}
	for _, t := range k.byName {
		for _, list := range [][]pool.Address{t.routers, t.readers, t.writers} {
			for _, a := range list {
				now[a] = struct{}{}
			}
		}
	}
	for a := range k.served {
		if _, still := now[a]; !still {
			left = append(left, a)
		}
	}
	k.served = now
	slices.Sort(left)
	return left
}

// forget drops a server from all tables, and tells whether it was in one.
func (k *tables) forget(a pool.Address) bool {
	was := false
	for name, t := range k.byName {
		if t.has(a) {
			was = true
			k.byName[name] = t.without(a)
		}
	}
	return was
}

// forgetWriter drops a server from the writers of one database.
func (k *tables) forgetWriter(database string, a pool.Address) bool {
	t := k.get(database)
	if t == nil || !slices.Contains(t.writers, a) {
		return false
	}
	u := *t
	u.writers = except(t.writers, a)
	k.byName[t.database] = &u
	return true
}

// forgetRouter drops a server from the routers of one database.
func (k *tables) forgetRouter(database string, a pool.Address) {
	if t := k.get(database); t != nil {
		u := *t
		u.routers = except(t.routers, a)
		k.byName[t.database] = &u
	}
}
