package neorx

import (
	"crypto/tls"
	"crypto/x509"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/internal/settings"
)

func TestEncryption(t *testing.T) {
	on, off := WithEncrypted(true), WithEncrypted(false)
	system, custom, all := WithTrust(TrustSystemCAs()), WithTrust(TrustCustomCAs(caFile(t))), WithTrust(TrustAllCertificates())
	base := WithTLSConfig(&tls.Config{})
	roots, insecure := WithTLSConfig(&tls.Config{RootCAs: x509.NewCertPool()}), WithTLSConfig(&tls.Config{InsecureSkipVerify: true})
	cases := map[string]struct {
		uri     string
		options []Option
		want    string // what is trusted
	}{
		"bolt":                             {"bolt://db", nil, "plain"},
		"bolt, encrypted":                  {"bolt://db", []Option{on}, "system"},
		"bolt, unencrypted":                {"bolt://db", []Option{off}, "plain"},
		"bolt, encrypted, system":          {"bolt://db", []Option{on, system}, "system"},
		"bolt, encrypted, custom":          {"bolt://db", []Option{on, custom}, "custom"},
		"bolt, encrypted, all":             {"bolt://db", []Option{on, all}, "all"},
		"bolt, a base without effect":      {"bolt://db", []Option{insecure}, "plain"},
		"bolt+s":                           {"bolt+s://db", nil, "system"},
		"bolt+s, a base":                   {"bolt+s://db", []Option{base}, "system"},
		"bolt+s, no base":                  {"bolt+s://db", []Option{WithTLSConfig(nil)}, "system"},
		"bolt+s, a base with roots":        {"bolt+s://db", []Option{roots}, "custom"},
		"bolt+ssc":                         {"bolt+ssc://db", nil, "all"},
		"bolt+ssc, a base that trusts all": {"bolt+ssc://db", []Option{insecure}, "all"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			c, err := settings.New(test.uri, NoAuth(), test.options)
			require.NoError(t, err)
			assert.Equal(t, test.want, trusted(c.TLS))
			if c.TLS != nil {
				assert.Equal(t, uint16(tls.VersionTLS12), c.TLS.MinVersion)
			}
		})
	}
}

func TestContradictions(t *testing.T) {
	on, custom, all := WithEncrypted(true), WithTrust(TrustCustomCAs(caFile(t))), WithTrust(TrustAllCertificates())
	insecure, roots := WithTLSConfig(&tls.Config{InsecureSkipVerify: true}), WithTLSConfig(&tls.Config{RootCAs: x509.NewCertPool()})
	own := WithClientCertificate(ClientCertificateFiles("missing.crt", "missing.key"))
	off, system := WithEncrypted(false), WithTrust(TrustSystemCAs())
	old, onlyOld := WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS10}), WithTLSConfig(&tls.Config{MaxVersion: tls.VersionTLS11})
	cases := map[string]struct {
		uri     string
		options []Option
		want    []string // what the error names
	}{
		"+s, encrypted":       {"bolt+s://db", []Option{on}, []string{"the scheme bolt+s", "WithEncrypted(true)"}},
		"+s, unencrypted":     {"bolt+s://db", []Option{WithEncrypted(false)}, []string{"the scheme bolt+s", "WithEncrypted(false)"}},
		"+s, system":          {"bolt+s://db", []Option{WithTrust(TrustSystemCAs())}, []string{"the scheme bolt+s", "WithTrust(TrustSystemCAs)"}},
		"+s, all":             {"bolt+s://db", []Option{all}, []string{"the scheme bolt+s", "WithTrust(TrustAllCertificates)"}},
		"+ssc, encrypted":     {"bolt+ssc://db", []Option{on}, []string{"the scheme bolt+ssc", "WithEncrypted(true)"}},
		"+ssc, custom":        {"bolt+ssc://db", []Option{custom}, []string{"the scheme bolt+ssc", "WithTrust(TrustCustomCAs)"}},
		"+s, insecure":        {"bolt+s://db", []Option{insecure}, []string{"WithTLSConfig", "InsecureSkipVerify", "bolt+ssc"}},
		"encrypted, insecure": {"bolt://db", []Option{on, insecure}, []string{"InsecureSkipVerify", "TrustAllCertificates()"}},
		"old TLS":             {"bolt+s://db", []Option{old}, []string{"TLS 1.0: it must be TLS 1.2 at least"}},
		"only old TLS":        {"bolt+s://db", []Option{onlyOld}, []string{"TLS 1.1: it must be TLS 1.2 at least"}},
		"trust, not encrypted": {"neo4j://db", []Option{WithTrust(TrustCustomCAs("missing.pem"))}, []string{
			"WithTrust(TrustCustomCAs)", "the scheme neo4j is not encrypted: add WithEncrypted(true), or use neo4j+s or neo4j+ssc instead",
		}},
		"trust all, not encrypted": {"bolt://db", []Option{all}, []string{"WithTrust(TrustAllCertificates)", "the scheme bolt is not encrypted"}},
		"system, not encrypted":    {"bolt://db", []Option{system}, []string{"WithTrust(TrustSystemCAs)", "the scheme bolt is not encrypted"}},
		"trust, unencrypted":       {"bolt://db", []Option{off, all}, []string{"WithTrust(TrustAllCertificates)", "WithEncrypted(false)", "leave out one of them"}},
		"a client certificate, not encrypted": {"neo4j://db", []Option{own}, []string{
			"WithClientCertificate(ClientCertificateFiles)", "the scheme neo4j is not encrypted: use neo4j+s, or add WithEncrypted(true)",
		}},
		"a client certificate, unencrypted": {"bolt://db", []Option{off, own}, []string{"WithClientCertificate(ClientCertificateFiles)", "WithEncrypted(false)"}},
		"two sets of roots":                 {"bolt://db", []Option{on, custom, roots}, []string{"RootCAs", "WithTrust(TrustCustomCAs)"}},
		"system and roots":                  {"bolt://db", []Option{on, WithTrust(TrustSystemCAs()), roots}, []string{"RootCAs", "WithTrust(TrustSystemCAs)"}},
		"all and roots":                     {"bolt://db", []Option{on, all, roots}, []string{"RootCAs", "WithTrust(TrustAllCertificates)"}},
		"+ssc and roots":                    {"bolt+ssc://db", []Option{roots}, []string{"RootCAs", "bolt+ssc checks no certificate: use bolt+s"}},
		"custom without file":               {"bolt://db", []Option{on, WithTrust(TrustCustomCAs())}, []string{"TrustCustomCAs() names no file"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := settings.New(test.uri, NoAuth(), test.options)
			require.Error(t, err)
			assert.Equal(t, 1, problemsIn(t, err))
			for _, want := range test.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

// trusted tells what a TLS configuration trusts.
func trusted(c *tls.Config) string {
	switch {
	case c == nil:
		return "plain"
	case c.InsecureSkipVerify:
		return "all"
	case c.RootCAs != nil:
		return "custom"
	default:
		return "system"
	}
}

func TestTLSBaseIsCloned(t *testing.T) {
	base := &tls.Config{MinVersion: tls.VersionTLS13, ServerName: "db.example.com"}
	option := WithTLSConfig(base)
	base.ServerName = "changed after the call"
	c, err := settings.New("bolt+ssc://db", NoAuth(), []Option{option})
	require.NoError(t, err)
	assert.Equal(t, uint16(tls.VersionTLS13), c.TLS.MinVersion)
	assert.Equal(t, "db.example.com", c.TLS.ServerName)
	assert.False(t, base.InsecureSkipVerify, "the base itself is left alone")
}

func TestCAFiles(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, []byte("no certificate"), 0o600))
	missing := filepath.Join(t.TempDir(), "missing.pem")

	_, err := settings.New("bolt://db", NoAuth(), []Option{WithEncrypted(true), WithTrust(TrustCustomCAs(caFile(t), missing, empty))})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, empty+": no certificate in PEM format in it")
	assert.ErrorContains(t, err, missing)
	assert.ErrorContains(t, err, empty)
	assert.Equal(t, 2, problemsIn(t, err))
}
