package bolt

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
)

// FuzzDecodeRequest: whatever arrives, the server's end answers with an error at worst, and what it has understood it can say again.
func FuzzDecodeRequest(f *testing.F) {
	for _, c := range requestVectors {
		caps := c.version.Capabilities(false)
		msg, err := c.message.Append(nil, &caps)
		require.NoError(f, err)
		f.Add(c.version.Major, c.version.Minor, msg)
	}
	f.Fuzz(func(t *testing.T, major, minor uint8, msg []byte) {
		caps := Version{major, minor}.Capabilities(false)
		first, err := DecodeRequest(bytes.Clone(msg), &caps)
		if err != nil {
			return
		}
		again, err := first.Append(nil, &caps)
		if err != nil {
			return // a value that can be read but not be sent, such as a node
		}
		_, err = DecodeRequest(again, &caps)
		require.NoError(t, err)
	})
}

// FuzzDecodeReply: whatever a server sends as the metadata of whatever reply, the client's end fails with a *ProtocolError at worst.
func FuzzDecodeReply(f *testing.F) {
	for _, c := range replyVectors {
		body, err := hex.DecodeString(strings.ReplaceAll(c.body, " ", ""))
		require.NoError(f, err)
		f.Add(body[2:])
	}
	caps := Version{6, 1}.Capabilities(false)
	body, err := (&Failure{syntaxError}).Append(nil, &caps)
	require.NoError(f, err)
	f.Add(body[2:])
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, m := range []interface {
			Decode(r *packstream.Reader, c *Capabilities) error
		}{
			&HelloSuccess{}, &LogonSuccess{}, &RunSuccess{}, &BeginSuccess{}, &CommitSuccess{}, &StreamSuccess{}, &RouteSuccess{},
			&RecordMessage{}, &Failure{},
		} {
			r := packstream.NewReader(body)
			if err := m.Decode(&r, &caps); err != nil {
				var protocol *ProtocolError
				require.ErrorAs(t, err, &protocol)
			}
		}
	})
}

// FuzzHandshake lets each end read what a fuzzer says.
func FuzzHandshake(f *testing.F) {
	for _, s := range []string{
		"000001FF04000404040004040500020805000101060000", "00000805", "48545450", "15030300",
		"6060B017000001FF000808050002040400000204000008050000",
	} {
		b, err := hex.DecodeString(s)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		agreed, err := Negotiate(&peer{Reader: bytes.NewReader(said)})
		if err == nil {
			require.Contains(t, Supported, agreed.Version)
		}
		agreed, err = Accept(&peer{Reader: bytes.NewReader(said)})
		if err == nil {
			require.Contains(t, Supported, agreed.Version)
		}
	})
}
