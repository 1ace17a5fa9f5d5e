package integration_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/integration/neo4jserver"
)

// families are the families of schemes that every test goes through.
var families = []string{"bolt", "neo4j"}

// startServer starts a server for one test.
func startServer(t *testing.T, opts ...neo4jserver.Option) *neo4jserver.Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	s, err := neo4jserver.Start(ctx, realServer(t).Version, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// connects tries a connection in each family of schemes, scheme being what comes behind its name.
// It is to fail with want, or to succeed where that is empty.
func connects(t *testing.T, s *neo4jserver.Server, scheme, want string, opts ...neorx.Option) {
	t.Helper()
	for _, family := range families {
		driver, err := neorx.Open(family+scheme+"://"+s.Address, neorx.BasicAuth(s.User, s.Password), opts...)
		require.NoError(t, err)
		err = driver.VerifyConnectivity(limited(t))
		if want == "" {
			assert.NoError(t, err)
		} else {
			var failed *neorx.TLSError
			require.ErrorAs(t, err, &failed)
			assert.ErrorContains(t, err, want)
			assert.False(t, failed.Retryable())
		}
		closeDriver(t, driver)
	}
}

// byClock is a base whose clock shows another time.
func byClock(roots *x509.CertPool, now time.Time) neorx.Option {
	return neorx.WithTLSConfig(&tls.Config{RootCAs: roots, Time: func() time.Time { return now }})
}

const stranger = "nobody who is trusted vouches for the certificate"

// TestTLSTrust has every way to say what is trusted meet the certificate of the server of this run,
// which has signed it itself.
func TestTLSTrust(t *testing.T) {
	s := realServer(t)
	text, err := os.ReadFile(s.CertificateFile)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(text))
	on := neorx.WithEncrypted(true)
	cases := map[string]struct {
		scheme, want string
		options      []neorx.Option
	}{
		"plain":           {},
		"+s":              {"+s", "the certificate is self-signed", nil},
		"+s, roots":       {"+s", "", []neorx.Option{byClock(roots, time.Now())}},
		"+ssc":            {"+ssc", "", nil},
		"system":          {"", "the certificate is self-signed", []neorx.Option{on}},
		"custom":          {"", "", []neorx.Option{on, neorx.WithTrust(neorx.TrustCustomCAs(s.CertificateFile))}},
		"others":          {"", "the certificate is self-signed", []neorx.Option{on, neorx.WithTrust(neorx.TrustCustomCAs(newIssuer(t, "others").file(t)))}},
		"all":             {"", "", []neorx.Option{on, neorx.WithTrust(neorx.TrustAllCertificates())}},
		"late":            {"+s", "has expired on", []neorx.Option{byClock(roots, time.Now().AddDate(1, 0, 0))}},
		"early":           {"+s", "is not valid before", []neorx.Option{byClock(roots, time.Now().AddDate(-1, 0, 0))}},
		"late, unchecked": {"+ssc", "", []neorx.Option{byClock(nil, time.Now().AddDate(1, 0, 0))}},
		"another name":    {"+s", "is not made out for db.example.com", []neorx.Option{neorx.WithTLSConfig(&tls.Config{RootCAs: roots, ServerName: "db.example.com"})}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			connects(t, s, test.scheme, test.want, test.options...)
		})
	}
}

// TestMutualTLS has a server that demands certificates of its clients meet every kind of them, over
// both versions of TLS.
func TestMutualTLS(t *testing.T) {
	ca, other := newIssuer(t, "authority"), newIssuer(t, "another authority")
	certificate, key := inPEM(t, ca.issue(t, forUse(x509.ExtKeyUsageServerAuth)))
	s := startServer(t, neo4jserver.WithCertificate(certificate, key), neo4jserver.WithClientAuthorities(ca.pem()))
	expired, notYet := forUse(x509.ExtKeyUsageClientAuth), forUse(x509.ExtKeyUsageClientAuth)
	expired.NotBefore, expired.NotAfter = time.Now().AddDate(0, -2, 0), time.Now().AddDate(0, -1, 0)
	notYet.NotBefore, notYet.NotAfter = time.Now().AddDate(0, 1, 0), time.Now().AddDate(0, 2, 0)
	alone := forUse(x509.ExtKeyUsageClientAuth)
	const refused = `the server refuses the client certificate of "CN=neorx test"`
	cases := map[string]struct {
		certificate tls.Certificate
		want        string
	}{
		"none":        {tls.Certificate{}, "the server wants a client certificate, and was shown none"},
		"valid":       {ca.issue(t, forUse(x509.ExtKeyUsageClientAuth)), ""},
		"stranger":    {other.issue(t, forUse(x509.ExtKeyUsageClientAuth)), refused},
		"self-signed": {(&issuer{cert: alone}).issue(t, alone), refused},
		"expired":     {ca.issue(t, expired), refused},
		"not yet":     {ca.issue(t, notYet), refused},
		"other use":   {ca.issue(t, forUse(x509.ExtKeyUsageCodeSigning)), refused},
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for name, test := range cases {
			t.Run(tls.VersionName(version)+"/"+name, func(t *testing.T) {
				shown := func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &test.certificate, nil }
				for _, scheme := range []string{"+s", "+ssc"} {
					base := &tls.Config{MaxVersion: version, GetClientCertificate: shown}
					if scheme == "+s" {
						base.RootCAs = ca.pool()
					}
					connects(t, s, scheme, test.want, neorx.WithTLSConfig(base))
				}
			})
		}
	}
	t.Run("by option", func(t *testing.T) {
		own := ca.issue(t, forUse(x509.ExtKeyUsageClientAuth))
		connects(t, s, "+ssc", "", neorx.WithClientCertificate(neorx.StaticClientCertificate(own)))
		provider := func(context.Context) (tls.Certificate, error) { return own, nil }
		connects(t, s, "+ssc", "", neorx.WithClientCertificate(neorx.RotatingClientCertificate(provider)))
	})
}

// TestBadServerCertificate has a server whose certificate is for clients, and has expired as well.
func TestBadServerCertificate(t *testing.T) {
	ca := newIssuer(t, "authority")
	bad := forUse(x509.ExtKeyUsageClientAuth)
	bad.NotBefore, bad.NotAfter = time.Now().AddDate(0, -2, 0), time.Now().AddDate(0, -1, 0)
	certificate, key := inPEM(t, ca.issue(t, bad))
	s := startServer(t, neo4jserver.WithCertificate(certificate, key))
	whenValid := time.Now().AddDate(0, 0, -40)
	connects(t, s, "+s", `the certificate of "CN=neorx test" has expired on `+bad.NotAfter.UTC().Format(time.DateOnly), byClock(ca.pool(), time.Now()))
	connects(t, s, "+s", `the certificate of "CN=neorx test" is not made for servers`, byClock(ca.pool(), whenValid))
	connects(t, s, "+s", stranger, byClock(newIssuer(t, "others").pool(), whenValid))
	connects(t, s, "+ssc", "")
}
