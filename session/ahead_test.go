package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// writes are the ways to write three rows whose records stream.
var writes = map[string]func(f *fixture, cypher string) rx.Stream[int64]{
	"driver": func(f *fixture, cypher string) rx.Stream[int64] {
		return numbers(f.Query(cypher, params("id", 1, "n", 3)).Stream())
	},
	"driver, held": func(f *fixture, cypher string) rx.Stream[int64] {
		return numbers(f.Query(cypher, params("id", 1, "n", 3), session.Hold()).Stream())
	},
	"driver, auto-commit": func(f *fixture, cypher string) rx.Stream[int64] {
		return numbers(f.Query(cypher, params("id", 1, "n", 3), session.AutoCommit()).Stream())
	},
	"WriteStream": func(f *fixture, cypher string) rx.Stream[int64] {
		return session.WriteStream(f.Session(), func(tx *session.Transaction) rx.Stream[int64] {
			return numbers(tx.Query(cypher, params("id", 1, "n", 3)).Stream())
		})
	},
	"WriteStream, Flow": func(f *fixture, cypher string) rx.Stream[int64] {
		return session.WriteStream(f.Session(), func(tx *session.Transaction) rx.Stream[int64] {
			return numbers(tx.Query(cypher, params("id", 1, "n", 3)).Stream())
		}, session.Flow())
	},
	"Result": func(f *fixture, cypher string) rx.Stream[int64] {
		return rx.New(func(ctx context.Context, d rx.Demand, emit func(int64) error) error {
			r, err := f.Query(cypher, params("id", 1, "n", 3)).Open(ctx)
			if err != nil {
				return err
			}
			return numbers(r.Stream()).Run(ctx, d, emit)
		})
	},
}

// later lets a second pass at each item, so that a source which runs ahead comes to its end.
func later(s rx.Stream[int64]) rx.Stream[int64] {
	return rx.TryMap(s, func(_ context.Context, n int64) (int64, error) {
		<-time.After(time.Second)
		return n, nil
	})
}

// A write that fails while its rows wait for a consumer is reported, also where the consumer is
// satisfied with these rows.
func TestAWriteThatFailsAheadOfItsConsumer(t *testing.T) {
	failure := bolttest.Failure("Neo.ClientError.Schema.ConstraintValidationFailed", "already exists")
	for name, write := range writes {
		for how, arrange := range map[string]func(f *fixture) string{
			"at COMMIT": func(f *fixture) string {
				f.ledger.onCommit = func(int) error { return failure }
				return "CREATE"
			},
			"behind the rows": func(*fixture) string { return "BREAK" },
		} {
			if name == "driver, auto-commit" && how == "at COMMIT" {
				continue // there is none
			}
			t.Run(name+"/"+how, func(t *testing.T) {
				inBubble(t, setup{}, func(t *testing.T, f *fixture) {
					_, err := later(write(f, arrange(f)).Prefetch(9)).Take(3).Collect(t.Context())
					var refused interface{ Retryable() bool }
					require.ErrorAs(t, err, &refused, "the server's")
					_, marked := rx.Unmark(err)
					assert.False(t, marked)
					assert.Empty(t, f.ledger.ids())
				})
			})
		}
	}
}

// A consumer that has enough while the COMMIT is under way waits for it.
func TestAStopDoesNotInterruptACommit(t *testing.T) {
	for name, write := range writes {
		if name == "driver, auto-commit" {
			continue // it has none
		}
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				f.ledger.onCommit = func(int) error {
					<-time.After(time.Minute)
					return nil
				}
				other := later(rx.Just[int64](10, 11, 12, 13))
				got, err := rx.Merge(write(f, "CREATE").Prefetch(9), other).Take(4).Collect(t.Context())
				require.NoError(t, err)
				assert.Len(t, got, 4)
				assert.Equal(t, []int64{1}, f.ledger.ids())
				assert.Zero(t, f.ledger.rollbacks)
			})
		})
	}
}

// A statement that waits for the server when its consumer has enough is brought to its end if it
// may write, and cut off if it only reads.
func TestAStopWhileTheServerIsSlow(t *testing.T) {
	rolledBack := session.ErrStoppedBeforeCommit
	want := map[string]error{"WriteStream, Flow": rolledBack}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				f.ledger.onRow = func(context.Context, string, int64) error {
					<-time.After(time.Minute)
					return nil
				}
				other := later(rx.Just[int64](10, 11))
				got, err := rx.Merge(write(f, "CREATE"), other).Take(1).Collect(t.Context())
				assert.Equal(t, []int64{10}, got)
				require.ErrorIs(t, err, want[name])
				if want[name] == nil && name != "driver, auto-commit" {
					assert.Equal(t, []int64{1}, f.ledger.ids())
				}
			})
		})
	}
	reads := map[string]func(f *fixture) rx.Stream[int64]{
		"query": func(f *fixture) rx.Stream[int64] {
			return numbers(f.Query("HANG", nil, session.ReadOnly()).Stream())
		},
		"query, held": func(f *fixture) rx.Stream[int64] {
			return numbers(f.Query("HANG", nil, session.ReadOnly(), session.Hold()).Stream())
		},
		"ReadStream, held": func(f *fixture) rx.Stream[int64] {
			return session.ReadStream(f.Session(), func(tx *session.Transaction) rx.Stream[int64] {
				return numbers(tx.Query("HANG", nil).Stream())
			}, session.Hold())
		},
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				got, err := rx.Merge(read(f), later(rx.Just[int64](10, 11))).Take(1).Collect(t.Context())
				require.NoError(t, err)
				assert.Equal(t, []int64{10}, got)
			})
		})
	}
}

// Nothing has been sent for a query that waits for a connection when its consumer has enough, and
// nothing will be, unless it is held: then no stop changes what is written.
func TestAStopWhileThereIsNoConnection(t *testing.T) {
	held := map[string][]int64{"driver, held": {1}, "WriteStream": {1}}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{pool: onlyOne}, func(t *testing.T, f *fixture) {
				tx, err := f.Session().Begin(t.Context())
				require.NoError(t, err)
				time.AfterFunc(10*time.Second, func() { assert.NoError(t, tx.Close(context.Background())) })
				got, err := rx.Merge(write(f, "CREATE"), later(rx.Just[int64](10, 11))).Take(1).Collect(t.Context())
				require.NoError(t, err)
				assert.Equal(t, []int64{10}, got)
				<-time.After(time.Minute)
				assert.ElementsMatch(t, held[name], f.ledger.ids())
			})
		})
	}
}
