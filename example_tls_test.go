package neorx_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

// startTLSServer starts a server that speaks TLS, and writes the certificate that vouches for it to
// a file.
func startTLSServer() (address, certificate string, stop func()) {
	server, err := bolttest.Start(movies.Handle, bolttest.WithTLS())
	if err != nil {
		panic(err)
	}
	file, err := os.CreateTemp("", "neorx-*.pem")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if err := pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}); err != nil {
		panic(err)
	}
	return server.Address(), file.Name(), func() {
		server.Close()
		_ = os.Remove(file.Name())
	}
}

// With the scheme bolt, encryption is off unless it is switched on.
func ExampleWithEncrypted() {
	uri, stop := startServer()
	defer stop()

	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithEncrypted(false))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(context.Background())
	fmt.Println("encrypted:", driver.IsEncrypted())
	// Output: encrypted: false
}

// The certificate of the server is one that a certificate in a file vouches for.
func ExampleWithTrust() {
	address, certificate, stop := startTLSServer()
	defer stop()

	verify(neorx.Open("bolt://"+address, neorx.BasicAuth("neo4j", "password"),
		neorx.WithEncrypted(true),
		neorx.WithTrust(neorx.TrustCustomCAs(certificate))))
	// Output: welcome
}

// Whatever certificate the server has: not for production. The scheme bolt+ssc says the same.
func ExampleTrustAllCertificates() {
	address, _, stop := startTLSServer()
	defer stop()

	verify(neorx.Open("bolt://"+address, neorx.BasicAuth("neo4j", "password"),
		neorx.WithEncrypted(true),
		neorx.WithTrust(neorx.TrustAllCertificates())))
	verify(neorx.Open("bolt+ssc://"+address, neorx.BasicAuth("neo4j", "password")))
	// Output:
	// welcome
	// welcome
}

// A certificate that nobody vouches for is refused, and the error says so.
func ExampleTrustSystemCAs() {
	address, _, stop := startTLSServer()
	defer stop()

	driver, err := neorx.Open("bolt://"+address, neorx.BasicAuth("neo4j", "password"),
		neorx.WithEncrypted(true),
		neorx.WithTrust(neorx.TrustSystemCAs()))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	defer driver.Close(ctx)
	var stranger x509.UnknownAuthorityError
	fmt.Println(errors.As(driver.VerifyConnectivity(ctx), &stranger))
	// Output: true
}

// Nothing older than TLS 1.3.
func ExampleWithTLSConfig() {
	address, _, stop := startTLSServer()
	defer stop()

	verify(neorx.Open("bolt+ssc://"+address, neorx.BasicAuth("neo4j", "password"),
		neorx.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS13})))
	// Output: welcome
}
