package neorx

import (
	"crypto/tls"
	"slices"
)

// WithEncrypted switches encryption on or off for the schemes bolt and neo4j; with the others, which say it themselves, it is an error.
// Default: off.
func WithEncrypted(on bool) Option {
	return func(c *config) { c.encrypted = given(on) }
}

// WithTrust says which certificates of servers are accepted, for the schemes bolt and neo4j; with the others, which say it themselves, it is an
// error. So it is where encryption is off: [WithEncrypted] has to be there too. Default: TrustSystemCAs().
func WithTrust(t Trust) Option {
	return func(c *config) { c.trust = given(t) }
}

// WithTLSConfig sets the TLS configuration that the driver's own is based on: for other root certificates, a key log and
// the like. It is cloned. ServerName is the host that is connected to unless it is set here, and MinVersion at least TLS 1.2. Whether
// certificates are checked is not said here but by the scheme of the URI and by [WithTrust]. Where encryption is off it has no effect.
// Default: an empty configuration.
func WithTLSConfig(base *tls.Config) Option {
	base = base.Clone()
	return func(c *config) { c.tlsBase = base }
}

// WithClientCertificate sets what is shown to servers that ask their clients for a certificate (mutual TLS). With servers that do not ask it has no
// effect; where encryption is off it is an error, since nothing would be shown to anybody. Default: none.
func WithClientCertificate(certificate ClientCertificate) Option {
	return func(c *config) { c.clientCertificate = certificate }
}

// Trust says which certificates of servers are accepted. The zero value is TrustSystemCAs().
type Trust struct {
	kind  trustKind
	files []string
}

type trustKind uint8

const (
	trustSystemCAs trustKind = iota
	trustCustomCAs
	trustAll
)

// TrustSystemCAs accepts certificates that the system's certificate authorities vouch for and that are made out for the host.
func TrustSystemCAs() Trust { return Trust{} }

// TrustCustomCAs accepts certificates that a certificate in one of these files (PEM, each with one or more) vouches for and that are made out for
// the host. [Open] reads the files.
func TrustCustomCAs(files ...string) Trust {
	return Trust{kind: trustCustomCAs, files: slices.Clone(files)}
}

// TrustAllCertificates accepts every certificate, self-signed ones included, without even looking at the host: whoever can get between the
// driver and the server can read and change everything. Not for production.
func TrustAllCertificates() Trust { return Trust{kind: trustAll} }

// String returns the name of the function that makes it.
func (t Trust) String() string {
	return [...]string{"TrustSystemCAs", "TrustCustomCAs", "TrustAllCertificates"}[t.kind]
}
