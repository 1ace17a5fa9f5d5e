package main

import (
	"context"
	"errors"

	"github.com/neorx/neorx"
)

// session is a session as tests use it, with at most one result at a time. A session of the driver gives every query a connection of its
// own; who wants one after the other on the same connection reads each result to its end before the next begins, and so does this.
type session struct {
	*neorx.Session
	id       string
	open     *cursor      // the result that was begun last
	begun    *transaction // the transaction that was begun last
	decision chan error   // of the test, about its managed transaction
}

func init() {
	on("NewSession", newSession)
	on("SessionClose", closeSession)
	on("SessionRun", runInSession)
	on("SessionLastBookmarks", lastBookmarks)
}

type newSessionRequest struct {
	ofDriver
	AccessMode       string         `json:"accessMode"`
	Bookmarks        []string       `json:"bookmarks"`
	Database         string         `json:"database"`
	FetchSize        *int64         `json:"fetchSize"`
	ImpersonatedUser string         `json:"impersonatedUser"`
	Auth             *authorization `json:"authorizationToken"`
	Manager          managerID      `json:"bookmarkManagerId"`
	notificationSettings
}

func newSession(c *conn, _ context.Context, r newSessionRequest) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	opts, err := r.options(c)
	if err != nil {
		return "", nil, err
	}
	s := &session{Session: d.Session(opts...), decision: make(chan error)}
	s.id = c.add(s)
	return "Session", identified{s.id}, nil
}

func (r *newSessionRequest) options(c *conn) ([]neorx.SessionOption, error) {
	opts := []neorx.SessionOption{neorx.WithBookmarks(r.Bookmarks...)}
	add := func(o neorx.SessionOption) { opts = append(opts, o) }
	if r.AccessMode == "r" {
		add(neorx.ReadOnly())
	}
	if r.Database != "" {
		add(neorx.Database(r.Database))
	}
	if r.ImpersonatedUser != "" {
		add(neorx.Impersonate(r.ImpersonatedUser))
	}
	if r.Auth != nil {
		add(neorx.Auth(r.Auth.source()))
	}
	when(r.FetchSize, func(n int64) { add(neorx.FetchSize(n)) })
	when(r.filter(), func(f neorx.NotificationFilter) { add(neorx.Notifications(f)) })
	if r.Manager.given {
		m, err := r.Manager.manager(c)
		if err != nil {
			return nil, err
		}
		add(neorx.WithBookmarkManager(m))
	}
	return opts, nil
}

// ofSession is a request that is about a session and says nothing more.
type ofSession struct {
	SessionID string `json:"sessionId"`
}

// statement is a query with its parameters.
type statement struct {
	Cypher string             `json:"cypher"`
	Params map[string]message `json:"params"`
}

// closeSession closes the result and the transaction first, because whoever has opened one closes it; closing the session alone would abort them.
func closeSession(c *conn, ctx context.Context, r ofSession) (string, any, error) {
	s, err := lookup[*session](c, r.SessionID)
	if err != nil {
		return "", nil, err
	}
	if s.open != nil {
		err = s.open.close(ctx)
	}
	if s.begun != nil {
		err = errors.Join(err, s.begun.Close(ctx))
	}
	return "Session", identified{s.id}, errors.Join(err, s.Close())
}

// settle reads what is left of the session's result, before something else begins. If that fails, whoever reads the result is told.
func (s *session) settle(ctx context.Context) {
	if s.open != nil {
		s.open.buffer(ctx)
		s.open = nil
	}
}

func runInSession(c *conn, ctx context.Context, r struct {
	ofSession
	statement
	txSettings
},
) (string, any, error) {
	s, err := lookup[*session](c, r.SessionID)
	if err != nil {
		return "", nil, err
	}
	s.settle(ctx)
	opts, err := r.options()
	if err != nil {
		return "", nil, err
	}
	cur, err := c.open(ctx, s, &r.statement, all(opts, asQueryOption)...)
	if err != nil {
		return "", nil, err
	}
	s.open = cur
	return cur.opened()
}

func lastBookmarks(c *conn, _ context.Context, r ofSession) (string, any, error) {
	s, err := lookup[*session](c, r.SessionID)
	if err != nil {
		return "", nil, err
	}
	return "Bookmarks", map[string]any{"bookmarks": append([]string{}, s.LastBookmarks()...)}, nil
}
