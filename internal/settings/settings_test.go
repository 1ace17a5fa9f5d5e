package settings

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/pool"
)

func settings(t *testing.T, uri string, options ...func(*Config)) *Config {
	t.Helper()
	c, err := New(uri, pool.Static(bolt.NoAuth()), options)
	require.NoError(t, err)
	return c
}

// A server that accepts a connection and then says nothing must not use up the time for another
// one.
func TestLoginTimeout(t *testing.T) {
	connection := func(c *Config) { c.ConnectionTimeout = Given(5 * time.Second) }
	unlimited := func(c *Config) { c.AcquisitionTimeout = Given(time.Duration(-1)) }
	cases := map[string]struct {
		uri     string
		options []func(*Config)
		want    time.Duration
	}{
		"one server":                          {"bolt://db", []func(*Config){connection}, 0},
		"one server, acquisitions not ending": {"bolt://db", []func(*Config){connection, unlimited}, 5 * time.Second},
		"a cluster":                           {"neo4j://db", []func(*Config){connection}, 5 * time.Second},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			d := settings(t, test.uri, test.options...).Dial()
			assert.Equal(t, 5*time.Second, d.Timeout)
			assert.Equal(t, test.want, d.LoginTimeout)
		})
	}
}

func TestDial(t *testing.T) {
	called := false
	dialer := dial.Dialer(func(context.Context, string, string) (net.Conn, error) {
		called = true
		return nil, nil
	})
	d := settings(t, "neo4j://db?policy=europe", func(c *Config) { c.Dialer = Given(dialer) }).Dial()
	_, err := d.Dialer(t.Context(), "tcp", "db:7687")
	require.NoError(t, err)
	assert.True(t, called)
	assert.Equal(t, pool.Address("db:7687"), d.Seed)
	assert.Equal(t, map[string]string{"address": "db:7687", "policy": "europe"}, d.Conn.Routing)
	assert.Nil(t, d.TLS)
	assert.NotNil(t, settings(t, "bolt+s://db").Dial().TLS)
}

func TestTrustIsCalledAsItsFunction(t *testing.T) {
	for kind, want := range map[TrustKind]string{
		TrustSystemCAs: "TrustSystemCAs", TrustCustomCAs: "TrustCustomCAs", TrustAll: "TrustAllCertificates",
	} {
		assert.Equal(t, want, Trust{Kind: kind}.String())
	}
}
