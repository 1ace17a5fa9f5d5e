package neo4jserver

// Option says what a server does otherwise than by default.
type Option func(*options)

type options struct {
	certificate, key, clientAuthorities []byte // PEM
	advertised                          string
}

func newOptions(opts []Option) (o options) {
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// clientAuth is how the server's configuration says whether clients need a certificate.
func (o *options) clientAuth() string {
	if o.clientAuthorities == nil {
		return "NONE"
	}
	return "REQUIRE"
}

// advertisedAddress is where the server says that it is.
func (o *options) advertisedAddress(listens string) string {
	if o.advertised == "" {
		return listens
	}
	return o.advertised
}

// WithAdvertisedAddress sets the host:port that the server calls itself by in a routing table when
// the client does not say how it has called it. Default: the address that it listens on.
func WithAdvertisedAddress(address string) Option {
	return func(o *options) { o.advertised = address }
}

// WithCertificate sets the certificate and the private key of Bolt over TLS, both in PEM format.
// Default: a self-signed one, made for the occasion.
func WithCertificate(certificate, key []byte) Option {
	return func(o *options) { o.certificate, o.key = certificate, key }
}

// WithClientAuthorities makes the server demand a certificate of every client that speaks TLS, one
// that these certificates, in PEM format, vouch for. Default: none is asked for.
func WithClientAuthorities(certificates []byte) Option {
	return func(o *options) { o.clientAuthorities = certificates }
}
