package routing_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

func TestDirect(t *testing.T) {
	cases := map[string]routing.Request{
		"nothing in particular": {},
		"a read":                {ReadOnly: true},
		"everything":            {Database: "movies", ReadOnly: true, Bookmarks: []string{"b"}, ImpersonatedUser: "alice"},
	}
	router := routing.Direct(somewhere(), "db:7687")
	for name, request := range cases {
		t.Run(name, func(t *testing.T) {
			servers := router.Route(request)
			for range 2 {
				got, err := servers.Collect(t.Context())
				require.NoError(t, err)
				assert.Equal(t, []pool.Address{"db:7687"}, got, "every run gives the one server")
			}
		})
	}
}

func TestRouteAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := routing.Direct(somewhere(), "db:7687").Route(routing.Request{}).First(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}
