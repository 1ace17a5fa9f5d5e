package subject

import (
	"context"

	"github.com/neorx/neorx/test/bench/floor"
)

type bottom struct {
	client *floor.Client
	fetch  int64
}

func openFloor(ctx context.Context, name string, t Target) (Reader, error) {
	address, err := t.address()
	if err != nil {
		return nil, err
	}
	c, err := floor.Connect(ctx, floor.Config{Address: address, User: t.User, Password: t.Password, Decode: name == Decoded})
	return &bottom{client: c, fetch: t.floorFetch()}, err
}

func (b *bottom) Read(ctx context.Context, query string) (int64, error) {
	return b.client.Read(ctx, query, b.fetch)
}

func (b *bottom) Close() { b.client.Close() }
