package subject

import (
	"context"
	"fmt"

	"github.com/neo4j/neo4j-go-driver/v6/neo4j"

	"github.com/neorx/neorx"
)

// Slowly reads a result record by record and calls each after every one of them.
func Slowly(ctx context.Context, name string, t Target, query string, each func()) error {
	switch name {
	case Official:
		d, err := OfficialDriver(t)
		if err != nil {
			return err
		}
		defer d.Close(ctx)
		return officialSlowly(ctx, d, query, each)
	case Neorx:
		d, err := NeorxDriver(t)
		if err != nil {
			return err
		}
		defer d.Close(ctx)
		return d.Query(query, nil, neorx.ReadOnly()).Stream().ForEach(ctx, func(*neorx.Record) error { each(); return nil })
	}
	return fmt.Errorf("subject: there is no %q", name)
}

func officialSlowly(ctx context.Context, d neo4j.Driver, query string, each func()) error {
	session := d.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead})
	defer session.Close(ctx)
	result, err := session.Run(ctx, query, nil)
	if err != nil {
		return err
	}
	for result.Next(ctx) {
		each()
	}
	return result.Err()
}
