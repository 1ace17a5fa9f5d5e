package neorx

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/internal/pkcs8"
	"github.com/neorx/neorx/test/bolttest"
)

// clientTemplate is a certificate for a client with this name.
func clientTemplate(name string) *x509.Certificate {
	c := template()
	c.Subject.CommonName = name
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return c
}

// files writes a certificate and its key as PEM.
func files(t *testing.T, c tls.Certificate) (certificate, key string) {
	t.Helper()
	dir := t.TempDir()
	private, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	require.NoError(t, err)
	write := func(name, kind string, der []byte) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return name
	}
	return write("client.crt", "CERTIFICATE", c.Certificate[0]), write("client.key", "PRIVATE KEY", private)
}

// demanding starts a server that asks for certificates of the authority, and notes which it has
// seen.
func demanding(t *testing.T, ca *authority, version uint16) (s *bolttest.Server, seen chan string) {
	t.Helper()
	seen = make(chan string, 10)
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	return bolttest.New(t, nil, bolttest.WithTLSConfig(&tls.Config{
		Certificates: []tls.Certificate{ca.issue(t, template())}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots,
		MaxVersion: version,
		VerifyConnection: func(state tls.ConnectionState) error {
			seen <- state.PeerCertificates[0].Subject.CommonName
			return nil
		},
	})), seen
}

// eachTLS runs a test over both versions of TLS: with 1.2 the handshake fails where a client
// certificate is refused, with 1.3 what comes behind it.
func eachTLS(t *testing.T, test func(t *testing.T, version uint16)) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) { test(t, version) })
	}
}

func TestClientCertificateIsShown(t *testing.T) {
	ca := newAuthority(t)
	own := ca.issue(t, clientTemplate("static"))
	ways := map[string]Option{
		"files":    WithClientCertificate(ClientCertificateFiles(files(t, own))),
		"static":   WithClientCertificate(StaticClientCertificate(own)),
		"the base": WithTLSConfig(&tls.Config{Certificates: []tls.Certificate{own}}),
		"rotating": WithClientCertificate(RotatingClientCertificate(func(context.Context) (tls.Certificate, error) { return own, nil })),
	}
	eachTLS(t, func(t *testing.T, version uint16) {
		s, seen := demanding(t, ca, version)
		for way, option := range ways {
			require.NoError(t, open(t, s.URI(), option).VerifyConnectivity(t.Context()), way)
			assert.Equal(t, "static", <-seen, way)
		}
	})
}

func TestClientCertificateIsNotShownUnasked(t *testing.T) {
	s := bolttest.New(t, nil, bolttest.WithTLS())
	provider := func(context.Context) (tls.Certificate, error) {
		return tls.Certificate{}, errors.New("nobody has asked")
	}
	require.NoError(t, open(t, s.URI(), WithClientCertificate(RotatingClientCertificate(provider))).VerifyConnectivity(t.Context()))
}

func TestRotatingClientCertificate(t *testing.T) {
	ca := newAuthority(t)
	s, seen := demanding(t, ca, tls.VersionTLS13)
	asked := 0
	provider := func(context.Context) (tls.Certificate, error) {
		asked++
		return ca.issue(t, clientTemplate(fmt.Sprint("number ", asked))), nil
	}
	d := open(t, s.URI(), WithClientCertificate(RotatingClientCertificate(provider)), WithMaxConnectionLifetime(0))
	for i := range 3 {
		require.NoError(t, d.VerifyConnectivity(t.Context()))
		assert.Equal(t, fmt.Sprint("number ", i+1), <-seen, "each connection has a new one")
	}
}

func TestClientCertificateProviderFails(t *testing.T) {
	ca := newAuthority(t)
	s, _ := demanding(t, ca, tls.VersionTLS13)
	expired := clientTemplate("me")
	expired.NotAfter = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	foreign := ca.issue(t, clientTemplate("me"))
	foreign.PrivateKey = ca.issue(t, clientTemplate("you")).PrivateKey
	cases := map[string]struct {
		certificate tls.Certificate
		err         error
		want        string
	}{
		"it fails":      {tls.Certificate{}, io.ErrUnexpectedEOF, "unexpected EOF"},
		"it has none":   {tls.Certificate{}, nil, "there is no certificate"},
		"expired":       {ca.issue(t, expired), nil, `the certificate of "CN=me" has expired on 2001-01-01`},
		"another's key": {foreign, nil, `the private key is not that of the certificate of "CN=me"`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			provider := func(context.Context) (tls.Certificate, error) { return test.certificate, test.err }
			err := open(t, s.URI(), WithClientCertificate(RotatingClientCertificate(provider))).VerifyConnectivity(t.Context())
			require.Error(t, err)
			assert.ErrorContains(t, err, "get the client certificate for "+s.Address()+": "+test.want)
			if test.err != nil {
				assert.ErrorIs(t, err, test.err)
			}
		})
	}
}

// noting is a connection that tells when it is closed.
type noting struct {
	net.Conn
	closed chan struct{}
}

func (n *noting) Close() error {
	close(n.closed)
	return n.Conn.Close()
}

func TestClientCertificateProviderThatLeavesLosesNoConnection(t *testing.T) {
	s, _ := demanding(t, newAuthority(t), tls.VersionTLS13)
	for want, leave := range map[string]func(){"panic: a bug": func() { panic("a bug") }, "left by runtime.Goexit": runtime.Goexit} {
		t.Run(want, func(t *testing.T) {
			closed := make(chan struct{})
			dial := func(ctx context.Context, network, address string) (net.Conn, error) {
				nc, err := new(net.Dialer).DialContext(ctx, network, address)
				return &noting{nc, closed}, err
			}
			provider := func(context.Context) (tls.Certificate, error) {
				leave()
				return tls.Certificate{}, nil
			}
			err := open(t, s.URI(), WithDialer(dial), WithClientCertificate(RotatingClientCertificate(provider))).VerifyConnectivity(t.Context())
			require.ErrorContains(t, err, want)
			select {
			case <-closed:
			default:
				assert.Fail(t, "the connection is still open")
			}
		})
	}
}

func TestClientCertificateProviderWaits(t *testing.T) {
	s, _ := demanding(t, newAuthority(t), tls.VersionTLS13)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("the user has left")
	provider := func(ctx context.Context) (tls.Certificate, error) {
		cancel(why)
		<-ctx.Done()
		return tls.Certificate{}, ctx.Err()
	}
	err := open(t, s.URI(), WithClientCertificate(RotatingClientCertificate(provider))).VerifyConnectivity(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, why)
}

// TestBadClientCertificates shows what Open finds out.
func TestBadClientCertificates(t *testing.T) {
	ca := newAuthority(t)
	good, other := ca.issue(t, clientTemplate("me")), ca.issue(t, clientTemplate("you"))
	certificate, key := files(t, good)
	_, otherKey := files(t, other)
	encrypted := filepath.Join("internal", "pkcs8", "testdata", "aes-256-cbc.pem")
	expired, server := clientTemplate("me"), template()
	expired.NotAfter = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	unkeyed := good
	unkeyed.PrivateKey = nil
	cases := map[string]struct {
		certificate ClientCertificate
		cause       error
		want        string
	}{
		"no file":          {ClientCertificateFiles("missing.crt", key), fs.ErrNotExist, "missing.crt"},
		"no key":           {ClientCertificateFiles(certificate, "missing.key"), fs.ErrNotExist, "missing.key"},
		"another's key":    {ClientCertificateFiles(certificate, otherKey), nil, "private key does not match public key"},
		"no password":      {ClientCertificateFiles(certificate, encrypted), pkcs8.ErrNoPassword, encrypted},
		"a wrong password": {ClientCertificateFiles(certificate, encrypted, "wrong"), pkcs8.ErrPassword, encrypted},
		"no PEM":           {ClientCertificateFiles("go.mod", key), nil, "go.mod"},
		"empty":            {StaticClientCertificate(tls.Certificate{}), nil, "there is no certificate"},
		"malformed":        {StaticClientCertificate(tls.Certificate{Certificate: [][]byte{{1}}}), nil, "x509: malformed certificate"},
		"without a key":    {StaticClientCertificate(unkeyed), nil, `the private key is not that of the certificate of "CN=me"`},
		"expired":          {StaticClientCertificate(ca.issue(t, expired)), nil, `the certificate of "CN=me" has expired on 2001-01-01`},
		"for servers":      {StaticClientCertificate(ca.issue(t, server)), nil, `the certificate of "CN=neorx test" is not made for clients`},
		"no provider":      {RotatingClientCertificate(nil), nil, "the provider is nil"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Open("bolt+s://db", NoAuth(), WithClientCertificate(test.certificate))
			require.Error(t, err)
			assert.ErrorContains(t, err, "WithClientCertificate("+test.certificate.String()+"): ")
			assert.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), `"wrong"`)
			if test.cause != nil {
				assert.ErrorIs(t, err, test.cause)
			}
		})
	}
	_, err := Open("bolt+s://db", NoAuth(), WithClientCertificate(StaticClientCertificate(good)), WithTLSConfig(&tls.Config{Certificates: []tls.Certificate{good}}))
	assert.ErrorContains(t, err, "WithTLSConfig has a client certificate, and WithClientCertificate(StaticClientCertificate) says otherwise")
	assert.Equal(t, "ClientCertificate{}", ClientCertificate{}.String())
}

func TestEncryptedKeyFiles(t *testing.T) {
	keys := filepath.Join("internal", "pkcs8", "testdata")
	plain, err := os.ReadFile(filepath.Join(keys, "plain.pem"))
	require.NoError(t, err)
	block, _ := pem.Decode(plain)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, clientTemplate("me"), clientTemplate("me"), key.(crypto.Signer).Public(), key)
	require.NoError(t, err)
	certificate := filepath.Join(t.TempDir(), "client.crt")
	require.NoError(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))

	for file, password := range map[string][]string{"plain.pem": nil, "aes-256-cbc.pem": {"opensesame"}, "older.pem": {"opensesame"}} {
		made, err := LoadClientCertificate(certificate, filepath.Join(keys, file), password...)
		require.NoError(t, err, file)
		assert.Equal(t, key, made.PrivateKey)
		_, err = Open("bolt+s://db", NoAuth(), WithClientCertificate(ClientCertificateFiles(certificate, filepath.Join(keys, file), password...)))
		assert.NoError(t, err, file)
	}
}
