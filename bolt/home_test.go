package bolt_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// From Bolt 5.8 on a server tells which database it has chosen, with the answer to what has named none.
func TestHomeDatabase(t *testing.T) {
	cases := map[string]struct {
		version  bolt.Version
		database string
		want     string
	}{
		"told":            {bolt.Version{Major: 5, Minor: 8}, "", "movies"},
		"an older server": {bolt.Version{Major: 5, Minor: 7}, "", ""},
		"named":           {bolt.Version{Major: 5, Minor: 8}, "movies", ""},
	}
	begin := map[string]func(*testing.T, *bolt.Conn, bolt.TxConfig) string{
		"Run": func(t *testing.T, c *bolt.Conn, tx bolt.TxConfig) string {
			rows := records.NewRows()
			s, err := c.Run(t.Context(), "COUNT", map[string]any{"n": 1}, tx, bolt.StreamConfig{}, rows)
			require.NoError(t, err)
			_, err = s.Keys(t.Context())
			require.NoError(t, err)
			return s.Database()
		},
		"Begin": func(t *testing.T, c *bolt.Conn, cfg bolt.TxConfig) string {
			tx, err := c.Begin(t.Context(), cfg)
			require.NoError(t, err)
			return tx.Database()
		},
		"BeginRun": func(t *testing.T, c *bolt.Conn, cfg bolt.TxConfig) string {
			tx, s, err := c.BeginRun(t.Context(), cfg, "COUNT", map[string]any{"n": 1}, bolt.StreamConfig{}, records.NewRows())
			require.NoError(t, err)
			_, err = s.Keys(t.Context())
			require.NoError(t, err)
			assert.Empty(t, s.Database(), "what BEGIN is told is not said again")
			return tx.Database()
		},
	}
	for name, test := range cases {
		for by, database := range begin {
			t.Run(name+", "+by, func(t *testing.T) {
				server := bolttest.New(t, counting, bolttest.InMemory(), bolttest.WithDatabase("movies"), bolttest.WithVersions(test.version))
				c := connect(t, server, bolt.Config{})
				assert.Equal(t, test.want, database(t, c, bolt.TxConfig{Database: test.database}))
			})
		}
	}
}
