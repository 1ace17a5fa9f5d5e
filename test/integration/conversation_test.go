package integration_test

import (
	"flag"
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/conversation"
)

var record = flag.String("record", "", "a folder to record conversations in: ../../bolt/testdata/conversations")

// TestConversation has the conversation that the tests of package bolt replay from recordings: what
// it expects is true of every version.
func TestConversation(t *testing.T) {
	s := realServer(t)
	for _, version := range offered(s.Version) {
		t.Run("Bolt "+version.String(), func(t *testing.T) {
			nc, err := (&net.Dialer{}).DialContext(limited(t), "tcp", s.Address)
			require.NoError(t, err)
			recorder := &conversation.Recorder{Conn: nc}
			c, err := bolt.NewConn(limited(t), recorder, bolt.Config{Auth: bolt.BasicAuth(s.User, s.Password), Versions: []bolt.Version{version}})
			require.NoError(t, err)
			read, errs := conversation.Play(limited(t), c)
			require.NoError(t, c.Close())
			assert.NotEmpty(t, read)
			require.Len(t, errs, conversation.Failures, "%v", errs)
			if *record != "" {
				require.NoError(t, recorder.Said().Save(filepath.Join(*record, string(s.Version)+"-bolt"+version.String())))
			}
		})
	}
}
