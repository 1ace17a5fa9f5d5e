package session_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

type person struct {
	Name string
	Born int
}

func people(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	rows := [][]any{{"Ada", int64(1815)}, {"Grace", int64(1906)}, {"Edsger", int64(1930)}}
	n, _ := q.Params["n"].(int64)
	return bolttest.Rows([]string{"name", "born"}, rows[:n]...), nil
}

func TestAs(t *testing.T) {
	fromEach(t, setup{handler: people}, "PEOPLE", params("n", 3), func(t *testing.T, _ *fixture, q session.Query) {
		want := []person{{"Ada", 1815}, {"Grace", 1906}, {"Edsger", 1930}}
		all, err := session.As[person](q).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, all)
		all, err = session.List[person](t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, want, all)
		first, err := session.As[*person](q).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, &want[0], first)
	})
}

func TestAsWhatDoesNotFit(t *testing.T) {
	type wrong struct{ Name int }
	fromEach(t, setup{handler: people}, "PEOPLE", params("n", 3), func(t *testing.T, _ *fixture, q session.Query) {
		var unfit *records.DecodeError
		_, err := session.List[wrong](t.Context(), q)
		require.ErrorAs(t, err, &unfit)
		_, err = session.List[struct{ Missing string }](t.Context(), q)
		require.ErrorAs(t, err, &unfit)
		_, err = session.List[struct{ Missing string }](t.Context(), q, records.AllowMissing())
		require.NoError(t, err)
	})
}

func TestOne(t *testing.T) {
	for n, want := range []string{"returned no record", "", "more than one record", "more than one record"} {
		fromEach(t, setup{handler: people}, "PEOPLE", params("n", n), func(t *testing.T, f *fixture, q session.Query) {
			p, err := session.One[person](t.Context(), q)
			assert.Contains(t, f.said(1), "PULL 2")
			if want == "" {
				require.NoError(t, err)
				assert.Equal(t, person{"Ada", 1815}, p)
				return
			}
			var not *session.NotOneError
			require.ErrorAs(t, err, &not)
			require.ErrorContains(t, err, want)
			assert.Equal(t, n == 0, errors.Is(err, session.ErrNoRecords))
			assert.Equal(t, n > 1, errors.Is(err, session.ErrManyRecords))
			assert.Equal(t, session.NotOneError{Query: "PEOPLE", Many: n > 1}, *not)
			assert.Zero(t, p)
		})
	}
}

func TestMaybe(t *testing.T) {
	for n := range 3 {
		fromEach(t, setup{handler: people}, "PEOPLE", params("n", n), func(t *testing.T, _ *fixture, q session.Query) {
			p, found, err := session.Maybe[person](t.Context(), q)
			assert.Equal(t, n == 1, found)
			if n == 2 {
				require.ErrorIs(t, err, session.ErrManyRecords)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, n == 1, p == person{"Ada", 1815})
		})
	}
}

func TestTypedCollect(t *testing.T) {
	fromEach(t, setup{handler: people}, "PEOPLE", params("n", 2), func(t *testing.T, _ *fixture, q session.Query) {
		all, summary, err := session.Collect[person](t.Context(), q)
		require.NoError(t, err)
		assert.Len(t, all, 2)
		assert.Equal(t, []string{"name", "born"}, summary.Keys)
		_, summary, err = session.Collect[int](t.Context(), q)
		require.Error(t, err)
		assert.Nil(t, summary)
	})
}
