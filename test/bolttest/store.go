package bolttest

import (
	"context"
	"fmt"
	"iter"

	"github.com/neorx/neorx/records"
)

// ClusterHandler answers queries in a cluster, as [Handler] does on a single server. The state of a database is what was appended to its log: what
// the handler appends to the store is there, for everybody, once the transaction is committed, and the handler works out from the log what a query asks
// for. Handlers of different transactions run concurrently.
type ClusterHandler func(ctx context.Context, q *Query, s *Store) (*Result, error)

// Store is the log of a database as a transaction sees it on the member that it takes place on. It is for the one call of the handler that it
// was given to, and for the rows of the result.
type Store struct{ unit *unit }

// Database names the database.
func (s *Store) Database() string { return s.unit.replica.db.name }

// Member is where the transaction takes place.
func (s *Store) Member() *Member { return s.unit.replica.member }

// Append adds a value to what the transaction will have written. The error, which the handler should return, is that of a server that must not write: in
// a transaction with read access, on a follower or on a read replica.
func (s *Store) Append(value any) error {
	c := s.unit.via.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.unit.writable(); err != nil {
		return err
	}
	s.unit.writes = append(s.unit.writes, value)
	return nil
}

// Values yields everything that was committed, as far as the member has caught up by now, in the same order on all members, and then what the
// transaction has appended itself.
func (s *Store) Values() iter.Seq[any] {
	u := s.unit
	return func(yield func(any) bool) {
		for _, e := range u.committed() {
			for _, value := range e.values {
				if !yield(value) {
					return
				}
			}
		}
		for _, value := range u.writes {
			if !yield(value) {
				return
			}
		}
	}
}

// committed is the part of the log that does not change any more.
func (u *unit) committed() []entry {
	c := u.via.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	return u.replica.log[:u.replica.applied]
}

// The queries that [Entries] knows.
const (
	// CreateEntry appends $id.
	CreateEntry = "CREATE (:Entry {id: $id})"
	// ListEntries returns what was appended, in order, as the column id.
	ListEntries = "MATCH (e:Entry) RETURN e.id AS id"
	// CountEntries returns how many there are, as the column total, and how many of $ids are among them, as the column known.
	CountEntries = "MATCH (e:Entry) RETURN count(e) AS total, count(CASE WHEN e.id IN $ids THEN e END) AS known"
)

// Entries is a [ClusterHandler] for a database of entries with an id: it knows [CreateEntry], [ListEntries] and [CountEntries].
func Entries(_ context.Context, q *Query, s *Store) (*Result, error) {
	switch q.Text {
	case CreateEntry:
		if err := s.Append(q.Params["id"]); err != nil {
			return nil, err
		}
		return Changed(records.Counters{NodesCreated: 1, LabelsAdded: 1, PropertiesSet: 1}), nil
	case ListEntries:
		return Seq([]string{"id"}, func(yield func([]any, error) bool) {
			for id := range s.Values() {
				if !yield([]any{id}, nil) {
					return
				}
			}
		}), nil
	case CountEntries:
		total, known := s.count(q.Params["ids"])
		return Rows([]string{"total", "known"}, []any{total, known}), nil
	}
	return nil, Failure("Neo.ClientError.Statement.SyntaxError", fmt.Sprintf("bolttest: Entries does not know %q", q.Text))
}

func (s *Store) count(ids any) (total, known int) {
	list, _ := ids.([]any)
	wanted := make(map[any]bool, len(list))
	for _, id := range list {
		wanted[id] = true
	}
	for id := range s.Values() {
		total++
		if wanted[id] {
			known++
		}
	}
	return total, known
}
