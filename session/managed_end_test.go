package session_test

import (
	"context"
	"testing"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
)

// ends are the ways to end a transaction that one has begun.
var ends = map[string]func(*session.Transaction, context.Context) error{
	"Commit":   (*session.Transaction).Commit,
	"Rollback": (*session.Transaction).Rollback,
	"Close":    (*session.Transaction).Close,
}

// managedForms run work that calls touch with its transaction once it has created 1, and before it
// goes on with what touch has returned.
var managedForms = map[string]func(ctx context.Context, s *session.Session, touch func(*session.Transaction) error) error{
	"WriteTx": func(ctx context.Context, s *session.Session, touch func(*session.Transaction) error) error {
		_, err := session.WriteTx(ctx, s, touched(touch))
		return err
	},
	"ReadTx": func(ctx context.Context, s *session.Session, touch func(*session.Transaction) error) error {
		_, err := session.ReadTx(ctx, s, touched(touch))
		return err
	},
	"WriteStream": func(ctx context.Context, s *session.Session, touch func(*session.Transaction) error) error {
		_, err := session.WriteStream(s, touchedStream(touch)).Count(ctx)
		return err
	},
	"WriteStream that flows": func(ctx context.Context, s *session.Session, touch func(*session.Transaction) error) error {
		_, err := session.WriteStream(s, touchedStream(touch), session.Flow()).Count(ctx)
		return err
	},
	"ReadStream": func(ctx context.Context, s *session.Session, touch func(*session.Transaction) error) error {
		_, err := session.ReadStream(s, touchedStream(touch)).Count(ctx)
		return err
	},
	"ExecuteWrite": func(_ context.Context, s *session.Session, touch func(*session.Transaction) error) error {
		return s.ExecuteWrite(func(tx *session.Transaction) rxgo.Observable {
			return rx.Observable(touchedStream(touch)(tx))
		}).Error()
	},
}

func touched(touch func(*session.Transaction) error) func(context.Context, *session.Transaction) (int64, error) {
	return func(ctx context.Context, tx *session.Transaction) (int64, error) {
		return touchedStream(touch)(tx).Count(ctx)
	}
}

func touchedStream(touch func(*session.Transaction) error) func(*session.Transaction) rx.Stream[int64] {
	return func(tx *session.Transaction) rx.Stream[int64] {
		return rx.Concat(writing(3)(tx), rx.Defer(func() rx.Stream[int64] {
			if err := touch(tx); err != nil {
				return rx.Fail[int64](err)
			}
			return rx.Empty[int64]()
		}))
	}
}

// Whoever ends the transaction of managed work is refused before anything is sent: a COMMIT would
// last although the work fails.
func TestManagedWorkDoesNotEndItsTransaction(t *testing.T) {
	for form, run := range managedForms {
		for name, end := range ends {
			t.Run(form+", "+name, func(t *testing.T) {
				inBubble(t, setup{}, func(t *testing.T, f *fixture) {
					err := run(t.Context(), f.Session(), func(tx *session.Transaction) error { return end(tx, t.Context()) })
					require.ErrorAs(t, err, new(*records.UsageError))
					require.ErrorContains(t, err, name+": the transaction is that of managed work")
					f.checkWhole(t)
					assert.Empty(t, f.ledger.ids())
					assert.NotContains(t, f.said(1), "COMMIT")
				})
			})
		}
	}
}

// Work that does not mind being refused goes on. Who has asked for a ROLLBACK gets no COMMIT.
func TestManagedWorkGoesOnWhenItsEndIsRefused(t *testing.T) {
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				n, err := session.WriteTx(t.Context(), f.Session(), func(ctx context.Context, tx *session.Transaction) (int, error) {
					create(t, tx, 1)
					assert.Error(t, end(tx, ctx))
					create(t, tx, 2)
					return 7, nil
				})
				if name == "Rollback" {
					require.ErrorContains(t, err, "Rollback: the transaction is that of managed work")
					f.checkWhole(t)
					assert.Empty(t, f.ledger.ids())
					return
				}
				require.NoError(t, err)
				assert.Equal(t, 7, n)
				assert.Equal(t, []int64{1, 2}, f.ledger.ids())
			})
		})
	}
}

// Who swallows that a ROLLBACK was refused is rolled back in every form.
func TestManagedWorkThatAsksForARollbackIsRolledBack(t *testing.T) {
	for form, run := range managedForms {
		t.Run(form, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				err := run(t.Context(), f.Session(), func(tx *session.Transaction) error {
					assert.Error(t, tx.Rollback(t.Context()))
					return nil
				})
				require.ErrorContains(t, err, "Rollback: the transaction is that of managed work")
				f.checkWhole(t)
				assert.Empty(t, f.ledger.ids())
				assert.NotContains(t, f.said(1), "COMMIT")
			})
		})
	}
}
