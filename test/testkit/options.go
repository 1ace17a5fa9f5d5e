package main

import (
	"context"
	"encoding/json"

	"github.com/neorx/neorx"
)

// notificationSettings are fields of drivers and sessions.
type notificationSettings struct {
	MinSeverity        *string   `json:"notificationsMinSeverity"`
	DisabledCategories *[]string `json:"notificationsDisabledCategories"`
}

func (n *notificationSettings) filter() *neorx.NotificationFilter {
	if n.MinSeverity == nil && n.DisabledCategories == nil {
		return nil
	}
	var f neorx.NotificationFilter
	when(n.MinSeverity, func(s string) { f.MinimumSeverity = s })
	when(n.DisabledCategories, func(disabled []string) { f.Disabled = disabled })
	return &f
}

// txSettings are fields of whatever begins a transaction.
type txSettings struct {
	Meta    map[string]message `json:"txMeta"`
	Timeout *milliseconds      `json:"timeout"`
}

func (t *txSettings) options() ([]neorx.QueryTxOption, error) {
	var opts []neorx.QueryTxOption
	if t.Meta != nil {
		meta, err := parameters(t.Meta)
		if err != nil {
			return nil, err
		}
		opts = append(opts, neorx.Metadata(meta))
	}
	when(t.Timeout, func(m milliseconds) { opts = append(opts, neorx.Timeout(m.duration())) })
	return opts, nil
}

// all is opts in one of their roles.
func all[O, R any](opts []O, role func(O) R) []R {
	var as []R
	for _, o := range opts {
		as = append(as, role(o))
	}
	return as
}

func asQueryOption(o neorx.QueryTxOption) neorx.QueryOption { return o }

func asTxOption(o neorx.QueryTxOption) neorx.TxOption { return o }

// managerID names a bookmark manager. Tests leave it out, give −1 for none, or an id.
type managerID struct {
	given bool
	id    string
}

func (m *managerID) UnmarshalJSON(text []byte) error {
	m.given = string(text) != "null"
	if json.Unmarshal(text, &m.id) != nil {
		var none int
		return json.Unmarshal(text, &none)
	}
	return nil
}

// manager returns the manager, which is nil for none.
func (m *managerID) manager(c *conn) (neorx.BookmarkManager, error) {
	if m.id == "" {
		return nil, nil
	}
	return lookup[neorx.BookmarkManager](c, m.id)
}

type executeQueryRequest struct {
	ofDriver
	statement
	Config struct {
		txSettings
		Routing          string         `json:"routing"`
		Database         string         `json:"database"`
		ImpersonatedUser string         `json:"impersonatedUser"`
		Auth             *authorization `json:"authorizationToken"`
		Manager          managerID      `json:"bookmarkManagerId"`
	} `json:"config"`
}

func executeQuery(c *conn, ctx context.Context, r executeQueryRequest) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	opts, err := r.options(c)
	if err != nil {
		return "", nil, err
	}
	params, err := parameters(r.Params)
	if err != nil {
		return "", nil, err
	}
	// Held, because that is what the suite means: the result as a whole, once it is committed.
	rows, sum, err := d.Query(r.Cypher, params, append(opts, neorx.Hold())...).Collect(ctx)
	if err != nil {
		return "", nil, err
	}
	return eagerResult(rows, sum)
}

func (r *executeQueryRequest) options(c *conn) ([]neorx.QueryOption, error) {
	set, err := r.Config.txSettings.options()
	if err != nil {
		return nil, err
	}
	opts := all(set, asQueryOption)
	if r.Config.Routing == "r" {
		opts = append(opts, neorx.ReadOnly())
	}
	if r.Config.Database != "" {
		opts = append(opts, neorx.Database(r.Config.Database))
	}
	if r.Config.ImpersonatedUser != "" {
		opts = append(opts, neorx.Impersonate(r.Config.ImpersonatedUser))
	}
	if r.Config.Auth != nil {
		opts = append(opts, neorx.Auth(r.Config.Auth.source()))
	}
	if r.Config.Manager.given {
		m, err := r.Config.Manager.manager(c)
		if err != nil {
			return nil, err
		}
		opts = append(opts, neorx.WithBookmarkManager(m))
	}
	return opts, nil
}

func eagerResult(rows []*neorx.Record, sum *neorx.Summary) (string, any, error) {
	all, err := recordList(rows)
	if err != nil {
		return "", nil, err
	}
	end, err := summary(sum)
	if err != nil {
		return "", nil, err
	}
	return "EagerResult", map[string]any{"keys": list(sum.Keys), "records": all, "summary": end}, nil
}
