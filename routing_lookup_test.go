package neorx

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/settings"
	"github.com/neorx/neorx/pool"
)

// known is a look-up that knows one name.
func known(t *testing.T, name string, ips ...string) Lookup {
	return func(_ context.Context, host string) ([]string, error) {
		assert.Equal(t, name, host)
		return ips, nil
	}
}

func TestLookup(t *testing.T) {
	cases := map[string]struct {
		uri     string
		ips     []string
		dialed  []string
		problem string
	}{
		"one address":       {"bolt://db", []string{"10.0.0.1"}, []string{"tcp 10.0.0.1:7687"}, "bolt: connect to db:7687: refused by 10.0.0.1:7687"},
		"several addresses": {"bolt://db:1", []string{"10.0.0.1", "::2"}, []string{"tcp 10.0.0.1:1", "tcp [::2]:1"}, "refused by 10.0.0.1:1\nrefused by [::2]:1"},
		"none":              {"bolt://db", nil, nil, "bolt: connect to db:7687: look up db: there is no IP address"},
		"an IP address":     {"bolt://10.0.0.9", nil, []string{"tcp 10.0.0.9:7687"}, "refused by 10.0.0.9:7687"},
		"IPv6 with a zone":  {"bolt://[fe80::1%25eth0]", nil, []string{"tcp [fe80::1%eth0]:7687"}, "refused by [fe80::1%eth0]:7687"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var d dialed
			err := open(t, test.uri, WithLookup(known(t, "db", test.ips...)), WithDialer(d.dial)).VerifyConnectivity(t.Context())
			var lost *ConnectivityError
			require.ErrorAs(t, err, &lost)
			assert.ErrorContains(t, err, test.problem)
			assert.Equal(t, test.dialed, d.addresses)
		})
	}
}

func TestLookupFails(t *testing.T) {
	failed := errors.New("the name server is down")
	lookup := func(context.Context, string) ([]string, error) { return nil, failed }
	err := open(t, "bolt://db", WithLookup(lookup)).VerifyConnectivity(t.Context())
	var lost *ConnectivityError
	require.ErrorAs(t, err, &lost)
	assert.ErrorIs(t, err, failed)
	assert.ErrorContains(t, err, "look up db")
}

// A name may move: every connection is dialed at what the name stands for then.
func TestLookupIsAskedForEveryConnection(t *testing.T) {
	var d dialed
	moved := 0
	lookup := func(context.Context, string) ([]string, error) {
		moved++
		return []string{[]string{"10.0.0.1", "10.0.0.2"}[moved-1]}, nil
	}
	driver := open(t, "bolt://db", WithLookup(lookup), WithDialer(d.dial))
	require.Error(t, driver.VerifyConnectivity(t.Context()))
	require.Error(t, driver.VerifyConnectivity(t.Context()))
	assert.Equal(t, []string{"tcp 10.0.0.1:7687", "tcp 10.0.0.2:7687"}, d.addresses)
}

// An address that swallows everything leaves time for the others.
func TestLookedUpAddressesShareTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var tried []time.Duration
		dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
			tried = append(tried, time.Since(began))
			<-ctx.Done()
			return nil, ctx.Err()
		}
		err := open(t, "bolt://db", WithLookup(known(t, "db", "10.0.0.1", "10.0.0.2", "10.0.0.3")), WithDialer(dial), WithConnectionTimeout(30*time.Second)).
			VerifyConnectivity(t.Context())
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, []time.Duration{0, 10 * time.Second, 20 * time.Second}, tried)
		assert.Equal(t, 30*time.Second, time.Since(began), "the connection timeout is that of all together")
	})
}

// An address that is just one of those that a name stands for is dialed as it is, and verified by
// its name.
func TestOneOfTheAddressesOfAName(t *testing.T) {
	ca, named := newAuthority(t), template()
	named.DNSNames, named.IPAddresses = []string{"db.example.com"}, nil
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	address := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{ca.issue(t, named)}})
	there := func(ctx context.Context, network, a string) (net.Conn, error) {
		assert.Equal(t, "10.0.0.1:7687", a)
		return (&net.Dialer{}).DialContext(ctx, network, string(address))
	}
	nobody := func(context.Context, string) ([]string, error) {
		t.Error("looked up")
		return nil, errors.ErrUnsupported
	}
	state, err := reach(t, pool.At("db.example.com:7687", "10.0.0.1"), "bolt+s://db",
		WithDialer(there), WithLookup(nobody), WithTLSConfig(&tls.Config{RootCAs: roots}))
	require.NoError(t, err)
	assert.Equal(t, "db.example.com", state.ServerName)
}

// A routing table may call a server by what only the resolver knows: one that stands alone is
// called what the URI calls it.
func TestTheResolverKnowsTheURI(t *testing.T) {
	cases := map[string]struct {
		address pool.Address
		err     error
		want    []string
	}{
		"an unknown name":          {"virtual:7687", &net.DNSError{IsNotFound: true}, []string{"virtual:7687", "db1:7687", "db2:7687"}},
		"one that is down":         {"virtual:7687", errors.New("refused"), []string{"virtual:7687"}},
		"another one, not the URI": {"other:7687", &net.DNSError{IsNotFound: true}, []string{"other:7687"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var dialed []string
			refuse := func(_ context.Context, _, address string) (net.Conn, error) {
				dialed = append(dialed, address)
				return nil, test.err
			}
			resolver := func(context.Context, string) ([]string, error) { return []string{"db1", "db2"}, nil }
			cfg, err := settings.New("neo4j://virtual", NoAuth(), []Option{WithDialer(refuse), WithResolver(resolver)})
			require.NoError(t, err)
			_, err = dial.New(cfg.Dial()).Open(t.Context(), test.address, bolt.NoAuth())
			require.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, dialed)
		})
	}
}

func TestWhoLooksUp(t *testing.T) {
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, nil }
	lookup := func(context.Context, string) ([]string, error) { return nil, errors.ErrUnsupported }
	cases := map[string]struct {
		options []Option
		want    bool
	}{
		"the system":                  {nil, true},
		"a hook":                      {[]Option{WithLookup(lookup)}, true},
		"a dialer of the user's":      {[]Option{WithDialer(dial)}, false},
		"such a dialer, and the hook": {[]Option{WithDialer(dial), WithLookup(lookup)}, true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			cfg, err := settings.New("neo4j://db", NoAuth(), test.options)
			require.NoError(t, err)
			assert.Equal(t, test.want, cfg.RouterLookup() != nil)
		})
	}
}
