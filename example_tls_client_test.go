package neorx_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

// startMutualTLSServer starts a server that demands a certificate, and makes one in files.
func startMutualTLSServer() (uri, certificate, key string, stop func()) {
	dir, err := os.MkdirTemp("", "neorx-")
	if err != nil {
		panic(err)
	}
	certificate, key = filepath.Join(dir, "client.crt"), filepath.Join(dir, "client.key")
	writeCertificate(certificate, key)
	own, err := tls.LoadX509KeyPair(certificate, key) // a server of one's own may show the same
	if err != nil {
		panic(err)
	}
	server, err := bolttest.Start(movies.Handle, bolttest.WithTLSConfig(&tls.Config{
		Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAnyClientCert,
	}))
	if err != nil {
		panic(err)
	}
	return server.URI(), certificate, key, func() {
		server.Close()
		_ = os.RemoveAll(dir)
	}
}

func writeCertificate(certificateFile, keyFile string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "reports"}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour),
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	for file, block := range map[string]*pem.Block{
		certificateFile: {Type: "CERTIFICATE", Bytes: certificate}, keyFile: {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			panic(err)
		}
	}
}

// The server lets nobody in without a certificate. A key that is encrypted takes its password as a
// third argument.
func ExampleWithClientCertificate() {
	uri, certificate, key, stop := startMutualTLSServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"),
		neorx.WithClientCertificate(neorx.ClientCertificateFiles(certificate, key))))
	// Output: welcome
}

// Files that something else renews: each connection shows what is in them when it is made.
func ExampleRotatingClientCertificate() {
	uri, certificate, key, stop := startMutualTLSServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"),
		neorx.WithClientCertificate(neorx.RotatingClientCertificate(func(context.Context) (tls.Certificate, error) {
			return neorx.LoadClientCertificate(certificate, key)
		}))))
	// Output: welcome
}

// A certificate that is in memory already.
func ExampleStaticClientCertificate() {
	uri, certificate, key, stop := startMutualTLSServer()
	defer stop()

	own, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithClientCertificate(neorx.StaticClientCertificate(own))))
	// Output: welcome
}

// What is wrong with the files is found out when the driver is opened.
func ExampleClientCertificateFiles() {
	_, err := neorx.Open("bolt+s://db.example.com", neorx.BasicAuth("neo4j", "password"),
		neorx.WithClientCertificate(neorx.ClientCertificateFiles("client.crt", "client.key", "the key's password")))
	fmt.Println(err)
	// Output: neorx: cannot open a driver: WithClientCertificate(ClientCertificateFiles): open client.crt: no such file or directory
}

func ExampleLoadClientCertificate() {
	_, certificate, key, stop := startMutualTLSServer()
	defer stop()

	own, err := neorx.LoadClientCertificate(certificate, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(own.Leaf.Subject)
	// Output: CN=reports
}
