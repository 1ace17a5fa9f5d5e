package subject

import (
	"context"
	"errors"
	"fmt"

	"github.com/neo4j/neo4j-go-driver/v6/neo4j"

	"github.com/neorx/neorx"
)

// Holder is a driver that can be made to have many connections, and many sessions.
type Holder interface {
	// Hold opens n results at once, each on a connection of its own, and closes them.
	Hold(ctx context.Context, n int, query string) error
	// Sessions makes n sessions that do nothing.
	Sessions(ctx context.Context, n int) any
	// Close closes the connections.
	Close()
}

// OpenHolder opens the driver of that name.
func OpenHolder(name string, t Target) (Holder, error) {
	switch name {
	case Official:
		d, err := OfficialDriver(t)
		return officialAsker{d}, err
	case Neorx:
		d, err := NeorxDriver(t)
		return neorxAsker{d}, err
	}
	return nil, fmt.Errorf("subject: there is no %q", name)
}

func (o officialAsker) Hold(ctx context.Context, n int, query string) error {
	var closers []func(context.Context) error
	var failed error
	for range n {
		session := o.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead})
		closers = append(closers, session.Close)
		result, err := session.Run(ctx, query, nil)
		if err != nil {
			failed = err
			break
		}
		result.Next(ctx)
	}
	return errors.Join(failed, all(ctx, closers))
}

func (o officialAsker) Sessions(ctx context.Context, n int) any {
	sessions := make([]neo4j.Session, n)
	for i := range sessions {
		sessions[i] = o.NewSession(ctx, neo4j.SessionConfig{})
	}
	return sessions
}

func (n neorxAsker) Hold(ctx context.Context, count int, query string) error {
	var closers []func(context.Context) error
	var failed error
	for range count {
		result, err := n.Query(query, nil, neorx.ReadOnly()).Open(ctx)
		if err != nil {
			failed = err
			break
		}
		closers = append(closers, result.Close)
	}
	return errors.Join(failed, all(ctx, closers))
}

func (n neorxAsker) Sessions(_ context.Context, count int) any {
	sessions := make([]*neorx.Session, count)
	for i := range sessions {
		sessions[i] = n.Session()
	}
	return sessions
}

func all(ctx context.Context, closers []func(context.Context) error) (err error) {
	for _, c := range closers {
		err = errors.Join(err, c(ctx))
	}
	return err
}
