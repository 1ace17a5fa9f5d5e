package pool_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

func TestALostConnectionMakesItsEldersSuspect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost := &bolt.ConnectivityError{Op: "read", Address: string(db), Err: errors.New("connection reset")}
		var dead []error
		p := newPool(t, &server{}, 4, func(c *pool.Config) {
			c.OnDead = func(_ pool.Address, err error) { dead = append(dead, err) }
		})
		var all []*pool.Conn
		for range 4 {
			all = append(all, get(t, p))
			pass(time.Second)
		}
		all[0].Release()
		all[1].Release()
		all[3].Release()
		require.Same(t, lost, all[2].Fail(lost))
		all[2].Release()
		synctest.Wait()
		stats := p.Stats().Total
		assert.Equal(t, 1, stats.Idle, "the youngest may be good")
		assert.EqualValues(t, 2, stats.Closed.Suspect)
		assert.EqualValues(t, 1, stats.Closed.Failed)
		assert.Equal(t, []error{lost}, dead)
		c := get(t, p)
		assert.Equal(t, 4, number(c))
		c.Release()
	})
}

func TestAnAbandonedWriteSaysNothingAboutTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		abandoned := &bolt.ConnectivityError{Op: "write", Address: string(db), Err: context.Canceled}
		p := newPool(t, &server{}, 2, func(c *pool.Config) {
			c.OnDead = func(_ pool.Address, err error) { assert.NoError(t, err) }
		})
		idle, c := get(t, p), get(t, p)
		idle.Release()
		require.Same(t, abandoned, c.Fail(abandoned))
		synctest.Wait()
		assert.Equal(t, 1, p.Stats().Total.Idle)
		c.Release()
	})
}

func TestSecurityErrorsOfALease(t *testing.T) {
	cases := map[string]struct {
		code         string
		closed       bool // the connection itself
		othersReauth bool
	}{
		"authorization expired": {"AuthorizationExpired", true, true},
		"token expired":         {"TokenExpired", true, false},
		"forbidden":             {"Forbidden", false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := &tokens{current: alice}
				p := newPool(t, &server{}, 2, withAuth(source))
				failing, other := get(t, p), get(t, p)
				err := securityError(c.code)
				require.ErrorIs(t, failing.Fail(err), err)
				assert.Equal(t, []bolt.AuthToken{alice}, source.rejected)
				failing.Release()
				synctest.Wait()
				assert.Equal(t, c.closed, !failing.Link().Alive())

				other.Release()
				again := get(t, p)
				assert.Equal(t, c.othersReauth, again.Link().(*link).reauths == 1)
				again.Release()
				again = get(t, p)
				assert.Equal(t, c.othersReauth, again.Link().(*link).reauths == 1, "once is enough")
				again.Release()
			})
		})
	}
}

func TestASecurityErrorThatTheSourceCanHandle(t *testing.T) {
	source := &tokens{current: alice, next: &bob}
	p := newPool(t, &server{}, 1, withAuth(source))
	c := get(t, p)
	defer c.Release()
	var again *pool.TokenRejectedError
	require.ErrorAs(t, c.Fail(securityError("TokenExpired")), &again)
}

func TestASessionsOwnTokenIsItsOwnSourcesAffair(t *testing.T) {
	source := &tokens{current: alice, next: &bob}
	p := newPool(t, &server{}, 1, withAuth(source))
	c, err := p.Get(t.Context(), db, pool.Request{Auth: pool.Static(bob)})
	require.NoError(t, err)
	defer c.Release()
	failure := securityError("Unauthorized")
	assert.Same(t, failure, c.Fail(failure))
	assert.Empty(t, source.rejected)
}

func TestOtherErrorsAreNoneOfThePoolsBusiness(t *testing.T) {
	p := newPool(t, &server{}, 1)
	c := get(t, p)
	err := &bolt.ServerError{Code: "Neo.ClientError.Statement.SyntaxError"}
	assert.Same(t, err, c.Fail(err))
	assert.NoError(t, c.Fail(nil))
	c.Release()
	assert.Equal(t, 1, p.Stats().Total.Idle)
}
