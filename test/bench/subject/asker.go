package subject

import (
	"context"
	"fmt"

	"github.com/neo4j/neo4j-go-driver/v6/neo4j"

	"github.com/neorx/neorx"
)

// The names of neorx where it is not about one of its faces.
const (
	Neorx = "neorx"
	Exec  = "Exec" // it takes the summary alone
)

// Asker is a driver with which single queries are asked, in the way that its manual recommends: at the level of the driver, with retries and bookmarks.
type Asker interface {
	// Ask runs a query, as a read or as a write, and takes its records and its summary.
	Ask(ctx context.Context, query string, params map[string]any, write bool) (records int, err error)
	// Load runs a write for its effect; rows is a slice that becomes the parameter of that name.
	Load(ctx context.Context, query string, rows any) error
	// Close closes the connections.
	Close()
}

// OpenAsker opens the driver of that name.
func OpenAsker(name string, t Target) (Asker, error) {
	switch name {
	case Official:
		d, err := OfficialDriver(t)
		return officialAsker{d}, err
	case Neorx:
		d, err := NeorxDriver(t)
		return neorxAsker{d}, err
	case Exec:
		d, err := NeorxDriver(t)
		return execAsker{neorxAsker{d}}, err
	}
	return nil, fmt.Errorf("subject: there is no %q", name)
}

type officialAsker struct{ neo4j.Driver }

func (o officialAsker) Ask(ctx context.Context, query string, params map[string]any, write bool) (int, error) {
	routing := neo4j.ExecuteQueryWithReadersRouting()
	if write {
		routing = neo4j.ExecuteQueryWithWritersRouting()
	}
	result, err := neo4j.ExecuteQuery(ctx, o.Driver, query, params, neo4j.EagerResultTransformer, routing)
	if err != nil {
		return 0, err
	}
	return len(result.Records), nil
}

func (o officialAsker) Load(ctx context.Context, query string, rows any) error {
	_, err := o.Ask(ctx, query, map[string]any{"rows": rows}, true)
	return err
}

func (o officialAsker) Close() { o.Driver.Close(context.Background()) }

type neorxAsker struct{ *neorx.Driver }

func (n neorxAsker) Ask(ctx context.Context, query string, params map[string]any, write bool) (int, error) {
	records, _, err := n.query(query, params, write).Collect(ctx)
	return len(records), err
}

func (n neorxAsker) query(query string, params map[string]any, write bool) neorx.Query {
	if write {
		return n.Query(query, params)
	}
	return n.Query(query, params, neorx.ReadOnly())
}

func (n neorxAsker) Load(ctx context.Context, query string, rows any) error {
	_, err := n.Query(query, map[string]any{"rows": rows}).Exec(ctx)
	return err
}

func (n neorxAsker) Close() { _ = n.Driver.Close(context.Background()) }

// execAsker leaves the records on the server.
type execAsker struct{ neorxAsker }

func (n execAsker) Ask(ctx context.Context, query string, params map[string]any, write bool) (int, error) {
	_, err := n.query(query, params, write).Exec(ctx)
	return 0, err
}
