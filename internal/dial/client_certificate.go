package neorx

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

// ClientCertificate is how a driver proves to servers that it may talk to them at all, before anybody logs in (mutual TLS). Make one with
// [ClientCertificateFiles], [StaticClientCertificate] or [RotatingClientCertificate]; the zero value is none. No way of printing it shows a key or
// a password.
type ClientCertificate struct {
	name string // of the function that has made it
	// open returns what provides a certificate for each connection. Keys and passwords are in closures only, which no verb of fmt looks into.
	open func() (certificateProvider, error)
}

type certificateProvider func(ctx context.Context) (tls.Certificate, error)

// ClientCertificateFiles is a certificate and its private key in files in PEM format. [Open] reads them, once. A key that is encrypted needs the
// password; see [LoadClientCertificate].
func ClientCertificateFiles(certificateFile, keyFile string, password ...string) ClientCertificate {
	return ClientCertificate{"ClientCertificateFiles", func() (certificateProvider, error) {
		certificate, err := LoadClientCertificate(certificateFile, keyFile, password...)
		if err != nil {
			return nil, err
		}
		return always(certificate)
	}}
}

// StaticClientCertificate is a certificate with its private key. [Open] checks that they belong together, and that the certificate can be used.
func StaticClientCertificate(certificate tls.Certificate) ClientCertificate {
	return ClientCertificate{"StaticClientCertificate", func() (certificateProvider, error) { return always(certificate) }}
}

// RotatingClientCertificate asks provider for the certificate of every new connection on which the server wants one; connections that are open are
// left alone, so that [WithMaxConnectionLifetime] bounds how long an old certificate is in use. provider is called concurrently, should return when its
// context ends, and should keep what is expensive to get. Its error is one of the connection.
func RotatingClientCertificate(provider func(ctx context.Context) (tls.Certificate, error)) ClientCertificate {
	return ClientCertificate{"RotatingClientCertificate", func() (certificateProvider, error) {
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
func always(certificate tls.Certificate) (certificateProvider, error) {
	if err := checkClientCertificate(&certificate, time.Now()); err != nil {
		return nil, err
	}
	return func(context.Context) (tls.Certificate, error) { return certificate, nil }, nil
}

// LoadClientCertificate reads a certificate, with those that lead to its authority behind it, and its private key from files in PEM format. An encrypted
// key, "ENCRYPTED PRIVATE KEY" with PBES2 and AES as OpenSSL writes it or the older form with "DEK-Info", needs the password, of which there is one at
// most; where the key is not encrypted it is not used.
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

// checkClientCertificate tells why no server can accept a certificate, if that is so, and parses it for those who come later.
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
