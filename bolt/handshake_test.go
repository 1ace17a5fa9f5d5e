package bolt

import (
	"bytes"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// peer is the other end of a handshake: it reads as scripted and notes what is written.
type peer struct {
	io.Reader
	written bytes.Buffer
}

func (p *peer) Write(b []byte) (int, error) { return p.written.Write(b) }

func newPeer(t *testing.T, hexBytes string) *peer {
	return &peer{Reader: bytes.NewReader(unhex(t, hexBytes))}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

func TestNegotiateProposes(t *testing.T) {
	for _, c := range []struct {
		name     string
		versions []Version
		want     string
	}{
		{"everything", nil, "6060B017 000001FF 00080805 00040404 00000003"},
		{"6.1 to 4.1", Supported[:14], "6060B017 000001FF 00080805 00030404 00000104"},
		{"5.8 to 4.1", Supported[2:14], "6060B017 000001FF 00080805 00030404 00000104"},
		{"5.8 to 3.0", Supported[2:], "6060B017 00080805 00040404 00000104 00000003"},
		{"6.1 alone", []Version{{6, 1}}, "6060B017 000001FF 00000000 00000000 00000000"},
		{"5.8 alone", []Version{{5, 8}}, "6060B017 000001FF 00000805 00000000 00000000"},
		{"4.4 alone", []Version{{4, 4}}, "6060B017 00000404 00000000 00000000 00000000"},
		{"4.2 alone", []Version{{4, 2}}, "6060B017 00000204 00000000 00000000 00000000"},
		{"4.1 alone", []Version{{4, 1}}, "6060B017 00000104 00000104 00000000 00000000"},
		{"3.0 alone", []Version{{3, 0}}, "6060B017 00000003 00000000 00000000 00000000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, "")
			_, err := Negotiate(p, c.versions...)
			require.ErrorIs(t, err, io.EOF)
			assert.Equal(t, unhex(t, c.want), p.written.Bytes())
		})
	}
}

func TestNegotiate(t *testing.T) {
	upTo57 := []Version{{5, 7}, {5, 6}, {5, 4}, {4, 4}}
	for _, c := range []struct {
		name     string
		versions []Version
		reply    string
		want     Agreement
	}{
		{"classic", nil, "00000805", Agreement{Version: Version{5, 8}}},
		{"classic 4.2", nil, "00000204", Agreement{Version: Version{4, 2}}},
		{"classic 3.0", nil, "00000003", Agreement{Version: Version{3, 0}}},
		{"live manifest", nil, "000001FF 04 00040404 00040405 00020805 00010106 00", manifest(6, 1)},
		{"manifest", upTo57, "000001FF 03 00070705 00040404 00000003 00", manifest(5, 7)},
		{"manifest in another order", upTo57, "000001FF 03 00000003 00040404 00070705 00", manifest(5, 7)},
		{"unknown major", upTo57, "000001FF 02 000707F2 00070705 00", manifest(5, 7)},
		{"range of everything", upTo57, "000001FF 02 00000404 00FFFF05 00", manifest(5, 7)},
		{"range that begins beyond us", nil, "000001FF 01 00030A05 00", manifest(5, 8)},
		{"capabilities of several bytes", nil, "000001FF 01 00000404 FF8271", manifest(4, 4)},
		{"number of offers not canonical", nil, "000001FF 8100 00000404 8000", manifest(4, 4)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, c.reply)
			got, err := Negotiate(p, c.versions...)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			assert.Len(t, p.written.Bytes(), 20, "the choice is left to the caller")
		})
	}
}

func manifest(major, minor uint8) Agreement {
	return Agreement{Version: Version{major, minor}, Manifest: true, Choice: []byte{0, 0, minor, major, 0}}
}

func TestNegotiateSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, reply, want string }{
		{"nothing in common", "00000000", "bolt: handshake: the server speaks none of Bolt 6.1, 6.0"},
		{"HTTP", hex.EncodeToString([]byte("HTTP/1.1 400")), "this is an HTTP port; use the Bolt port"},
		{"TLS alert", "15030300020246", "this port speaks TLS"},
		{"noise", "FFFFFFFF", "the answer FF FF FF FF is not one of a Bolt server"},
		{"not proposed", "00000505", "answered with Bolt 5.5, which was not proposed"},
		{"too old", "00000002", "answered with Bolt 2.0, which was not proposed"},
		{"manifest with nothing for us", "000001FF 02 00000002 00010107 00", "the server offers [2.0 7.0 to 7.1]"},
		{"manifest without end", "000001FF FFFFFF7F", "the server announces 268435455 offers"},
		{"number of eleven bytes", "000001FF FFFFFFFFFFFFFFFFFFFF01", "a number of more than 64 bits"},
		{"number of more than 64 bits", "000001FF FFFFFFFFFFFFFFFFFF7F", "a number of more than 64 bits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Negotiate(newPeer(t, c.reply))
			var protocol *ProtocolError
			require.ErrorAs(t, err, &protocol)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// TestNegotiateCutAnywhere ends the server's bytes after each of them.
func TestNegotiateCutAnywhere(t *testing.T) {
	reply := unhex(t, "000001FF 04 00040404 00040405 00020805 00010106 8000")
	for n := range reply {
		_, err := Negotiate(&peer{Reader: bytes.NewReader(reply[:n])})
		require.Error(t, err)
		assert.True(t, strings.Contains(err.Error(), "hung up during the handshake"), err)
	}
}

func TestAccept(t *testing.T) {
	live := "000001FF 05 00010106 00020805 00040405 00040404 00000003 00"
	for _, c := range []struct {
		name           string
		versions       []Version
		client, answer string
		want           Agreement
	}{
		{"manifest first", nil, "000001FF 00080805 00020404 00000204 0000080500", live, Agreement{Version: Version{5, 8}, Manifest: true}},
		{"classic before the manifest", nil, "00080805 00020404 000001FF 00000003", "00000805", Agreement{Version: Version{5, 8}}},
		{"6.0", nil, "00000006 00000000 00000000 00000000", "00000006", Agreement{Version: Version{6, 0}}},
		{"range beyond us", nil, "00090906 00000000 00000000 00000000", "00000106", Agreement{Version: Version{6, 1}}},
		{"5.7 down", nil, "00020705 00000000 00000000 00000000", "00000705", Agreement{Version: Version{5, 7}}},
		{"unknown manifest", nil, "000002FF 00000404 00000000 00000000", "00000404", Agreement{Version: Version{4, 4}}},
		{"a server without the manifest", []Version{{5, 4}, {4, 4}}, "000001FF 00080805 00020404 00000204", "00000405", Agreement{Version: Version{5, 4}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, "6060B017"+c.client)
			got, err := Accept(p, c.versions...)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			assert.Equal(t, unhex(t, c.answer), p.written.Bytes())
		})
	}
}

func TestAcceptRefuses(t *testing.T) {
	for _, c := range []struct{ name, client, answer, want string }{
		{"another protocol", hex.EncodeToString([]byte("GET / HTTP/1.1\r\n")), "", "it began with 47 45 54 20"},
		{"nothing in common", "6060B017 00000002 00000001 00000000 00000000", "00000000", "the client proposes none of Bolt"},
		{"5.5", "6060B017 00000505 00000000 00000000 00000000", "00000000", "the client proposes none of Bolt"},
		{"a choice that was not offered", "6060B017 000001FF 00000000 00000000 00000000 0000050500", "*", "which was not offered"},
		{"a choice with a range", "6060B017 000001FF 00000000 00000000 00000000 0001080500", "*", "which was not offered"},
		{"a capability that was not offered", "6060B017 000001FF 00000000 00000000 00000000 0000080501", "*", "which was not offered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, c.client)
			_, err := Accept(p)
			var protocol *ProtocolError
			require.ErrorAs(t, err, &protocol)
			assert.ErrorContains(t, err, c.want)
			if c.answer != "*" {
				assert.Equal(t, unhex(t, c.answer), append([]byte{}, p.written.Bytes()...))
			}
		})
	}
}

// TestHandshakeBothEnds makes each end talk to the other, with every version that the server may be restricted to.
func TestHandshakeBothEnds(t *testing.T) {
	for i, v := range Supported {
		client, server := net.Pipe()
		accepted := make(chan Agreement, 1)
		go func() { // ends with the handshake; joined by the receive below
			a, err := Accept(server, Supported[i:]...)
			assert.NoError(t, err)
			accepted <- a
		}()
		got, err := Negotiate(client)
		require.NoError(t, err)
		if got.Manifest { // net.Pipe waits for somebody to read even nothing
			_, err = client.Write(got.Choice)
			require.NoError(t, err)
		}
		assert.Equal(t, v, got.Version)
		assert.Equal(t, v.AtLeast(5, 7), got.Manifest)
		assert.Equal(t, v, (<-accepted).Version)
	}
}
