package neorx

import (
	"context"
	"crypto/tls"
	"slices"

	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/settings"
)

// WithEncrypted switches encryption on or off for the schemes bolt and neo4j; with the others,
// which say it themselves, it is an error. Default: off.
func WithEncrypted(on bool) Option {
	return func(c *settings.Config) { c.Encrypted = settings.Given(on) }
}

// WithTrust says which certificates of servers are accepted, for the schemes bolt and neo4j; with
// the others, which say it themselves, it is an error. So it is where encryption is off:
// [WithEncrypted] has to be there too. Default: TrustSystemCAs().
func WithTrust(t Trust) Option {
	return func(c *settings.Config) { c.Trust = settings.Given(t.trust) }
}

// WithTLSConfig sets the TLS configuration that the driver's own is based on: for other root
// certificates, a key log and the like. It is cloned. ServerName is the host that is connected to
// unless it is set here, and MinVersion at least TLS 1.2. Whether certificates are checked is not
// said here but by the scheme of the URI and by [WithTrust]. Where encryption is off it has no
// effect. Default: an empty configuration.
func WithTLSConfig(base *tls.Config) Option {
	base = base.Clone()
	return func(c *settings.Config) { c.TLSBase = base }
}

// WithClientCertificate sets what is shown to servers that ask their clients for a certificate
// (mutual TLS). With servers that do not ask it has no effect; where encryption is off it is an
// error, since nothing would be shown to anybody. Default: none.
func WithClientCertificate(certificate ClientCertificate) Option {
	return func(c *settings.Config) { c.ClientCertificate = certificate.certificate }
}

// Trust says which certificates of servers are accepted. The zero value is TrustSystemCAs().
type Trust struct{ trust settings.Trust }

// TrustSystemCAs accepts certificates that the system's certificate authorities vouch for and that
// are made out for the host.
func TrustSystemCAs() Trust { return Trust{} }

// TrustCustomCAs accepts certificates that a certificate in one of these files (PEM, each with one
// or more) vouches for and that are made out for the host. [Open] reads the files.
func TrustCustomCAs(files ...string) Trust {
	return Trust{settings.Trust{Kind: settings.TrustCustomCAs, Files: slices.Clone(files)}}
}

// TrustAllCertificates accepts every certificate, self-signed ones included, without even looking
// at the host: whoever can get between the driver and the server can read and change everything.
// Not for production.
func TrustAllCertificates() Trust { return Trust{settings.Trust{Kind: settings.TrustAll}} }

// String returns the name of the function that makes it.
func (t Trust) String() string { return t.trust.String() }

// ClientCertificate is how a driver proves to servers that it may talk to them at all, before
// anybody logs in (mutual TLS). Make one with [ClientCertificateFiles], [StaticClientCertificate]
// or [RotatingClientCertificate]; the zero value is none. No way of printing it shows a key or a
// password.
type ClientCertificate struct{ certificate dial.ClientCertificate }

// ClientCertificateFiles is a certificate and its private key in files in PEM format. [Open] reads
// them, once. A key that is encrypted needs the password; see [LoadClientCertificate].
func ClientCertificateFiles(certificateFile, keyFile string, password ...string) ClientCertificate {
	return ClientCertificate{dial.ClientCertificateFiles(certificateFile, keyFile, password...)}
}

// StaticClientCertificate is a certificate with its private key. [Open] checks that they belong
// together, and that the certificate can be used.
func StaticClientCertificate(certificate tls.Certificate) ClientCertificate {
	return ClientCertificate{dial.StaticClientCertificate(certificate)}
}

// RotatingClientCertificate asks provider for the certificate of every new connection on which the
// server wants one; connections that are open are left alone, so that [WithMaxConnectionLifetime]
// bounds how long an old certificate is in use. provider is called concurrently, should return when
// its context ends, and should keep what is expensive to get. Its error is one of the connection.
func RotatingClientCertificate(provider func(ctx context.Context) (tls.Certificate, error)) ClientCertificate {
	return ClientCertificate{dial.RotatingClientCertificate(provider)}
}

// LoadClientCertificate reads a certificate, with those that lead to its authority behind it, and
// its private key from files in PEM format. An encrypted key, "ENCRYPTED PRIVATE KEY" with PBES2
// and AES as OpenSSL writes it or the older form with "DEK-Info", needs the password, of which
// there is one at most; where the key is not encrypted it is not used.
func LoadClientCertificate(certificateFile, keyFile string, password ...string) (tls.Certificate, error) {
	return dial.LoadClientCertificate(certificateFile, keyFile, password...)
}

// String returns the name of the function that has made it.
func (c ClientCertificate) String() string { return c.certificate.String() }
