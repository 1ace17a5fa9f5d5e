package session_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// homes is a cluster whose databases can be told from each other by the query WHERE, and an engine
// that routes.
type homes struct {
	*bolttest.Cluster
	*session.Engine
	pool *pool.Pool

	mu   sync.Mutex
	fail error // of the next WHERE, behind the answer to RUN
}

// alice is who the driver is, and bob somebody else.
var (
	alice = pool.Static(bolt.BasicAuth("alice", "secret"))
	bob   = pool.Static(bolt.BasicAuth("bob", "secret"))
)

// withHomes runs a test on a cluster of one member, in which alice is at home in "movies". The
// router is the direct one without routing.
func withHomes(t *testing.T, version bolt.Version, routed bool, test func(t *testing.T, h *homes)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &homes{}
		retried := retry.Default()
		retried.OnRetry = func(int, error, time.Duration) { h.SetHome("alice", "books") }
		h.Cluster = bolttest.NewCluster(t, bolttest.WithMembers(1), bolttest.WithDatabases("movies", "books", "music"), bolttest.WithServerSideRouting(),
			bolttest.WithClusterHandler(h.answer), bolttest.WithMemberOptions(bolttest.WithVersions(version), bolttest.WithRecording()))
		cfg := pool.Defaults()
		cfg.Auth = alice
		var context map[string]string
		cfg.Dial = h.connect(&context)
		var err error
		h.pool, err = pool.New(cfg)
		require.NoError(t, err)
		router := routing.Direct(h.pool, pool.Address(h.Member(0).Address()))
		if routed {
			context = map[string]string{"address": h.Member(0).Address()}
			router, err = routing.New(routing.Config{Pool: h.pool, Seed: pool.Address(h.Member(0).Address()), Context: context})
			require.NoError(t, err)
		}
		h.Engine = &session.Engine{Router: router, Retry: retried}
		test(t, h)
		require.NoError(t, h.pool.Close(t.Context()))
	})
}

func (h *homes) connect(routing *map[string]string) func(context.Context, pool.Address, bolt.AuthToken) (pool.Link, error) {
	return func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
		nc, err := h.Dial(ctx, "tcp", string(a))
		if err != nil {
			return nil, err
		}
		return bolt.NewConn(ctx, nc, bolt.Config{Address: string(a), Auth: token, Routing: *routing})
	}
}

// answer tells in which database a query runs, three times.
func (h *homes) answer(_ context.Context, q *bolttest.Query, s *bolttest.Store) (*bolttest.Result, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fail; err != nil {
		h.fail = nil
		return bolttest.Rows([]string{"name"}).Then(err), nil
	}
	name := s.Database()
	return bolttest.Rows([]string{"name"}, []any{name}, []any{name}, []any{name}), nil
}

// named are the databases that requests have named so far, empty for those that named none.
func (h *homes) named() []string {
	var names []string
	inTx := map[int]bool{}
	for _, r := range h.Member(0).Server().Requests() {
		switch m := r.Message.(type) {
		case *bolt.Begin:
			names = append(names, m.Database)
			inTx[r.Connection] = true
		case *bolt.Run:
			if !inTx[r.Connection] {
				names = append(names, m.Database)
			}
		case bolt.Commit, bolt.Rollback, bolt.Reset:
			inTx[r.Connection] = false
		}
	}
	return names
}

func first(ctx context.Context, q session.Query) (string, error) {
	return session.As[string](q).First(ctx)
}

// visits are the ways to find out where a session's work takes place.
var visits = map[string]func(ctx context.Context, s *session.Session) (string, error){
	"a query": func(ctx context.Context, s *session.Session) (string, error) {
		return first(ctx, s.Query("WHERE", nil))
	},
	"a result": func(ctx context.Context, s *session.Session) (string, error) {
		r, err := s.Query("WHERE", nil).Open(ctx)
		if err != nil {
			return "", err
		}
		name, err := rx.Map(r.Stream(), text).First(ctx)
		if err != nil {
			return "", err
		}
		return name, r.Close(ctx)
	},
	"a transaction": func(ctx context.Context, s *session.Session) (string, error) {
		tx, err := s.Begin(ctx)
		if err != nil {
			return "", err
		}
		name, err := first(ctx, tx.Query("WHERE", nil))
		if err != nil {
			return "", err
		}
		return name, tx.Commit(ctx)
	},
	"managed work": func(ctx context.Context, s *session.Session) (string, error) {
		return session.ReadTx(ctx, s, func(ctx context.Context, tx *session.Transaction) (string, error) {
			return first(ctx, tx.Query("WHERE", nil))
		})
	},
	"a managed stream": func(ctx context.Context, s *session.Session) (string, error) {
		return session.WriteStream(s, func(tx *session.Transaction) rx.Stream[string] { return session.As[string](tx.Query("WHERE", nil)) }).First(ctx)
	},
}

func text(r *records.Record) string {
	s, _ := r.At(0).AsString()
	return s
}

// homeVersions are those in which servers differ: 5.8 tells where something takes place, and the
// others have to be asked, or do not tell.
var homeVersions = []bolt.Version{{Major: 5, Minor: 8}, {Major: 5, Minor: 7}, {Major: 4, Minor: 4}}

func TestSessionStaysAtHome(t *testing.T) {
	for _, version := range homeVersions {
		for before, visit := range visits {
			for after, again := range visits {
				t.Run(version.String()+", "+before+", then "+after, func(t *testing.T) {
					withHomes(t, version, true, func(t *testing.T, h *homes) {
						s := h.Session()
						for _, home := range []string{"movies", "books", "music"} {
							h.SetHome("alice", home)
							if home != "movies" {
								visit = again
							}
							name, err := visit(t.Context(), s)
							require.NoError(t, err)
							assert.Equal(t, "movies", name, "the home is %s by now", home)
						}
						name, err := visit(t.Context(), h.Session())
						require.NoError(t, err)
						assert.Equal(t, "music", name, "a new session finds out anew")
					})
				})
			}
		}
	}
}

// What the session learns by asking a router, or from the first answer, is sent from then on.
func TestHomeIsSentOnceItIsKnown(t *testing.T) {
	cases := map[string]struct {
		version bolt.Version
		routed  bool
		want    []string // by a first session, and then a second one, three requests each
	}{
		"guessed":             {bolt.Version{Major: 5, Minor: 8}, true, []string{"movies", "movies", "movies", "", "movies", "movies"}},
		"asked for each time": {bolt.Version{Major: 5, Minor: 7}, true, []string{"movies", "movies", "movies", "movies", "movies", "movies"}},
		"never told":          {bolt.Version{Major: 4, Minor: 3}, true, []string{"", "", "", "", "", ""}},
		"without routing":     {bolt.Version{Major: 5, Minor: 8}, false, []string{"", "", "", "", "", ""}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			withHomes(t, test.version, test.routed, func(t *testing.T, h *homes) {
				for range 2 {
					s := h.Session()
					for _, visit := range []string{"a query", "a transaction", "managed work"} {
						_, err := visits[visit](t.Context(), s)
						require.NoError(t, err)
					}
				}
				assert.Equal(t, test.want, h.named())
			})
		})
	}
}

func TestWithoutRoutingTheServerChoosesEachTime(t *testing.T) {
	withHomes(t, bolt.Version{Major: 5, Minor: 8}, false, func(t *testing.T, h *homes) {
		s := h.Session()
		for _, home := range []string{"movies", "books"} {
			h.SetHome("alice", home)
			for how, visit := range visits {
				name, err := visit(t.Context(), s)
				require.NoError(t, err)
				assert.Equal(t, home, name, how)
			}
		}
	})
}

// An attempt that comes after another of the same work is in the same database, and so is what is
// done while a result is read.
func TestOneExecutionStaysAtHome(t *testing.T) {
	queries := map[string][]session.QueryOption{"a write": nil, "a read": {session.ReadOnly()}, "held": {session.Hold()}}
	for _, version := range homeVersions {
		for what, options := range queries {
			t.Run(version.String()+", "+what, func(t *testing.T) {
				withHomes(t, version, true, func(t *testing.T, h *homes) {
					q := h.Query("WHERE", nil, options...)
					name, err := first(t.Context(), q) // so that there is something to guess
					require.NoError(t, err)
					require.Equal(t, "movies", name)

					h.fail = transient()
					name, err = first(t.Context(), q)
					require.NoError(t, err)
					assert.Equal(t, "movies", name, "the home has changed before the second attempt")

					name, err = first(t.Context(), q)
					require.NoError(t, err)
					assert.Equal(t, "books", name, "another execution finds out anew")
				})
			})
		}
	}
}

func TestWhatIsDoneWhileReadingIsAtHome(t *testing.T) {
	for _, version := range homeVersions {
		t.Run(version.String(), func(t *testing.T) {
			withHomes(t, version, true, func(t *testing.T, h *homes) {
				_, err := first(t.Context(), h.Query("WHERE", nil)) // so that there is something to guess
				require.NoError(t, err)
				s := h.Session()
				inner := rx.ConcatMap(session.As[string](s.Query("WHERE", nil)), func(outer string) rx.Stream[string] {
					h.SetHome("alice", "books")
					return session.As[string](s.Query("WHERE", nil)).Take(1)
				})
				names, err := inner.Collect(t.Context())
				require.NoError(t, err)
				assert.Equal(t, []string{"movies", "movies", "movies"}, names)
			})
		})
	}
}

// Everybody is at home somewhere else.
func TestHomesOfUsers(t *testing.T) {
	for _, version := range []bolt.Version{{Major: 5, Minor: 8}, {Major: 5, Minor: 7}} {
		t.Run(version.String(), func(t *testing.T) {
			withHomes(t, version, true, func(t *testing.T, h *homes) {
				h.SetHome("bob", "books")
				users := map[string]struct {
					options []session.SessionQueryOption
					want    string
				}{
					"the driver's":       {nil, "movies"},
					"impersonated":       {[]session.SessionQueryOption{session.Impersonate("bob")}, "books"},
					"logged in":          {[]session.SessionQueryOption{session.Auth(bob)}, "books"},
					"a database by name": {[]session.SessionQueryOption{session.Impersonate("bob"), session.Database("music")}, "music"},
				}
				mixed := h.Session()
				for range 2 {
					for who, user := range users {
						var ofSession []session.SessionOption
						var ofQuery []session.QueryOption
						for _, o := range user.options {
							ofSession, ofQuery = append(ofSession, o), append(ofQuery, o)
						}
						for how, q := range map[string]session.Query{
							"a session's":                     h.Session(ofSession...).Query("WHERE", nil),
							"the driver's":                    h.Query("WHERE", nil, ofQuery...),
							"the driver's, read only":         h.Query("WHERE", nil, append(ofQuery, session.ReadOnly())...),
							"a session's with its own option": mixed.Query("WHERE", nil, ofQuery...),
						} {
							name, err := first(t.Context(), q)
							require.NoError(t, err)
							assert.Equal(t, user.want, name, "%s query for %s", how, who)
						}
					}
				}
			})
		})
	}
}
