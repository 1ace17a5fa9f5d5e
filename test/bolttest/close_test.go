package bolttest_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// A handler that does not look at its context returns a result that nobody opens.
func TestAResultThatComesTooLateIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := false
		s := bolttest.New(t, func(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
			<-ctx.Done()
			return &bolttest.Result{Close: func() { closed = true }}, nil
		}, bolttest.InMemory())
		nc, err := s.Dial(t.Context(), "tcp", s.Address())
		require.NoError(t, err)
		conn, err := bolt.NewConn(t.Context(), nc, bolt.Config{})
		require.NoError(t, err)
		defer conn.Close()
		_, err = conn.Run(t.Context(), "LATE", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, conn.Reset(t.Context()))
		assert.True(t, closed)
	})
}
