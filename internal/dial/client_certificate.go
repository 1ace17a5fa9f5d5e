package dial

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/neorx/neorx/internal/pkcs8"
)

// ClientCertificate is what the driver shows to servers that ask for a certificate. The zero value
// is none.
type ClientCertificate struct {
	name string // of the function that has made it
	// open returns what provides a certificate for each connection. Keys and passwords are in
	// closures only, which no verb of fmt looks into.
	open func() (Provider, error)
}

// Provider returns the certificate to show on a new connection.
type Provider func(ctx context.Context) (tls.Certificate, error)

// None reports whether there is none.
func (c ClientCertificate) None() bool { return c.open == nil }

// Open returns what provides the certificate. It reads files, if it is made of files.
func (c ClientCertificate) Open() (Provider, error) { return c.open() }

// ClientCertificateFiles reads the certificate when it is opened.
func ClientCertificateFiles(certificateFile, keyFile string, password ...string) ClientCertificate {
	return ClientCertificate{"ClientCertificateFiles", func() (Provider, error) {
		certificate, err := LoadClientCertificate(certificateFile, keyFile, password...)
		if err != nil {
			return nil, err
		}
		return always(certificate)
	}}
}

// StaticClientCertificate is checked when it is opened.
func StaticClientCertificate(certificate tls.Certificate) ClientCertificate {
	return ClientCertificate{"StaticClientCertificate", func() (Provider, error) { return always(certificate) }}
}

// RotatingClientCertificate asks the provider for each connection, and checks the answer.
func RotatingClientCertificate(provider Provider) ClientCertificate {
	return ClientCertificate{"RotatingClientCertificate", func() (Provider, error) {
		if provider == nil {
			return nil, errors.New("the provider is nil")
		}
		return provider, nil
	}}
}

// String returns the name of the function that has made it.
func (c ClientCertificate) String() string {
	if c.open == nil {
		return "ClientCertificate{}"
	}
	return c.name
}

// always provides one certificate, if it is of any use.
func always(certificate tls.Certificate) (Provider, error) {
	if err := checkClientCertificate(&certificate, time.Now()); err != nil {
		return nil, err
	}
	return func(context.Context) (tls.Certificate, error) { return certificate, nil }, nil
}

// LoadClientCertificate reads a certificate and its key from files in PEM format; at most one
// password is used.
func LoadClientCertificate(certificateFile, keyFile string, password ...string) (tls.Certificate, error) {
	certificate, err := os.ReadFile(certificateFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err = pkcs8.Open(key, slices.Concat(password, []string{""})[0])
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("%s: %w", keyFile, err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("%s and %s: %w", certificateFile, keyFile, err)
	}
	return pair, nil
}

// checkClientCertificate tells why no server can accept a certificate, if that is so, and parses it
// for those who come later.
func checkClientCertificate(c *tls.Certificate, now time.Time) (err error) {
	if len(c.Certificate) == 0 {
		return errors.New("there is no certificate")
	}
	if c.Leaf == nil {
		if c.Leaf, err = x509.ParseCertificate(c.Certificate[0]); err != nil {
			return err
		}
	}
	name := c.Leaf.Subject
	switch {
	case !ownKey(c):
		return fmt.Errorf("the private key is not that of the certificate of %q", name)
	case now.After(c.Leaf.NotAfter):
		return fmt.Errorf("the certificate of %q has expired on %s", name, c.Leaf.NotAfter.Format(time.DateOnly))
	case !usableByClients(c.Leaf):
		return fmt.Errorf("the certificate of %q is not made for clients: its extended key usage says so", name)
	}
	return nil
}

// ownKey tells whether the private key and the certificate belong together.
func ownKey(c *tls.Certificate) bool {
	key, ok := c.PrivateKey.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(c.Leaf.PublicKey)
}

func usableByClients(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 || slices.ContainsFunc(c.ExtKeyUsage, func(usage x509.ExtKeyUsage) bool {
		return usage == x509.ExtKeyUsageAny || usage == x509.ExtKeyUsageClientAuth
	})
}
