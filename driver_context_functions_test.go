package neorx_test

import (
	"context"
	"log/slog"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

// stuck stands for functions of a program that do not come back.
type stuck struct{ released chan struct{} }

// deaf waits without a look at the context.
func (s stuck) deaf(ctx context.Context) error {
	<-s.released
	return ctx.Err()
}

// heed returns when the context ends, with what most functions return.
func (s stuck) heed(ctx context.Context) error {
	select {
	case <-s.released:
	case <-ctx.Done():
	}
	return ctx.Err()
}

type stuckTokens struct{ stuck }

func (s stuckTokens) Token(ctx context.Context) (neorx.AuthToken, error) {
	return neorx.AuthToken{}, s.heed(ctx)
}
func (stuckTokens) Rejected(neorx.AuthToken, error) bool { return false }

type stuckBookmarks struct{ stuck }

func (s stuckBookmarks) Bookmarks(ctx context.Context) ([]string, error) { return nil, s.heed(ctx) }
func (stuckBookmarks) Update(context.Context, []string, []string)        {}

// TestCallsEndWithTheirContextInFunctions has calls wait for functions of the program. Those that
// run on goroutines of the driver may be deaf to the context, which holds nobody; those that run on
// the caller's have to heed it.
func TestCallsEndWithTheirContextInFunctions(t *testing.T) {
	cases := map[string]struct {
		auth func(s stuck) neorx.TokenSource
		opt  func(s stuck) neorx.Option
		with func(s stuck) neorx.SessionOption
	}{
		"a dialer": {opt: func(s stuck) neorx.Option {
			return neorx.WithDialer(func(ctx context.Context, _, _ string) (net.Conn, error) {
				return nil, s.deaf(ctx)
			})
		}},
		"a resolver": {opt: func(s stuck) neorx.Option {
			return neorx.WithResolver(func(ctx context.Context, _ string) ([]string, error) { return nil, s.deaf(ctx) })
		}},
		"a look-up": {opt: func(s stuck) neorx.Option {
			return neorx.WithLookup(func(ctx context.Context, _ string) ([]string, error) { return nil, s.deaf(ctx) })
		}},
		"a provider of tokens that rotate": {auth: func(s stuck) neorx.TokenSource {
			return neorx.RotatingAuth(func(ctx context.Context) (neorx.AuthToken, error) {
				return neorx.AuthToken{}, s.deaf(ctx)
			})
		}},
		"a provider of tokens that expire": {auth: func(s stuck) neorx.TokenSource {
			return neorx.ExpiringAuth(func(ctx context.Context) (neorx.AuthToken, time.Time, error) {
				return neorx.AuthToken{}, time.Time{}, s.deaf(ctx)
			})
		}},
		"a source of tokens": {auth: func(s stuck) neorx.TokenSource { return stuckTokens{s} }},
		"a source of tokens of the session": {with: func(s stuck) neorx.SessionOption {
			return neorx.Auth(stuckTokens{s})
		}},
		"a bookmark manager": {with: func(s stuck) neorx.SessionOption {
			return neorx.WithBookmarkManager(stuckBookmarks{s})
		}},
		"a supplier of bookmarks": {with: func(s stuck) neorx.SessionOption {
			return neorx.WithBookmarkManager(neorx.NewBookmarkManager(neorx.BookmarkManagerConfig{
				Supplier: func(ctx context.Context) ([]string, error) { return nil, s.heed(ctx) },
			}))
		}},
	}
	for name, test := range cases {
		for end, within := range endings {
			t.Run(name+", "+end.Error(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := stuck{make(chan struct{})}
					server := bolttest.New(t, answers, bolttest.InMemory())
					auth := neorx.BasicAuth("neo4j", "secret")
					silent := slog.New(slog.DiscardHandler)
					opts := []neorx.Option{neorx.WithDialer(server.Dial), neorx.WithLogger(silent)}
					if test.auth != nil {
						auth = test.auth(s)
					}
					if test.opt != nil {
						opts = append(opts, test.opt(s))
					}
					driver, err := neorx.Open("neo4j://db.example", auth, opts...)
					require.NoError(t, err)
					session := driver.Session()
					if test.with != nil {
						session = driver.Session(test.with(s))
					}
					ctx, cancel := within(t.Context())
					defer cancel()
					began := time.Now()
					_, err = session.Query("one", nil).Exec(ctx)
					assert.Equal(t, patience, time.Since(began))
					assert.Equal(t, "cause", outcome(err, end), "%v", err)
					closing, stop := context.WithCancelCause(t.Context())
					stop(errShopCloses)
					if err := driver.Close(closing); err != nil { // something of the driver's still runs
						assert.Equal(t, "cause", outcome(err, context.Canceled), "%v", err)
					}
					close(s.released)
					require.NoError(t, driver.Close(context.Background()))
				})
			})
		}
	}
}
