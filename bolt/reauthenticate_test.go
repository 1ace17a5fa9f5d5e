package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

var (
	alice = bolt.BasicAuth("alice", "secret")
	bob   = bolt.BasicAuth("bob", "secret")

	unauthorized = bolttest.Failure("Neo.ClientError.Security.Unauthorized", "no")
)

// beginnings are the ways in which work begins on a connection.
var beginnings = map[string]struct {
	requests []string
	trips    time.Duration
	work     func(ctx context.Context, c *bolt.Conn) error
}{
	"a statement": {[]string{"RUN COUNT", "PULL 1000"}, 1, func(ctx context.Context, c *bolt.Conn) error {
		s, err := c.Run(ctx, "COUNT", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		if err == nil {
			err = s.Discard(ctx)
		}
		return err
	}},
	"a transaction": {[]string{"BEGIN", "COMMIT"}, 2, func(ctx context.Context, c *bolt.Conn) error {
		tx, err := c.Begin(ctx, bolt.TxConfig{})
		if err == nil {
			_, _, err = tx.Commit(ctx)
		}
		return err
	}},
	"a transaction with its statement": {[]string{"BEGIN", "RUN COUNT", "PULL 1000", "COMMIT"}, 2, func(ctx context.Context, c *bolt.Conn) error {
		tx, s, err := c.BeginRun(ctx, bolt.TxConfig{}, "COUNT", nil, bolt.StreamConfig{}, records.NewRows())
		if err == nil {
			err = s.Discard(ctx)
		}
		if err == nil {
			_, _, err = tx.Commit(ctx)
		}
		return err
	}},
	"something to report": {[]string{"TELEMETRY", "BEGIN", "COMMIT"}, 2, func(ctx context.Context, c *bolt.Conn) error {
		tx, err := c.Begin(ctx, bolt.TxConfig{Usage: &bolt.Usage{API: bolt.ExplicitTransaction}})
		if err == nil {
			_, _, err = tx.Commit(ctx)
		}
		return err
	}},
}

func TestReauthenticate(t *testing.T) {
	for name, tt := range beginnings {
		t.Run(name, func(t *testing.T) {
			inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
				for i, user := range []bolt.AuthToken{alice, bob, bob} {
					require.NoError(t, c.Reauthenticate(user))
					assert.True(t, c.Auth().Equal(user))
					assert.True(t, c.Clean())
					began := time.Now()
					require.NoError(t, tt.work(t.Context(), c))
					assert.Equal(t, tt.trips*2*time.Second, time.Since(began), "no round trip of its own")
					assert.True(t, c.Clean())
					asked := append([]string{"LOGOFF", "LOGON"}, tt.requests...)
					assert.Equal(t, asked, s.Conversation(1)[2+i*len(asked):])
					assert.Equal(t, user, *lastLogon(s))
				}
				works(t, c)
			}, bolttest.WithLatency(time.Second), bolttest.WithHints(bolt.Hints{Telemetry: true}))
		})
	}
}

func lastLogon(s *bolttest.Server) *bolt.AuthToken {
	all := bolttest.Received[*bolt.Logon](s)
	return &all[len(all)-1].Auth
}

func TestReauthenticateNeedsBolt51(t *testing.T) {
	for _, v := range bolt.Supported {
		inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
			err := c.Reauthenticate(alice)
			assert.Equal(t, err, c.CanReauthenticate())
			if v.AtLeast(5, 1) {
				require.NoError(t, err, v)
			} else {
				require.ErrorIs(t, err, errors.ErrUnsupported, v)
				require.ErrorContains(t, err, "session auth")
				require.ErrorContains(t, err, "this connection speaks "+v.String())
				assert.True(t, c.Auth().Equal(bolt.NoAuth()))
			}
			works(t, c)
		}, bolttest.WithVersions(v))
	}
}

func TestTheLastTokenCounts(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		require.NoError(t, c.Reauthenticate(alice))
		require.NoError(t, c.Reauthenticate(bob))
		works(t, c)
		works(t, c)
		assert.Equal(t, []string{"LOGOFF", "LOGON", "RUN COUNT", "PULL 1000", "RUN COUNT", "PULL 1000"}, s.Conversation(1)[2:])
		assert.Equal(t, bob, *lastLogon(s))
	})
}

// What is queued is no work: the connection can be closed, kept, and asked whether it is alive.
func TestNothingIsSentBeforeTheNextRequest(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		require.NoError(t, c.Reauthenticate(alice))
		assert.True(t, c.Clean())
		require.NoError(t, c.Reset(t.Context()))
		assert.Equal(t, []string{"HELLO", "LOGON", "RESET"}, s.Conversation(1))
		works(t, c)
		assert.Equal(t, []string{"LOGOFF", "LOGON", "RUN COUNT", "PULL 1000"}, s.Conversation(1)[3:])
		require.NoError(t, c.Reauthenticate(bob))
		require.NoError(t, c.Close())
		s.AwaitConnections(t, 0)
		assert.Equal(t, "GOODBYE", s.Conversation(1)[7])
	})
}

func TestARequestThatCannotBeEncodedTakesNoLoginAlong(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		require.NoError(t, c.Reauthenticate(alice))
		_, err := c.Run(t.Context(), "COUNT", map[string]any{"bad": make(chan int)}, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.ErrorAs(t, err, new(*records.UsageError))
		assert.Equal(t, []string{"HELLO", "LOGON"}, s.Conversation(1))
		works(t, c)
		assert.Equal(t, alice, *lastLogon(s))
	})
}

func TestARefusedTokenEndsTheNextRequest(t *testing.T) {
	for name, tt := range beginnings {
		t.Run(name, func(t *testing.T) {
			inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
				require.NoError(t, c.Reauthenticate(alice))
				err := tt.work(t.Context(), c)
				var refused *bolt.ServerError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, unauthorized.Code, refused.Code)
				assert.False(t, c.Alive())
				assert.Equal(t, err, tt.work(t.Context(), c), "and everything behind it")
			}, bolttest.WithAuth(bolt.NoAuth()), bolttest.WithHints(bolt.Hints{Telemetry: true}))
		})
	}
}

// Whatever a server says behind a refusal, it is the refusal that counts.
func TestBehindARefusedToken(t *testing.T) {
	for name, behind := range map[string]bolttest.Step{
		"it hangs up":           bolttest.HangUp(),
		"it ignores the rest":   bolttest.Send(bolt.Ignored{}, bolt.Ignored{}),
		"it answers nothing":    bolttest.Pause(0),
		"it sends what is none": bolttest.SendBytes(0, 1, 0xFF, 0, 0),
	} {
		for what, replies := range map[string][]bolttest.Reply{
			"LOGON":  {bolt.Success{}, &bolt.Failure{Err: unauthorized}},
			"LOGOFF": {&bolt.Failure{Err: unauthorized}},
		} {
			t.Run(what+": "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { behindARefusedToken(t, replies, behind) })
			})
		}
	}
}

func behindARefusedToken(t *testing.T, replies []bolttest.Reply, behind bolttest.Step) {
	s := bolttest.Script(t, []bolttest.Step{
		bolttest.Handshake(bolt.Version{Major: 5, Minor: 4}), bolttest.Login(),
		bolttest.ExpectTag(bolt.TagLogoff), bolttest.ExpectTag(bolt.TagLogon), bolttest.ExpectTag(bolt.TagRun), bolttest.ExpectTag(bolt.TagPull),
		bolttest.Send(replies...), behind,
	}, bolttest.InMemory())
	c := connect(t, s, bolt.Config{})
	require.NoError(t, c.Reauthenticate(alice))
	stream, rows := run(t, c, 1, bolt.StreamConfig{})
	synctest.Wait() // until the server has said all there is
	_, err := rest(t.Context(), stream, rows)
	var refused *bolt.ServerError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, unauthorized.Code, refused.Code)
	assert.True(t, stream.Decided(), "a statement that was never begun has no effect")
	assert.False(t, c.Alive())
	require.Error(t, c.Reset(t.Context()))
}

// A RESET that overtakes LOGOFF or LOGON costs the connection, so it waits for them; and whatever moment it is, the connection is the new user's then.
func TestCancelledAtAnyMomentOfALogin(t *testing.T) {
	slowly := bolttest.OnLogin(func(context.Context, bolt.AuthToken) error {
		<-time.After(10 * time.Millisecond)
		return nil
	})
	for name, tt := range beginnings {
		t.Run(name, func(t *testing.T) {
			for at := range 70 {
				inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
					require.NoError(t, c.Reauthenticate(alice))
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(at)*time.Millisecond)
					defer cancel()
					if err := tt.work(ctx, c); err != nil {
						require.ErrorIs(t, err, context.DeadlineExceeded)
					}
					require.NoError(t, c.Reset(t.Context()), "after %d ms", at)
					works(t, c)
					assert.Equal(t, alice, *lastLogon(s))
					assert.Len(t, bolttest.Received[bolt.Logoff](s), 1)
				}, slowly, bolttest.WithLatency(5*time.Millisecond), bolttest.WithHints(bolt.Hints{Telemetry: true}))
			}
		})
	}
}

func TestCancelledBeforeARefusal(t *testing.T) {
	slowly := bolttest.OnLogin(func(_ context.Context, token bolt.AuthToken) error {
		if token.Equal(alice) {
			<-time.After(time.Second)
			return unauthorized
		}
		return nil
	})
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		require.NoError(t, c.Reauthenticate(alice))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := c.Begin(ctx, bolt.TxConfig{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorAs(t, c.Reset(t.Context()), new(*bolt.ServerError))
		assert.False(t, c.Alive())
		assert.NotContains(t, s.Conversation(1), "RESET")
	}, slowly)
}

func TestLogOn(t *testing.T) {
	onlyAlice := bolttest.OnLogin(func(_ context.Context, token bolt.AuthToken) error {
		<-time.After(time.Second)
		if token.Equal(bob) {
			return unauthorized
		}
		return nil
	})
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		require.NoError(t, c.LogOn(t.Context()))
		assert.Equal(t, []string{"HELLO", "LOGON"}, s.Conversation(1), "there is nothing to do")
		require.NoError(t, c.Reauthenticate(alice))
		began := time.Now()
		require.NoError(t, c.LogOn(t.Context()))
		assert.Equal(t, time.Second, time.Since(began))
		assert.Equal(t, []string{"LOGOFF", "LOGON"}, s.Conversation(1)[2:])
		works(t, c)

		require.NoError(t, c.Reauthenticate(bob))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		require.ErrorIs(t, c.LogOn(ctx), context.DeadlineExceeded)
		require.ErrorAs(t, c.LogOn(t.Context()), new(*bolt.ServerError))
		require.ErrorAs(t, c.LogOn(t.Context()), new(*bolt.ServerError), "as ever after")
	}, onlyAlice)
}

func TestExpiredCredentialsAreLogged(t *testing.T) {
	accepted := bolttest.Send(bolt.Success{}, &bolt.LogonSuccess{CredentialsExpired: true})
	s := bolttest.Script(t, []bolttest.Step{
		bolttest.Handshake(bolt.Version{Major: 5, Minor: 4}),
		bolttest.ExpectTag(bolt.TagHello), bolttest.ExpectTag(bolt.TagLogon), accepted,
		bolttest.ExpectTag(bolt.TagLogoff), bolttest.ExpectTag(bolt.TagLogon), accepted,
	})
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn}))
	c := connect(t, s, bolt.Config{Address: "db:7687", Auth: alice, Logger: log})
	const line = `level=WARN msg="the password has expired: the server will refuse everything but changing it" address=db:7687`
	assert.Equal(t, 1, bytes.Count(out.Bytes(), []byte(line)), out.String())
	require.NoError(t, c.Reauthenticate(bob))
	require.NoError(t, c.LogOn(t.Context()))
	assert.Equal(t, 2, bytes.Count(out.Bytes(), []byte(line)), out.String())
	assert.NotContains(t, out.String(), "secret")
}
