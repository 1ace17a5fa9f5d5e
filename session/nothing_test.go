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

// Work that is nil is told as what it is, and by whom it was wanted.
func TestWorkThatIsNotThere(t *testing.T) {
	tests := map[string]func(ctx context.Context, s *session.Session) error{
		"WriteTx": func(ctx context.Context, s *session.Session) error {
			_, err := session.WriteTx[int](ctx, s, nil)
			return err
		},
		"ReadTx": func(ctx context.Context, s *session.Session) error {
			_, err := session.ReadTx[int](ctx, s, nil)
			return err
		},
		"WriteStream": func(ctx context.Context, s *session.Session) error {
			return drained(ctx, session.WriteStream[int](s, nil))
		},
		"ReadStream": func(ctx context.Context, s *session.Session) error {
			return drained(ctx, session.ReadStream[int](s, nil))
		},
		"ExecuteWrite": func(_ context.Context, s *session.Session) error { return s.ExecuteWrite(nil).Error() },
		"ExecuteRead":  func(_ context.Context, s *session.Session) error { return s.ExecuteRead(nil).Error() },
	}
	for name, use := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				err := use(t.Context(), f.Session())
				require.ErrorAs(t, err, new(*records.UsageError))
				require.ErrorContains(t, err, name+": the function that does the work is nil")
				assert.Empty(t, f.Requests())
			})
		})
	}
}

func TestWorkThatReturnsNoObservable(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		err := f.Session().ExecuteWrite(func(*session.Transaction) rxgo.Observable { return nil }).Error()
		require.ErrorAs(t, err, new(*records.UsageError))
		require.ErrorContains(t, err, "nil in place of an observable")
	})
}

func drained[T any](ctx context.Context, s rx.Stream[T]) error {
	_, err := s.Count(ctx)
	return err
}
