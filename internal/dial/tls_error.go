package dial

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/neorx/neorx/internal/uri"
)

// TLSError says that a server was reached, but that it speaks no TLS, not in a way that both ends
// accept, or not with certificates that both ends trust. Err is what crypto/tls said, with the
// error of crypto/x509 in its chain where it was about the server's certificate.
type TLSError struct {
	// Address is the server's host:port.
	Address string
	// ServerName is the host that the certificate was to be made out for.
	ServerName string
	Err        error

	client shownCertificate
	at     time.Time // by the clock that certificates are checked by
}

// shownCertificate is what became of a client certificate on one connection.
type shownCertificate struct {
	wanted  bool // the server has asked for one
	subject string
}

// Error names the address, the cause, and the cure where it is known.
func (e *TLSError) Error() string {
	text := "neorx: TLS handshake with " + e.Address + ": "
	if hint := e.hint(); hint != "" {
		text += hint + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns the cause.
func (e *TLSError) Unwrap() error { return e.Err }

// Retryable returns false: until somebody changes a configuration, the next attempt ends the same
// way.
func (e *TLSError) Retryable() bool { return false }

// Unreachable returns true: another member of a cluster may do better, and is tried.
func (e *TLSError) Unreachable() bool { return true }

// hint says what the cause means here.
func (e *TLSError) hint() string {
	var (
		noTLS     tls.RecordHeaderError
		unknown   x509.UnknownAuthorityError
		otherHost x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(e.Err, &noTLS) && strings.HasPrefix(string(noTLS.RecordHeader[:]), "HTTP"):
		return "this is an HTTP port; the Bolt port is " + uri.DefaultPort + " by default"
	case errors.As(e.Err, &noTLS):
		return "the server does not speak TLS; is it enabled there? Otherwise use a URI without +s or +ssc, and no encryption"
	case errors.As(e.Err, &unknown):
		return unknownHint(unknown.Cert)
	case errors.As(e.Err, &otherHost):
		return "the certificate is not made out for " + e.ServerName
	case errors.As(e.Err, &invalid):
		return e.invalidHint(invalid)
	case refusesCertificate(e.Err):
		return e.client.hint()
	}
	return ""
}

func unknownHint(c *x509.Certificate) string {
	kind := "nobody who is trusted vouches for the certificate"
	if c != nil && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil {
		kind = "the certificate is self-signed"
	}
	return kind + "; TrustCustomCAs trusts further authorities, and +ssc self-signed certificates"
}

func (e *TLSError) invalidHint(cause x509.CertificateInvalidError) string {
	switch {
	case cause.Cert == nil:
		return ""
	case cause.Reason == x509.IncompatibleUsage:
		return fmt.Sprintf("the certificate of %q is not made for servers", cause.Cert.Subject)
	case cause.Reason == x509.Expired && e.at.Before(cause.Cert.NotBefore):
		return fmt.Sprintf("the certificate of %q is not valid before %s; is the clock right?", cause.Cert.Subject, cause.Cert.NotBefore.Format(time.DateOnly))
	case cause.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of %q has expired on %s", cause.Cert.Subject, cause.Cert.NotAfter.Format(time.DateOnly))
	}
	return ""
}

func (c shownCertificate) hint() string {
	switch {
	case !c.wanted:
		return ""
	case c.subject == "":
		return "the server wants a client certificate, and was shown none; WithClientCertificate says which one to show"
	default:
		return fmt.Sprintf("the server refuses the client certificate of %q", c.subject)
	}
}

// certificateAlerts are those by which servers refuse a client certificate, or that there is none.
var certificateAlerts = []tls.AlertError{
	40,  // handshake_failure
	42,  // bad_certificate
	43,  // unsupported_certificate
	44,  // certificate_revoked
	45,  // certificate_expired
	46,  // certificate_unknown
	48,  // unknown_ca
	49,  // access_denied
	116, // certificate_required
}

// refusesCertificate tells whether err is one of them. crypto/tls has the type of alerts to itself,
// so that they are recognized by their texts, which both of its types have from the same table.
func refusesCertificate(err error) bool {
	alert, ok := alertOf(err)
	return ok && slices.ContainsFunc(certificateAlerts, func(a tls.AlertError) bool { return a.Error() == alert.Error() })
}

// alertOf returns the alert by which the server has ended a connection, if it was one.
func alertOf(err error) (error, bool) {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return op.Err, true
	}
	return nil, false
}
