package neorx

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/settings"
	"github.com/neorx/neorx/pool"
)

// serveTLS accepts encrypted connections, and keeps them until the client leaves.
func serveTLS(t *testing.T, cfg *tls.Config) pool.Address {
	t.Helper()
	return pool.Address(serve(t, func(nc net.Conn) { _, _ = io.Copy(io.Discard, tls.Server(nc, cfg)) }))
}

// reach makes a network connection as a driver with these options does, and closes it.
func reach(t *testing.T, a pool.Address, uri string, opts ...Option) (*tls.ConnectionState, error) {
	t.Helper()
	c, err := settings.New(uri, NoAuth(), opts)
	require.NoError(t, err)
	nc, err := dial.New(c.Dial()).Reach(t.Context(), a)
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	state := nc.(interface{ ConnectionState() tls.ConnectionState }).ConnectionState()
	return &state, nil
}

// servers returns an address for each kind of certificate, all but the self-signed one issued by
// ca.
func servers(t *testing.T, ca, stranger *authority) map[string]pool.Address {
	t.Helper()
	otherHost, expired, notYet, otherUse := template(), template(), template(), template()
	otherHost.DNSNames, otherHost.IPAddresses = []string{"db.example.com"}, nil
	expired.NotAfter = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	notYet.NotBefore = time.Date(2998, 1, 1, 0, 0, 0, 0, time.UTC)
	otherUse.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	certificates := map[string]tls.Certificate{
		"valid":       ca.issue(t, template()),
		"of stranger": stranger.issue(t, template()),
		"self-signed": (&authority{cert: template()}).issue(t, template()),
		"other host":  ca.issue(t, otherHost),
		"expired":     ca.issue(t, expired),
		"not yet":     ca.issue(t, notYet),
		"other use":   ca.issue(t, otherUse),
	}
	addresses := map[string]pool.Address{}
	for name, certificate := range certificates {
		addresses[name] = serveTLS(t, &tls.Config{Certificates: []tls.Certificate{certificate}})
	}
	return addresses
}

// TestTrust has every way to say what is trusted meet every kind of certificate.
func TestTrust(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	ofCAs := []string{"valid", "of stranger"}
	every := append(ofCAs, "self-signed", "other host", "expired", "not yet", "other use")
	ways := map[string]struct {
		uri      string
		options  []Option
		accepted []string
	}{
		"bolt+s":            {"bolt+s://db", nil, nil},
		"encrypted":         {"bolt://db", []Option{WithEncrypted(true)}, nil},
		"encrypted, system": {"bolt://db", []Option{WithEncrypted(true), WithTrust(TrustSystemCAs())}, nil},
		"encrypted, custom": {"bolt://db", []Option{WithEncrypted(true), WithTrust(TrustCustomCAs(stranger.file(t), ca.file(t)))}, ofCAs},
		"bolt+s with roots": {"bolt+s://db", []Option{WithTLSConfig(&tls.Config{RootCAs: roots})}, []string{"valid"}},
		"bolt+ssc":          {"bolt+ssc://db", nil, every},
		"encrypted, all":    {"bolt://db", []Option{WithEncrypted(true), WithTrust(TrustAllCertificates())}, every},
	}
	for certificate, address := range servers(t, ca, stranger) {
		for way, test := range ways {
			t.Run(way+"/"+certificate, func(t *testing.T) {
				state, err := reach(t, address, test.uri, test.options...)
				if slices.Contains(test.accepted, certificate) {
					require.NoError(t, err)
					assert.GreaterOrEqual(t, state.Version, uint16(tls.VersionTLS12))
					return
				}
				var (
					failed     *TLSError
					unverified *tls.CertificateVerificationError
				)
				require.ErrorAs(t, err, &failed)
				assert.Equal(t, string(address), failed.Address)
				assert.Equal(t, "127.0.0.1", failed.ServerName)
				assert.ErrorAs(t, err, &unverified)
			})
		}
	}
}

// TestTLSErrors shows that errors say which check has failed, and lead to the cause.
func TestTLSErrors(t *testing.T) {
	ca := newAuthority(t)
	custom := []Option{WithEncrypted(true), WithTrust(TrustCustomCAs(ca.file(t)))}
	cases := map[string]struct {
		cause error
		want  string
	}{
		"of stranger": {new(x509.UnknownAuthorityError), "nobody who is trusted vouches for the certificate; TrustCustomCAs trusts further authorities"},
		"self-signed": {new(x509.UnknownAuthorityError), "the certificate is self-signed; TrustCustomCAs trusts further authorities, and +ssc self-signed certificates"},
		"other host":  {new(x509.HostnameError), "the certificate is not made out for 127.0.0.1: "},
		"expired":     {new(x509.CertificateInvalidError), `the certificate of "CN=neorx test" has expired on 2001-01-01: `},
		"not yet":     {new(x509.CertificateInvalidError), `the certificate of "CN=neorx test" is not valid before 2998-01-01; is the clock right?`},
		"other use":   {new(x509.CertificateInvalidError), `the certificate of "CN=neorx test" is not made for servers: `},
	}
	addresses := servers(t, ca, newAuthority(t))
	for certificate, test := range cases {
		t.Run(certificate, func(t *testing.T) {
			_, err := reach(t, addresses[certificate], "bolt://db", custom...)
			assert.ErrorContains(t, err, "neorx: TLS handshake with "+string(addresses[certificate])+": ")
			assert.ErrorContains(t, err, test.want)
			assert.ErrorAs(t, err, test.cause)
		})
	}
}

func TestServerName(t *testing.T) {
	ca := newAuthority(t)
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	other := template()
	other.DNSNames, other.IPAddresses = []string{"db.example.com"}, nil
	asked := make(chan string, 1)
	address := serveTLS(t, &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		asked <- hello.ServerName
		made := ca.issue(t, other)
		return &made, nil
	}})

	t.Run("said by the base", func(t *testing.T) {
		_, err := reach(t, address, "bolt+s://db", WithTLSConfig(&tls.Config{RootCAs: roots, ServerName: "db.example.com"}))
		require.NoError(t, err)
		assert.Equal(t, "db.example.com", <-asked)
	})
	t.Run("the host", func(t *testing.T) {
		there := func(ctx context.Context, network, a string) (net.Conn, error) {
			assert.Equal(t, "db.example.com:7687", a)
			return (&net.Dialer{}).DialContext(ctx, network, string(address))
		}
		_, err := reach(t, "db.example.com:7687", "bolt+s://db", WithDialer(there), WithTLSConfig(&tls.Config{RootCAs: roots}))
		require.NoError(t, err)
		assert.Equal(t, "db.example.com", <-asked)
	})
}

func TestHostOf(t *testing.T) {
	cases := map[pool.Address]string{"db:7687": "db", "[::1]:7687": "::1", "[fe80::1%eth0]:7687": "fe80::1"}
	for address, want := range cases {
		assert.Equal(t, want, address.Host())
	}
}

func TestOldTLS(t *testing.T) {
	old := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{newAuthority(t).issue(t, template())}, MaxVersion: tls.VersionTLS11})
	_, err := reach(t, old, "bolt+ssc://db")
	var failed *TLSError
	require.ErrorAs(t, err, &failed)
	assert.ErrorContains(t, err, "protocol version not supported")
}
