package neorx

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// TLSError says that a server was reached, but that it speaks no TLS, not in a way that both ends accept, or not with a certificate that is
// trusted. Err is what crypto/tls said, with the error of crypto/x509 in its chain where it was about a certificate.
type TLSError struct {
	// Address is the server's host:port.
	Address string
	// ServerName is the host that the certificate was to be made out for.
	ServerName string
	Err        error
}

// Error names the address, the cause, and the cure where it is known.
func (e *TLSError) Error() string {
	return "neorx: TLS handshake with " + e.Address + ": " + e.hint() + e.Err.Error()
}

// Unwrap returns the cause.
func (e *TLSError) Unwrap() error { return e.Err }

// Retryable returns false: until somebody changes a configuration, the next attempt ends the same way.
func (e *TLSError) Retryable() bool { return false }

// hint says what the cause means here.
func (e *TLSError) hint() string {
	var (
		noTLS     tls.RecordHeaderError
		unknown   x509.UnknownAuthorityError
		otherHost x509.HostnameError
	)
	switch {
	case errors.As(e.Err, &noTLS) && strings.HasPrefix(string(noTLS.RecordHeader[:]), "HTTP"):
		return "this is an HTTP port; the Bolt port is " + defaultPort + " by default: "
	case errors.As(e.Err, &noTLS):
		return "the server does not speak TLS; is it enabled there? Otherwise use a URI without +s or +ssc, and no encryption: "
	case errors.As(e.Err, &unknown):
		return "nobody who is trusted vouches for the certificate; TrustCustomCAs trusts further authorities, and +ssc self-signed certificates: "
	case errors.As(e.Err, &otherHost):
		return "the certificate is not made out for " + e.ServerName + ": "
	}
	return ""
}

// encrypt makes an encrypted connection of nc, which it closes if that fails.
func encrypt(ctx context.Context, nc net.Conn, a pool.Address, cfg *tls.Config) (net.Conn, error) {
	if cfg.ServerName == "" {
		cfg = cfg.Clone()
		cfg.ServerName = hostOf(a)
	}
	encrypted := tls.Client(nc, cfg)
	err := encrypted.HandshakeContext(ctx)
	if err == nil {
		return encrypted, nil
	}
	_ = nc.Close()
	switch {
	case ctx.Err() != nil:
		err = explain(ctx, err)
	case transportFailed(err):
		err = fmt.Errorf("the connection broke; is TLS enabled on the server? %w", err)
	default:
		return nil, &TLSError{Address: string(a), ServerName: cfg.ServerName, Err: err}
	}
	return nil, &bolt.ConnectivityError{Op: "TLS handshake with", Address: string(a), Err: err}
}

// transportFailed tells whether a handshake was cut off, rather than refused by one of the two ends.
func transportFailed(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op != "remote error" && op.Op != "local error" // those are alerts
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe)
}
