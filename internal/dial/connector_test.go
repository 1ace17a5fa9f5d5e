package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// Whether it is worth a retry that none of several addresses could be connected to depends on why.
func TestResolvedAddressesTogether(t *testing.T) {
	lost, untrusted := &bolt.ConnectivityError{Op: "connect to", Address: "db1:7687", Err: io.EOF}, &TLSError{Address: "db2:7687", Err: io.EOF}
	cases := map[string]struct {
		failures []error
		want     bool
	}{
		"one lost":            {[]error{lost}, true},
		"one untrusted":       {[]error{untrusted}, false},
		"untrusted, lost":     {[]error{untrusted, lost}, true},
		"lost, untrusted":     {[]error{lost, untrusted}, true},
		"untrusted, each one": {[]error{untrusted, untrusted}, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			err := together("virtual:7687", test.failures)
			var r interface{ Retryable() bool }
			require.ErrorAs(t, err, &r)
			assert.Equal(t, test.want, r.Retryable())
			for _, failure := range test.failures {
				assert.ErrorIs(t, err, failure)
			}
		})
	}
}

func TestResolvedAddressesAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var tried []string
	c := New(Config{Timeout: time.Second, Dialer: func(_ context.Context, _, address string) (net.Conn, error) {
		tried = append(tried, address)
		cancel()
		return nil, errors.New("refused")
	}})
	_, err := c.connectAny(ctx, "virtual:7687", []pool.Address{"db1:7687", "db2:7687"}, bolt.NoAuth())
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []string{"db1:7687"}, tried)
}
