package neo4jserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

//go:embed Launcher.java
var launcherSource []byte

// settings is the server's configuration. It is a small server: tests hold little data, and several
// may share one machine.
const settings = `server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=%[1]s
server.bolt.advertised_address=%[4]s
server.bolt.tls_level=OPTIONAL
dbms.ssl.policy.bolt.enabled=true
dbms.ssl.policy.bolt.base_directory=%[2]s
dbms.ssl.policy.bolt.private_key=private.key
dbms.ssl.policy.bolt.public_certificate=public.crt
dbms.ssl.policy.bolt.client_auth=%[3]s
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.memory.pagecache.size=64m
db.tx_log.preallocate=false
`

// home is the folder of one server. The launcher deletes it when it ends.
type home struct {
	dir         string
	launcher    string // the launcher's source
	certificate string // PEM
}

// newHome makes the folder of a server that will listen on address.
func newHome(address string, o options) (*home, error) {
	dir, err := os.MkdirTemp("", "neorx-neo4j-")
	if err != nil {
		return nil, fmt.Errorf("neo4jserver: %w", err)
	}
	certificates := filepath.Join(dir, "certificates")
	h := &home{
		dir:         dir,
		launcher:    filepath.Join(dir, "Launcher.java"),
		certificate: filepath.Join(certificates, "public.crt"),
	}
	files := map[string][]byte{
		h.launcher:                            launcherSource,
		filepath.Join(dir, "conf/neo4j.conf"): fmt.Appendf(nil, settings, address, filepath.ToSlash(certificates), o.clientAuth(), o.advertisedAddress(address)),
	}
	if o.clientAuthorities != nil {
		files[filepath.Join(certificates, "trusted", "ca.crt")] = o.clientAuthorities
	}
	err = o.addCertificate(files, h.certificate, filepath.Join(certificates, "private.key"))
	if err == nil {
		err = writeFiles(files)
	}
	if err != nil {
		h.remove()
		return nil, fmt.Errorf("neo4jserver: %w", err)
	}
	return h, nil
}

func writeFiles(files map[string][]byte) error {
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(name, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes the folder. What another process holds on to is left to the system's cleaning of
// temporary files.
func (h *home) remove() {
	_ = os.RemoveAll(h.dir)
}

// addCertificate adds the certificate that was given, or makes one.
func (o *options) addCertificate(files map[string][]byte, certificateFile, keyFile string) error {
	if o.certificate == nil {
		return addSelfSigned(files, certificateFile, keyFile)
	}
	files[certificateFile], files[keyFile] = o.certificate, o.key
	return nil
}

// addSelfSigned makes a self-signed certificate for the names of this machine's loopback.
func addSelfSigned(files map[string][]byte, certificateFile, keyFile string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "neorx test server"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(30 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:                  true,
		BasicConstraintsValid: true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	files[certificateFile] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	files[keyFile] = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	return nil
}
