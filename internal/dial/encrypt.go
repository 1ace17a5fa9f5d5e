package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/cause"
	"github.com/neorx/neorx/pool"
)

// encrypted is an encrypted connection that knows what to make of a late refusal.
type encrypted struct {
	*tls.Conn
	address, serverName string
	client              shownCertificate
	now                 func() time.Time
}

// encrypt makes an encrypted connection of nc, which it closes if that fails, and also where code
// of the user's, such as a provider of client certificates, panics or calls runtime.Goexit.
func encrypt(ctx context.Context, nc net.Conn, a pool.Address, cfg *tls.Config) (net.Conn, error) {
	c := &encrypted{address: string(a), serverName: cfg.ServerName, now: time.Now}
	cfg = cfg.Clone()
	if c.serverName == "" {
		c.serverName = a.Host()
		cfg.ServerName = c.serverName
	}
	if cfg.Time != nil {
		c.now = cfg.Time
	}
	get := cfg.GetClientCertificate
	if get == nil {
		get = fitting(cfg.Certificates)
	}
	cfg.GetClientCertificate = c.watch(get)
	c.Conn = tls.Client(nc, cfg)
	done := false
	defer func() {
		if !done {
			_ = nc.Close()
		}
	}()
	if err := c.HandshakeContext(ctx); err != nil {
		return nil, c.failed(ctx, err)
	}
	done = true
	return c, nil
}

type getClientCertificate func(*tls.CertificateRequestInfo) (*tls.Certificate, error)

// fitting does what crypto/tls does by itself: it shows the first certificate that the server would
// take, or none.
func fitting(certificates []tls.Certificate) getClientCertificate {
	return func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		for i := range certificates {
			if request.SupportsCertificate(&certificates[i]) == nil {
				return &certificates[i], nil
			}
		}
		return &tls.Certificate{}, nil
	}
}

// watch notes what becomes of a client certificate.
func (c *encrypted) watch(get getClientCertificate) getClientCertificate {
	return func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		c.client.wanted = true
		certificate, err := get(request)
		if err == nil && certificate.Leaf != nil {
			c.client.subject = certificate.Leaf.Subject.String()
		}
		return certificate, err
	}
}

// failed is what an error of the handshake is for everybody else.
func (c *encrypted) failed(ctx context.Context, err error) error {
	var missing *noClientCertificate
	switch {
	case errors.As(err, &missing):
		return fmt.Errorf("neorx: get the client certificate for %s: %w", c.address, cause.Explain(ctx, missing.err))
	case ctx.Err() != nil:
		err = cause.Explain(ctx, err)
	case transportFailed(err):
		err = fmt.Errorf("the connection broke; is TLS enabled on the server? %w", err)
	default:
		return c.refused(err)
	}
	return &bolt.ConnectivityError{Op: "TLS handshake with", Address: c.address, Err: err}
}

func (c *encrypted) refused(err error) error {
	return &TLSError{Address: c.address, ServerName: c.serverName, Err: err, client: c.client, at: c.now()}
}

// refusedLate makes a *TLSError of what a login has failed with, if it was an alert: with TLS 1.3 a
// client has done its part of the handshake before the server looks at its certificate, and learns
// only from its first read what has come of it.
func refusedLate(nc net.Conn, err error) error {
	if c, ok := nc.(*encrypted); ok {
		if _, alert := alertOf(err); alert {
			return c.refused(err)
		}
	}
	return err
}

// transportFailed tells whether a handshake was cut off, rather than refused by one of the two
// ends.
func transportFailed(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op != "remote error" && op.Op != "local error" // those are alerts
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe)
}

// noClientCertificate says why there is no client certificate to show. It passes through
// crypto/tls.
type noClientCertificate struct{ err error }

func (e *noClientCertificate) Error() string { return e.err.Error() }

// Show is tls.Config.GetClientCertificate.
func (p Provider) Show(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	certificate, err := p(request.Context())
	if err == nil {
		err = checkClientCertificate(&certificate, time.Now())
	}
	if err != nil {
		return nil, &noClientCertificate{err}
	}
	return &certificate, nil
}
