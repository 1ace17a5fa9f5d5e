package session_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/session"
)

// A result that a failure of another statement has ended says so: its own statement was not
// refused.
func TestAnOpenResultIsToldThatItsTransactionHasFailed(t *testing.T) {
	for name, observe := range map[string]func(t *testing.T, r *session.Result) error{
		"observed": func(t *testing.T, r *session.Result) error {
			_, err := r.Stream().Collect(t.Context())
			return err
		},
		"summary": func(t *testing.T, r *session.Result) error {
			_, err := r.Summary(t.Context())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, setup{}, func(t *testing.T, f *fixture) {
				tx := begin(t, f)
				open, err := tx.Query("COUNT", params("n", 10), session.FetchSize(2)).Open(t.Context())
				require.NoError(t, err)

				var refused *bolt.ServerError
				var failed *session.TransactionFailedError
				_, err = tx.Query("NO CYPHER", nil).Exec(t.Context())
				require.ErrorAs(t, err, &refused)
				assert.NotErrorAs(t, err, &failed, "the statement that was refused")

				err = observe(t, open)
				require.ErrorAs(t, err, &failed)
				require.ErrorAs(t, err, &refused, "it leads on to the cause")
				require.NoError(t, tx.Rollback(t.Context()))
			})
		})
	}
}
