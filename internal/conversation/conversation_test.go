package conversation_test

import (
	"io"
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/neorx/neorx/internal/conversation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRecording(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	go func() { // ends with the pipe
		defer server.Close()
		_, _ = server.Write([]byte("wel"))
		_, _ = server.Write([]byte("come"))
		_, _ = server.Read(make([]byte, 5))
		_, _ = server.Write([]byte("bye"))
	}()
	r := &conversation.Recorder{Conn: client}
	for _, want := range []string{"wel", "come"} {
		b := make([]byte, 10)
		n, err := r.Read(b)
		require.NoError(t, err)
		require.Equal(t, want, string(b[:n]))
	}
	_, err := r.Write([]byte("hello"))
	require.NoError(t, err)
	rest, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, "bye", string(rest))

	file := filepath.Join(t.TempDir(), "recording")
	require.NoError(t, r.Said().Save(file))
	loaded, err := conversation.Load(file)
	require.NoError(t, err)
	assert.Equal(t, conversation.Recording{[]byte("welcome"), []byte("bye")}, loaded)

	replay := loaded.Play()
	b := make([]byte, 4)
	for _, want := range []string{"welc", "ome", "bye", ""} {
		n, err := replay.Read(b)
		assert.Equal(t, want, string(b[:n]))
		if want == "" {
			assert.Equal(t, io.EOF, err)
		}
	}
}
