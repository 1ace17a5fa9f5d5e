package bolttest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neorx/neorx/bolt"
)

// What members of a cluster say.
const (
	codeNotALeader      = "Neo.ClientError.Cluster.NotALeader"
	codeReadOnlyServer  = "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"
	codeAccessMode      = "Neo.ClientError.Statement.AccessMode"
	codeUnavailable     = "Neo.TransientError.General.DatabaseUnavailable"
	codeNoDatabase      = "Neo.ClientError.Database.DatabaseNotFound"
	codeBookmarkTimeout = "Neo.TransientError.Transaction.BookmarkTimeout"
	codeInvalidBookmark = "Neo.ClientError.Transaction.InvalidBookmark"
)

// unit is a transaction in a cluster: what is in the Value of a [Tx].
type unit struct {
	replica *replica // where it takes place
	via     *Member  // whom the client talks to
	tx      *Tx
	behind  places
	term    int
	writes  []any
}

// home is the home database for a transaction that names none.
func (m *Member) home(s *Session, tx bolt.TxConfig) string {
	m.cluster.mu.Lock()
	defer m.cluster.mu.Unlock()
	return m.cluster.home(userOf(s, tx.ImpersonatedUser))
}

func userOf(s *Session, impersonated string) string {
	if impersonated != "" {
		return impersonated
	}
	return s.Auth.Principal
}

// begin opens a transaction as soon as the replica that it takes place on has caught up with its bookmarks.
func (m *Member) begin(ctx context.Context, tx *Tx) error {
	u, err := m.open(tx)
	if err != nil {
		return err
	}
	if u.behind, err = behind(tx.Bookmarks); err != nil {
		return err
	}
	place := u.behind[u.replica.db.name]
	c := m.cluster
	late, cancel := context.WithTimeout(ctx, c.cfg.bookmarkTimeout)
	defer cancel()
	err = c.await(late, func() (bool, error) {
		if u.replica.applied < place {
			return false, nil
		}
		u.term = u.replica.term
		c.history.opened(u)
		return true, nil
	})
	if late.Err() != nil && ctx.Err() == nil {
		return Failure(codeBookmarkTimeout, fmt.Sprintf("Database '%s' not up to the requested version: %d. Latest database version is %d",
			u.replica.db.name, place, u.position()))
	}
	tx.Value = u
	return err
}

// open decides where a transaction takes place.
func (m *Member) open(tx *Tx) (*unit, error) {
	c := m.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	name := tx.Database
	if name == "" {
		name = c.home(userOf(tx.Session, tx.ImpersonatedUser))
	}
	db, err := m.database(name)
	if err != nil {
		return nil, err
	}
	u := &unit{replica: db.replicas[m.index], via: m, tx: tx}
	if tx.ReadOnly || u.replica.leads() || tx.Session.Hello.Routing == nil || !c.cfg.routes(m.index) {
		return u, nil
	}
	if leader := u.replica.leader; leader != nil && m.reaches(leader) {
		u.replica = db.replicas[leader.index]
	}
	return u, nil
}

// database returns one that the member serves; the cluster's mutex is held.
func (m *Member) database(name string) (*database, error) {
	db, ok := m.cluster.databases[name]
	switch {
	case !ok:
		return nil, Failure(codeNoDatabase, fmt.Sprintf("Graph not found: %s", name))
	case !m.serving:
		return nil, Failure(codeUnavailable, fmt.Sprintf("Database '%s' is unavailable.", name))
	}
	return db, nil
}

func (u *unit) position() int {
	u.via.cluster.mu.Lock()
	defer u.via.cluster.mu.Unlock()
	return u.replica.applied
}

// run is the server's Handler.
func (m *Member) run(ctx context.Context, q *Query) (*Result, error) {
	if q.Tx.Value == nil { // an auto-commit query
		if err := m.begin(ctx, q.Tx); err != nil {
			return nil, err
		}
	}
	return m.cluster.cfg.handler(ctx, q, &Store{q.Tx.Value.(*unit)})
}

// commit acknowledges a transaction once a majority has it. Where that is not known it hangs up.
func (m *Member) commit(ctx context.Context, tx *Tx) (string, error) {
	u, ok := tx.Value.(*unit)
	if !ok { // it was Bolt 4.2's way of asking for a routing table
		return "", nil
	}
	if len(u.writes) == 0 {
		return u.bookmark(u.position()), nil
	}
	place, err := u.append()
	if err != nil {
		return "", err
	}
	if !pause(m.cluster.cfg.hop, ctx.Done()) || u.await(ctx, place) != nil {
		return "", ErrHangUp
	}
	if u.via.cut(&u.via.cutAfter) {
		return "", ErrHangUp
	}
	return u.bookmark(place), nil
}

// append adds the transaction to the leader's log.
func (u *unit) append() (place int, err error) {
	c := u.via.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := u.writable(); err != nil {
		return 0, err
	}
	if u.via.cutBefore > 0 {
		u.via.cutBefore--
		return 0, ErrHangUp
	}
	return u.replica.append(u.writes...), nil
}

// await brings the leader's log to the others and waits until a majority has the entry at this place, or the leader is none any more.
func (u *unit) await(ctx context.Context, place int) error {
	r := u.replica
	tried := false
	return u.via.cluster.await(ctx, func() (bool, error) {
		if !tried && r.leads() && r.term == u.term {
			tried = true
			r.replicate(time.Now())
		}
		switch {
		case r.commit >= place && r.log[place-1].term == u.term:
			return true, nil
		case !r.leads() || r.term != u.term:
			return false, ErrHangUp
		}
		return false, nil
	})
}

// cut counts a commit, and tells whether it is to be cut.
func (m *Member) cut(left *int) bool {
	m.cluster.mu.Lock()
	defer m.cluster.mu.Unlock()
	if *left <= 0 || m.cutBefore > 0 {
		return false
	}
	*left--
	return true
}

// writable returns why the transaction cannot write, if it cannot; the cluster's mutex is held.
func (u *unit) writable() error {
	r := u.replica
	switch {
	case u.tx.ReadOnly:
		return Failure(codeAccessMode, "Writing in read access mode not allowed. Attempted write to "+r.db.name)
	case !r.member.voter:
		return Failure(codeReadOnlyServer, "No write operations are allowed on a read replica.")
	case !r.leads() || r.term != u.term:
		return Failure(codeNotALeader, "No write operations are allowed directly on this database. Writes must pass through the leader. "+
			"The role of this server is: FOLLOWER")
	case r.member != u.via && !u.via.reaches(r.member):
		return Failure(codeUnavailable, "The leader of the database is not reachable from here.")
	}
	return nil
}

// places are how far databases have to be: what a bookmark says. One that a transaction returns is also about the databases that it was told of, as with
// a real server, so that nothing is lost where it takes the place of those that were sent.
type places map[string]int

// behind is what bookmarks say together.
func behind(bookmarks []string) (places, error) {
	all := places{}
	for _, b := range bookmarks {
		for one := range strings.SplitSeq(b, ",") {
			name, place, ok := strings.Cut(one, ":")
			n, err := strconv.Atoi(place)
			if !ok || err != nil {
				return nil, Failure(codeInvalidBookmark, fmt.Sprintf("Supplied bookmark [%s] does not conform to pattern", b))
			}
			all[name] = max(all[name], n)
		}
	}
	return all, nil
}

// bookmark is for everything behind the transaction, and what it has written or can have read.
func (u *unit) bookmark(place int) string {
	all := places{}
	maps.Copy(all, u.behind)
	all[u.replica.db.name] = place
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, fmt.Sprintf("%s:%d", name, all[name]))
	}
	return strings.Join(parts, ",")
}
