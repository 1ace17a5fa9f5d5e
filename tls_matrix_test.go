package neorx

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/test/bolttest"
)

// schemesInMatrix are the families of schemes that the matrix goes through.
var schemesInMatrix = []string{"bolt", "neo4j"}

// table reads a table of testdata: the names of its columns and its lines, each with what is before
// and what is behind the bar.
func table(t *testing.T, name string) (columns []string, lines [][2][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		before, behind, isLine := strings.Cut(line, "|")
		switch {
		case !isLine:
		case strings.HasPrefix(line, "#"):
			columns = strings.Fields(behind)
		default:
			lines = append(lines, [2][]string{strings.Fields(before), strings.Fields(behind)})
			require.Len(t, lines[len(lines)-1][1], len(columns), line)
		}
	}
	require.NotEmpty(t, lines)
	return columns, lines
}

// spoiled returns a certificate like c with something wrong about it; use is the one it should
// have.
func spoiled(t *testing.T, ca, stranger *authority, kind string, c *x509.Certificate) tls.Certificate {
	t.Helper()
	switch kind {
	case "valid":
	case "stranger":
		return stranger.issue(t, c)
	case "self-signed":
		return (&authority{cert: c}).issue(t, c)
	case "other-host":
		c.DNSNames, c.IPAddresses = []string{"db.example.com"}, nil
	case "expired":
		c.NotAfter = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	case "not-yet":
		c.NotBefore = time.Date(2998, 1, 1, 0, 0, 0, 0, time.UTC)
	case "other-use":
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	default:
		t.Fatalf("no such certificate: %s", kind)
	}
	return ca.issue(t, c)
}

// outcome names what an error is about, by its type or by the hint in its text, both of which users
// have to go by.
func outcome(err error) string {
	var (
		failed    *TLSError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		protocol  *ProtocolError
		usage     *UsageError
	)
	has := func(text string) bool { return strings.Contains(err.Error(), text) }
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &usage) && has("cannot open a driver"):
		return "refused"
	case errors.As(err, &protocol) && has("this port speaks TLS"), has("does it expect TLS?"):
		return "plain"
	case has("is TLS enabled on the server?"), has("the server does not speak TLS; is it enabled there?"):
		return "no-TLS"
	case !errors.As(err, &failed) || failed.Retryable():
		return err.Error()
	case errors.As(err, &authority) && has("TrustCustomCAs trusts further authorities"):
		return "authority"
	case errors.As(err, &host) && has("not made out for 127.0.0.1"):
		return "host"
	case has("has expired on 2001-01-01"):
		return "expired"
	case has("is not valid before 2998-01-01"):
		return "early"
	case has("is not made for servers"):
		return "usage"
	case has("wants a client certificate, and was shown none") && has("remote error: tls: "):
		return "wanted"
	case has(`refuses the client certificate of "CN=neorx test"`) && has("remote error: tls: "):
		return "rejected"
	}
	return err.Error()
}

func connects(t *testing.T, uri string, opts ...Option) string {
	t.Helper()
	d, err := Open(uri, BasicAuth("neo4j", "secret"), opts...)
	if err != nil {
		return outcome(err)
	}
	defer d.Close(t.Context())
	return outcome(d.VerifyConnectivity(t.Context()))
}

// systemCAs is the variable by which the process of the test knows the folder with the authority
// that its system trusts.
const systemCAs = "NEORX_TEST_SYSTEM_CAS"

// TestTLSMatrix runs in a process of its own, because a process reads the system's authorities
// once.
func TestTLSMatrix(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Log("this system takes no other authorities from the environment: those lines are tried elsewhere")
		testTLSMatrix(t, newAuthority(t), false)
		return
	}
	if file := os.Getenv(systemCAs); file != "" {
		testTLSMatrix(t, loadAuthority(t, file), true)
		return
	}
	ca := newAuthority(t)
	file := ca.file(t)
	ca.keyFile(t, file)
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTLSMatrix$", "-test.v")
	command.Env = append(os.Environ(), systemCAs+"="+file, "SSL_CERT_FILE="+file, "SSL_CERT_DIR="+t.TempDir())
	printed, err := command.CombinedOutput()
	require.NoError(t, err, "%s", printed)
	t.Logf("%d cases in a process of its own", strings.Count(string(printed), "--- PASS: TestTLSMatrix/"))
	assert.Contains(t, string(printed), "--- PASS: TestTLSMatrix/")
}

func testTLSMatrix(t *testing.T, ca *authority, systemKnows bool) {
	stranger := newAuthority(t)
	kinds, lines := table(t, "tls_servers.txt")
	servers := map[string]*bolttest.Server{}
	for _, kind := range kinds {
		if kind == "no-TLS" {
			servers[kind] = bolttest.New(t, nil)
			continue
		}
		shown := spoiled(t, ca, stranger, kind, template())
		servers[kind] = bolttest.New(t, nil, bolttest.WithTLSConfig(&tls.Config{Certificates: []tls.Certificate{shown}}))
	}
	for _, line := range lines {
		options, asksSystem := said(t, line[0], ca, stranger)
		if asksSystem && !systemKnows {
			continue
		}
		for i, kind := range kinds {
			for _, family := range schemesInMatrix {
				uri := family + strings.TrimPrefix(line[0][0], "plain") + "://" + servers[kind].Address()
				t.Run(family+" "+strings.Join(line[0], " ")+"/"+kind, func(t *testing.T) {
					assert.Equal(t, line[1][i], connects(t, uri, options...))
				})
			}
		}
	}
}

// said makes options of the columns of a line: scheme, encrypted, trust and base.
func said(t *testing.T, line []string, ca, stranger *authority) (opts []Option, asksSystem bool) {
	t.Helper()
	encrypted := map[string]Option{"on": WithEncrypted(true), "off": WithEncrypted(false)}
	trust := map[string]Option{
		"system": WithTrust(TrustSystemCAs()), "all": WithTrust(TrustAllCertificates()),
		"custom": WithTrust(TrustCustomCAs(ca.file(t))), "other": WithTrust(TrustCustomCAs(stranger.file(t))),
	}
	base := map[string]Option{"roots": WithTLSConfig(&tls.Config{RootCAs: stranger.pool()})}
	for i, options := range []map[string]Option{encrypted, trust, base} {
		if word := line[i+1]; word != "-" {
			require.Contains(t, options, word)
			opts = append(opts, options[word])
		}
	}
	asks := line[0] == "+s" || line[1] == "on"
	return opts, asks && (line[2] == "-" || line[2] == "system") && line[3] == "-"
}

func TestClientCertificateMatrix(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	demands, lines := table(t, "tls_clients.txt")
	modes := map[string]tls.ClientAuthType{
		"not-asked": tls.NoClientCert, "asked-for": tls.VerifyClientCertIfGiven, "demanded": tls.RequireAndVerifyClientCert,
	}
	eachTLS(t, func(t *testing.T, version uint16) {
		for i, demand := range demands {
			require.Contains(t, modes, demand)
			s := bolttest.New(t, nil, bolttest.WithTLSConfig(&tls.Config{
				Certificates: []tls.Certificate{ca.issue(t, template())}, ClientCAs: ca.pool(), ClientAuth: modes[demand], MaxVersion: version,
			}))
			for _, line := range lines {
				kind := line[0][0]
				roots := &tls.Config{RootCAs: ca.pool()}
				if kind != "none" {
					certificate := spoiled(t, ca, stranger, kind, clientTemplate("neorx test"))
					roots.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, nil }
				}
				checked := connects(t, "bolt+s://"+s.Address(), WithTLSConfig(roots))
				assert.Equal(t, line[1][i], checked, "%s, %s", kind, demand)
				unchecked := connects(t, s.URI(), WithTLSConfig(&tls.Config{GetClientCertificate: roots.GetClientCertificate}))
				assert.Equal(t, checked, unchecked, "%s, %s: what the driver trusts makes no difference", kind, demand)
			}
		}
	})
}
