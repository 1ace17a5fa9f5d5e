package neorx

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// settleTLS makes of the URI and the options what connections need; nothing where encryption is off.
func (c *config) settleTLS() {
	c.checkSchemeAlone()
	if !c.target.encrypted && !c.encrypted.value {
		c.checkUnencrypted()
		return
	}
	t := c.tlsBase.Clone()
	if t == nil {
		t = &tls.Config{}
	}
	c.checkBase(t)
	if t.MinVersion == 0 {
		t.MinVersion = tls.VersionTLS12
	}
	switch {
	case c.target.unchecked || c.trust.value.kind == trustAll:
		t.InsecureSkipVerify = true
	case c.trust.value.kind == trustCustomCAs:
		t.RootCAs = c.readCAs(c.trust.value.files)
	}
	c.settleClientCertificate(t)
	c.tls = t
}

// settleClientCertificate makes t show the client certificate, if there is one.
func (c *config) settleClientCertificate(t *tls.Config) {
	own := c.clientCertificate
	if own.open == nil {
		return
	}
	if len(t.Certificates) > 0 || t.GetClientCertificate != nil {
		c.problem("WithTLSConfig has a client certificate, and WithClientCertificate(%v) says otherwise: leave out one of them", own)
	}
	provide, err := own.open()
	if err != nil {
		c.problem("WithClientCertificate(%v): %w", own, err)
		return
	}
	t.GetClientCertificate = show(provide)
}

// checkSchemeAlone refuses options that say again, or otherwise, what a scheme with +s or +ssc says.
func (c *config) checkSchemeAlone() {
	if !c.target.encrypted {
		return
	}
	if c.encrypted.given {
		c.problem("the scheme %s and WithEncrypted(%t) both say whether to encrypt: leave out one of them", c.target.name, c.encrypted.value)
	}
	if c.trust.given {
		c.problem("the scheme %s and WithTrust(%v) both say which certificates to trust: leave out the option, or use bolt with WithEncrypted(true)",
			c.target.name, c.trust.value)
	}
}

// checkUnencrypted refuses options that are of use only where connections are encrypted: who gives one expects more than plaintext.
func (c *config) checkUnencrypted() {
	name := c.target.name
	if _, known := schemes[name]; !known {
		return
	}
	if c.trust.given {
		c.problem("WithTrust(%v) says which certificates to trust, but %s", c.trust.value,
			c.unencrypted("add WithEncrypted(true), or use "+name+"+s or "+name+"+ssc instead of the option"))
	}
	if own := c.clientCertificate; own.open != nil {
		c.problem("WithClientCertificate(%v) says what to show to servers, but %s", own, c.unencrypted("use "+name+"+s, or add WithEncrypted(true)"))
	}
}

// unencrypted tells why connections are not encrypted, and what to do.
func (c *config) unencrypted(cure string) string {
	if c.encrypted.given {
		return "WithEncrypted(false) has connections that are not encrypted: leave out one of them"
	}
	return "the scheme " + c.target.name + " is not encrypted: " + cure
}

// checkBase refuses what a base configuration must not say.
func (c *config) checkBase(base *tls.Config) {
	if base.InsecureSkipVerify && !c.target.unchecked && c.trust.value.kind != trustAll {
		c.problem("WithTLSConfig has InsecureSkipVerify, but the certificate is to be checked: use bolt+ssc or TrustAllCertificates() to accept every one")
	}
	if base.RootCAs != nil && c.trust.given {
		c.problem("WithTLSConfig has RootCAs, and WithTrust(%v) says otherwise: leave out one of them", c.trust.value)
	}
	if base.RootCAs != nil && c.target.unchecked {
		c.problem("WithTLSConfig has RootCAs, but %s checks no certificate: use bolt+s to have it checked", c.target.name)
	}
	for _, v := range []uint16{base.MinVersion, base.MaxVersion} {
		if v != 0 && v < tls.VersionTLS12 {
			c.problem("WithTLSConfig permits or demands %s: it must be TLS 1.2 at least", tls.VersionName(v))
		}
	}
}

// readCAs reads certificates from PEM files.
func (c *config) readCAs(files []string) *x509.CertPool {
	if len(files) == 0 {
		c.problem("TrustCustomCAs() names no file")
	}
	cas := x509.NewCertPool()
	for _, file := range files {
		if err := addCAs(cas, file); err != nil {
			c.problem("TrustCustomCAs: %w", err)
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
