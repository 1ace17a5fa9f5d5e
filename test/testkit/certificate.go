package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"sync"
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

func (c *certificate) load() (tls.Certificate, error) {
	if c.Data.Password == "" {
		return tls.LoadX509KeyPair(c.Data.Certfile, c.Data.Keyfile)
	}
	chain, err := os.ReadFile(c.Data.Certfile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := os.ReadFile(c.Data.Keyfile)
	if err != nil {
		return tls.Certificate{}, err
	}
	if key, err = decrypt(key, c.Data.Password); err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(chain, key)
}

// decrypt decrypts a key in the legacy form of PEM.
func decrypt(key []byte, password string) ([]byte, error) {
	block, _ := pem.Decode(key)
	if block == nil {
		return nil, backendError{"the key file has no PEM block"}
	}
	//lint:ignore SA1019 the form is what it is
	if !x509.IsEncryptedPEMBlock(block) {
		return nil, backendError{"the key file is encrypted in a form that Go cannot read: " + block.Type}
	}
	//lint:ignore SA1019 the form is what it is
	der, err := x509.DecryptPEMBlock(block, []byte(password))
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: der}), nil
}

// certificateProvider asks the test for the certificate of each connection.
type certificateProvider struct {
	c  *conn
	id string

	mu      sync.Mutex // guards what follows
	current *tls.Certificate
}

func newCertificateProvider(c *conn, _ context.Context, _ struct{}) (string, any, error) {
	p := &certificateProvider{c: c}
	p.id = c.add(p)
	return "ClientCertificateProvider", identified{p.id}, nil
}

func closeCertificateProvider(_ *conn, _ context.Context, r identified) (string, any, error) {
	return "ClientCertificateProvider", r, nil
}

// get has the signature that crypto/tls wants.
func (p *certificateProvider) get(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	var answer struct {
		Certificate certificate `json:"clientCertificate"`
		HasUpdate   bool        `json:"hasUpdate"`
	}
	fields := map[string]any{"clientCertificateProviderId": p.id}
	if err := p.c.ask(info.Context(), "ClientCertificateProviderRequest", fields, &answer); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if answer.HasUpdate || p.current == nil {
		pair, err := answer.Certificate.load()
		if err != nil {
			return nil, err
		}
		p.current = &pair
	}
	return p.current, nil
}
