package integration_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/test/integration/neo4jserver"
)

// These tests speak to the server byte by byte, without the driver: they tell a broken server from
// a broken driver.

const (
	answerLimit = 10 * time.Second
	openingSize = 20 // the magic bytes and four proposals
)

var magic = []byte{0x60, 0x60, 0xB0, 0x17}

// openings are classic proposals in all four slots, unless they start with the manifest.
var (
	proposeManifest = []byte{0, 0, 1, 0xFF, 0, 8, 8, 5, 0, 2, 4, 4, 0, 0, 2, 4}
	proposeClassic  = []byte{0, 8, 8, 5, 0, 2, 4, 4, 0, 0, 2, 4, 0, 0, 0, 0}
	propose55       = []byte{0, 0, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
)

func TestHandshakeManifest(t *testing.T) {
	want := map[neo4jserver.Version][]byte{
		neo4jserver.V2026: {0, 0, 1, 0xFF, 4, 0, 4, 4, 4, 0, 4, 4, 5, 0, 2, 8, 5, 0, 1, 1, 6, 0},
		neo4jserver.V5:    {0, 0, 1, 0xFF, 3, 0, 4, 4, 4, 0, 4, 4, 5, 0, 2, 8, 5, 0},
	}
	answer := want[realServer(t).Version]
	require.NotEmpty(t, answer, "this version's manifest is not known to the test")
	assert.Equal(t, answer, exchange(t, dial(t), proposeManifest, len(answer)))
}

func TestHandshakeClassic(t *testing.T) {
	assert.Equal(t, []byte{0, 0, 8, 5}, exchange(t, dial(t), proposeClassic, 4), "the highest version of the first slot that matches")
}

func TestHandshakeNothingInCommon(t *testing.T) {
	conn := dial(t)
	assert.Equal(t, []byte{0, 0, 0, 0}, exchange(t, conn, propose55, 4))
	_, err := conn.Read(make([]byte, 1))
	assert.ErrorIs(t, err, io.EOF, "the server closes")
}

func TestHandshakeTLS(t *testing.T) {
	certificate, err := os.ReadFile(realServer(t).CertificateFile)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(certificate))
	conn := tls.Client(dial(t), &tls.Config{RootCAs: roots, ServerName: "localhost"})
	assert.Equal(t, []byte{0, 0, 8, 5}, exchange(t, conn, proposeClassic, 4))
}

func dial(t *testing.T) net.Conn {
	t.Helper()
	dialer := &net.Dialer{Timeout: answerLimit}
	conn, err := dialer.DialContext(t.Context(), "tcp", realServer(t).Address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(answerLimit)))
	return conn
}

// exchange sends the magic bytes and the proposals, and reads an answer of the given length.
func exchange(t *testing.T, conn net.Conn, proposals []byte, length int) []byte {
	t.Helper()
	_, err := conn.Write(append(magic[:len(magic):len(magic)], proposals...))
	require.NoError(t, err)
	answer := make([]byte, length)
	_, err = io.ReadFull(conn, answer)
	require.NoError(t, err)
	return answer
}
