package subject

import (
	"context"
	"errors"

	"github.com/neo4j/neo4j-go-driver/v6/neo4j"
)

type officialLeaver struct{ neo4j.Driver }

func (o officialLeaver) Leave(ctx context.Context, query, how string, at int, leaving func()) error {
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	session := o.NewSession(reading, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead})
	defer session.Close(ctx)
	result, err := session.Run(reading, query, nil)
	if err != nil {
		return err
	}
	for rows := 1; result.Next(reading); rows++ {
		if rows != at {
			continue
		}
		leaving()
		if how == Break {
			_, err := result.Consume(ctx)
			return err
		}
		cancel()
	}
	if err := result.Err(); how != Cancel || !errors.Is(err, context.Canceled) && reading.Err() == nil {
		return err
	}
	return nil
}

func (o officialLeaver) Small(ctx context.Context) error {
	_, err := officialAsker(o).Ask(ctx, oneRow, nil, false)
	return err
}

func (o officialLeaver) Transact(ctx context.Context, rollBack bool) error {
	session := o.NewSession(ctx, neo4j.SessionConfig{})
	defer session.Close(ctx)
	tx, err := session.BeginTransaction(ctx)
	if err != nil {
		return err
	}
	defer tx.Close(ctx)
	for _, query := range []string{writeRow, readRows} {
		result, err := tx.Run(ctx, query, nil)
		if err != nil {
			return err
		}
		if _, err := result.Consume(ctx); err != nil {
			return err
		}
	}
	if rollBack {
		return tx.Rollback(ctx)
	}
	return tx.Commit(ctx)
}

// Dialled is unknown: this driver does not count.
func (officialLeaver) Dialled() int64 { return -1 }

func (officialLeaver) Lost() int64 { return -1 }

func (o officialLeaver) Close() { o.Driver.Close(context.Background()) }
