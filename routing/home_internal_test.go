package routing

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

func TestHomesAreBounded(t *testing.T) {
	h := newHomes()
	for i := range maxHomes {
		assert.True(t, h.put(fmt.Sprint(i), "x", uint64(i)))
	}
	assert.False(t, h.put("0", "x", 0), "no news, but used")
	assert.True(t, h.put("new", "x", 1))
	assert.Len(t, h.byUser, maxHomes)
	assert.Equal(t, maxHomes, h.order.Len())
	_, kept := h.get("0")
	assert.True(t, kept)
	_, kept = h.get("1")
	assert.False(t, kept, "the oldest has gone")
	last, _ := h.get("2")
	assert.Equal(t, home{"2", "x", 2}, last)
}

// failing is a token source that has none.
type failing struct{ pool.TokenSource }

func (failing) Token(context.Context) (bolt.AuthToken, error) {
	return bolt.AuthToken{}, errors.New("the vault is closed")
}

func TestIdentify(t *testing.T) {
	as := func(token bolt.AuthToken) Request { return Request{Conn: pool.Request{Auth: pool.Static(token)}} }
	id := func(q Request) identity {
		id, err := identify(t.Context(), q)
		require.NoError(t, err)
		return id
	}
	assert.Equal(t, identity{}, id(Request{}))
	assert.Equal(t, identity{user: "user eve"}, id(Request{ImpersonatedUser: "eve"}))
	eve := id(as(bolt.BasicAuth("eve", "secret")))
	assert.Equal(t, "user eve", eve.user)
	assert.NotContains(t, fmt.Sprint(eve), "secret")
	assert.NotEqual(t, eve.login, id(as(bolt.BasicAuth("eve", "guess"))).login)
	custom := func(v any) bolt.AuthToken { return bolt.CustomAuth("p", "c", "r", "s", map[string]any{"k": v}) }
	assert.Equal(t, id(as(custom(1))), id(as(custom(1))))
	assert.NotEqual(t, id(as(custom(1))), id(as(custom(2))))
	both := as(bolt.BasicAuth("eve", "secret"))
	both.ImpersonatedUser = "bob"
	assert.Equal(t, identity{user: "user bob", login: eve.login}, id(both))
	_, err := identify(t.Context(), Request{Conn: pool.Request{Auth: failing{}}})
	assert.ErrorContains(t, err, "the vault is closed")
}
