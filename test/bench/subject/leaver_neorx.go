package subject

import (
	"context"
	"errors"

	"github.com/neorx/neorx"
)

type neorxLeaver struct{ *neorx.Driver }

func (n neorxLeaver) Leave(ctx context.Context, query, how string, at int, leaving func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows := 0
	for _, err := range n.Query(query, nil, neorx.ReadOnly()).Stream().All(ctx) {
		if errors.Is(err, context.Canceled) && how == Cancel {
			return nil
		}
		if err != nil {
			return err
		}
		if rows++; rows != at {
			continue
		}
		leaving()
		if how == Break {
			return nil // the loop's end
		}
		cancel()
	}
	return nil
}

func (n neorxLeaver) Small(ctx context.Context) error {
	_, err := neorx.One[int64](ctx, n.Query(oneRow, nil, neorx.ReadOnly()))
	return err
}

func (n neorxLeaver) Transact(ctx context.Context, rollBack bool) error {
	s := n.Session()
	defer s.Close()
	tx, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Close(ctx) }()
	for _, query := range []string{writeRow, readRows} {
		if _, err := tx.Query(query, nil).Exec(ctx); err != nil {
			return err
		}
	}
	if rollBack {
		return tx.Rollback(ctx)
	}
	return tx.Commit(ctx)
}

func (n neorxLeaver) Dialled() int64 { return n.PoolStats().Total.Dialled }

func (n neorxLeaver) Lost() int64 {
	closed := n.PoolStats().Total.Closed
	return closed.Uncleaned + closed.Failed + closed.Dead + closed.Suspect
}

func (n neorxLeaver) Close() { _ = n.Driver.Close(context.Background()) }
