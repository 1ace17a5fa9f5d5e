package pkcs8_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/internal/pkcs8"
)

// Every key in testdata is the same one, made for these tests with OpenSSL, and the password of each is this one.
const password = "opensesame"

func read(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return text
}

// key reads the only key of a PEM text.
func key(t *testing.T, text []byte) any {
	t.Helper()
	block, _ := pem.Decode(text)
	require.NotNil(t, block)
	if block.Type == "EC PRIVATE KEY" {
		key, err := x509.ParseECPrivateKey(block.Bytes)
		require.NoError(t, err)
		return key
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	return key
}

func TestOpen(t *testing.T) {
	plain := key(t, read(t, "plain.pem"))
	for _, name := range []string{
		"aes-128-cbc.pem", "aes-192-cbc.pem", "aes-256-cbc.pem", "hmacWithSHA1.pem", "hmacWithSHA224.pem", "hmacWithSHA384.pem", "hmacWithSHA512.pem",
		"older.pem",
	} {
		t.Run(name, func(t *testing.T) {
			opened, err := pkcs8.Open(read(t, name), password)
			require.NoError(t, err)
			assert.Equal(t, plain, key(t, opened))

			_, err = pkcs8.Open(read(t, name), "")
			require.ErrorIs(t, err, pkcs8.ErrNoPassword)
			for _, wrong := range []string{"opensesam", "opensesame ", "x"} {
				_, err = pkcs8.Open(read(t, name), wrong)
				require.ErrorIs(t, err, pkcs8.ErrPassword)
			}
		})
	}
}

func TestOtherEncryption(t *testing.T) {
	for _, name := range []string{"des3.pem", "scrypt.pem", "pbes1.pem"} {
		_, err := pkcs8.Open(read(t, name), password)
		require.ErrorIs(t, err, pkcs8.ErrUnsupported, name)
		assert.ErrorContains(t, err, "openssl pkcs8 -topk8 -v2 aes-256-cbc")
	}
}

func TestWhatIsNotEncryptedStays(t *testing.T) {
	plain := read(t, "plain.pem")
	for _, password := range []string{"", password} {
		opened, err := pkcs8.Open(plain, password)
		require.NoError(t, err)
		assert.Equal(t, string(plain), string(opened))
	}
	opened, err := pkcs8.Open(append(bytes.Clone(plain), read(t, "aes-256-cbc.pem")...), password)
	require.NoError(t, err)
	assert.Equal(t, 2, bytes.Count(opened, []byte("BEGIN PRIVATE KEY")), "each block of a file")
	opened, err = pkcs8.Open([]byte("no PEM"), password)
	require.NoError(t, err)
	assert.Empty(t, opened)
}

// TestBrokenKeys shows that no byte of a key can be changed without an error or the same key.
func TestBrokenKeys(t *testing.T) {
	block, _ := pem.Decode(read(t, "aes-256-cbc.pem"))
	require.NotNil(t, block)
	for at := range block.Bytes {
		for _, by := range []byte{0x00, 0x7F, 0xFF} {
			broken := bytes.Clone(block.Bytes)
			broken[at] = by
			opened, err := pkcs8.Open(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: broken}), password)
			if err == nil {
				key(t, opened)
			}
		}
		_, err := pkcs8.Open(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes[:at]}), password)
		require.Error(t, err, "cut at %d", at)
	}
}
