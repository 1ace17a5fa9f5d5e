package routing

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/cause"
)

// homes remembers the home database of each user who was met, the most recent maxHomes of them. Router.mu guards it.
type homes struct {
	byUser map[string]*list.Element
	order  list.List // of home, the one stored last at the front
}

// maxHomes bounds the memory: a service may act for any number of users.
const maxHomes = 10_000

// home is what is known about one user.
type home struct {
	user, database string
	answer         uint64 // the number of the last answer of a router to where it is
}

func newHomes() homes { return homes{byUser: map[string]*list.Element{}} }

func (h *homes) get(user string) (home, bool) {
	e := h.byUser[user]
	if e == nil {
		return home{}, false
	}
	return e.Value.(home), true
}

// put stores what is known now, and tells whether it is news.
func (h *homes) put(user, database string, answer uint64) (news bool) {
	if e := h.byUser[user]; e != nil {
		old := e.Value.(home)
		e.Value = home{user, database, max(answer, old.answer)}
		h.order.MoveToFront(e)
		return old.database != database
	}
	h.byUser[user] = h.order.PushFront(home{user, database, answer})
	if h.order.Len() > maxHomes {
		last := h.order.Remove(h.order.Back()).(home)
		delete(h.byUser, last.user)
	}
	return true
}

// identity is whom a question to a router is about, and who asks it.
type identity struct {
	// user names the one whose home database is meant: who is impersonated; otherwise whoever the session logs in as, which is the same as being
	// impersonated where there is just a name and a password; otherwise, as "", whoever the pool logs in as at the time.
	user string
	// login is the session's own token, as a hash; "" is the pool's.
	login string
}

func identify(ctx context.Context, q Request) (identity, error) {
	var id identity
	if q.Conn.Auth != nil {
		token, err := q.Conn.Auth.Token(ctx)
		if err != nil {
			return id, fmt.Errorf("routing: get an auth token: %w", cause.Explain(ctx, err))
		}
		id.login = digest(token)
		id.user = id.login
		if token.Scheme == "basic" {
			id.user = "user " + token.Principal
		}
	}
	if q.ImpersonatedUser != "" {
		id.user = "user " + q.ImpersonatedUser
	}
	return id, nil
}

// digest tells tokens apart without keeping secrets.
func digest(t bolt.AuthToken) string {
	parameters, _ := json.Marshal(t.Parameters) // what cannot be marshalled cannot be sent either
	parts := fmt.Sprintf("%q %q %q %q %s", t.Scheme, t.Principal, t.Credentials, t.Realm, parameters)
	return fmt.Sprintf("token %x", sha256.Sum256([]byte(parts)))
}
