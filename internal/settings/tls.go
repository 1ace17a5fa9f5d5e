package settings

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/neorx/neorx/internal/uri"
)

// settleTLS makes of the URI and the options what connections need; nothing where encryption is
// off.
func (c *Config) settleTLS() {
	c.checkSchemeAlone()
	if !c.Target.Encrypted && !c.Encrypted.Value {
		c.checkUnencrypted()
		return
	}
	t := c.TLSBase.Clone()
	if t == nil {
		t = &tls.Config{}
	}
	c.checkBase(t)
	if t.MinVersion == 0 {
		t.MinVersion = tls.VersionTLS12
	}
	switch {
	case c.Target.Unchecked || c.Trust.Value.Kind == TrustAll:
		t.InsecureSkipVerify = true
	case c.Trust.Value.Kind == TrustCustomCAs:
		t.RootCAs = c.readCAs(c.Trust.Value.Files)
	}
	c.settleClientCertificate(t)
	c.TLS = t
}

// settleClientCertificate makes t show the client certificate, if there is one.
func (c *Config) settleClientCertificate(t *tls.Config) {
	own := c.ClientCertificate
	if own.None() {
		return
	}
	if len(t.Certificates) > 0 || t.GetClientCertificate != nil {
		c.Problem("WithTLSConfig has a client certificate, and WithClientCertificate(%v) says otherwise: leave out one of them", own)
	}
	provide, err := own.Open()
	if err != nil {
		c.Problem("WithClientCertificate(%v): %w", own, err)
		return
	}
	t.GetClientCertificate = provide.Show
}

// checkSchemeAlone refuses options that say again, or otherwise, what a scheme with +s or +ssc
// says.
func (c *Config) checkSchemeAlone() {
	if !c.Target.Encrypted {
		return
	}
	if c.Encrypted.Given {
		c.Problem("the scheme %s and WithEncrypted(%t) both say whether to encrypt: leave out one of them", c.Target.Name, c.Encrypted.Value)
	}
	if c.Trust.Given {
		c.Problem("the scheme %s and WithTrust(%v) both say which certificates to trust: leave out the option, or use bolt with WithEncrypted(true)",
			c.Target.Name, c.Trust.Value)
	}
}

// checkUnencrypted refuses options that are of use only where connections are encrypted: who gives
// one expects more than plaintext.
func (c *Config) checkUnencrypted() {
	name := c.Target.Name
	if !uri.Known(name) {
		return
	}
	if c.Trust.Given {
		c.Problem("WithTrust(%v) says which certificates to trust, but %s", c.Trust.Value,
			c.unencrypted("add WithEncrypted(true), or use "+name+"+s or "+name+"+ssc instead of the option"))
	}
	if own := c.ClientCertificate; !own.None() {
		c.Problem("WithClientCertificate(%v) says what to show to servers, but %s", own, c.unencrypted("use "+name+"+s, or add WithEncrypted(true)"))
	}
}

// unencrypted tells why connections are not encrypted, and what to do.
func (c *Config) unencrypted(cure string) string {
	if c.Encrypted.Given {
		return "WithEncrypted(false) has connections that are not encrypted: leave out one of them"
	}
	return "the scheme " + c.Target.Name + " is not encrypted: " + cure
}

// checkBase refuses what a base configuration must not say.
func (c *Config) checkBase(base *tls.Config) {
	if base.InsecureSkipVerify && !c.Target.Unchecked && c.Trust.Value.Kind != TrustAll {
		c.Problem("WithTLSConfig has InsecureSkipVerify, but the certificate is to be checked: use bolt+ssc or TrustAllCertificates() to accept every one")
	}
	if base.RootCAs != nil && c.Trust.Given {
		c.Problem("WithTLSConfig has RootCAs, and WithTrust(%v) says otherwise: leave out one of them", c.Trust.Value)
	}
	if base.RootCAs != nil && c.Target.Unchecked {
		c.Problem("WithTLSConfig has RootCAs, but %s checks no certificate: use bolt+s to have it checked", c.Target.Name)
	}
	for _, v := range []uint16{base.MinVersion, base.MaxVersion} {
		if v != 0 && v < tls.VersionTLS12 {
			c.Problem("WithTLSConfig permits or demands %s: it must be TLS 1.2 at least", tls.VersionName(v))
		}
	}
}

// readCAs reads certificates from PEM files.
func (c *Config) readCAs(files []string) *x509.CertPool {
	if len(files) == 0 {
		c.Problem("TrustCustomCAs() names no file")
	}
	cas := x509.NewCertPool()
	for _, file := range files {
		if err := addCAs(cas, file); err != nil {
			c.Problem("TrustCustomCAs: %w", err)
		}
	}
	return cas
}

var errNoCertificate = errors.New("no certificate in PEM format in it")

func addCAs(cas *x509.CertPool, file string) error {
	pem, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !cas.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s: %w", file, errNoCertificate)
	}
	return nil
}
