package main

import (
	"context"
	"crypto/tls"
	"sync"

	"github.com/neorx/neorx"
)

func init() {
	on("NewClientCertificateProvider", newCertificateProvider)
	on("ClientCertificateProviderClose", closeCertificateProvider)
}

// certificate is a client certificate as tests name it.
type certificate struct {
	Data struct {
		Certfile string `json:"certfile"`
		Keyfile  string `json:"keyfile"`
		Password string `json:"password"`
	} `json:"data"`
}

func (c *certificate) files() neorx.ClientCertificate {
	return neorx.ClientCertificateFiles(c.Data.Certfile, c.Data.Keyfile, c.Data.Password)
}

func (c *certificate) load() (tls.Certificate, error) {
	return neorx.LoadClientCertificate(c.Data.Certfile, c.Data.Keyfile, c.Data.Password)
}

// certificateProvider asks the test for the certificate of each connection.
type certificateProvider struct {
	c  *conn
	id string

	mu      sync.Mutex // guards what follows
	loaded  bool
	current tls.Certificate
}

func newCertificateProvider(c *conn, _ context.Context, _ struct{}) (string, any, error) {
	p := &certificateProvider{c: c}
	p.id = c.add(p)
	return "ClientCertificateProvider", identified{p.id}, nil
}

func closeCertificateProvider(_ *conn, _ context.Context, r identified) (string, any, error) {
	return "ClientCertificateProvider", r, nil
}

func (p *certificateProvider) get(ctx context.Context) (tls.Certificate, error) {
	var answer struct {
		Certificate certificate `json:"clientCertificate"`
		HasUpdate   bool        `json:"hasUpdate"`
	}
	fields := map[string]any{"clientCertificateProviderId": p.id}
	if err := p.c.ask(ctx, "ClientCertificateProviderRequest", fields, &answer); err != nil {
		return tls.Certificate{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loaded && !answer.HasUpdate {
		return p.current, nil
	}
	pair, err := answer.Certificate.load()
	if err == nil {
		p.loaded, p.current = true, pair
	}
	return pair, err
}
