package neorx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTarget(t *testing.T) {
	d := open(t, "BOLT://db")
	assert.Equal(t, "bolt://db:7687", d.Target())
	assert.False(t, d.IsEncrypted())
	assert.True(t, open(t, "bolt+s://db").IsEncrypted())
	assert.True(t, open(t, "bolt://db", WithEncrypted(true)).IsEncrypted())
}

func TestOpenDoesNoIO(t *testing.T) {
	dial := func(context.Context, string, string) (net.Conn, error) {
		t.Error("dialed")
		return nil, errors.New("not expected")
	}
	d := open(t, "bolt+s://db", WithDialer(dial), WithResolver(func(context.Context, string) ([]string, error) {
		t.Error("resolved")
		return nil, errors.New("not expected")
	}))
	_ = d.Query("RETURN 1", nil)
	_ = d.Session()
	assert.Zero(t, d.PoolStats().Total)
}

func TestClosedDriver(t *testing.T) {
	ends := map[string]func(*Driver, context.Context) error{"Close": (*Driver).Close, "Shutdown": (*Driver).Shutdown}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			d := open(t, "bolt://db")
			require.NoError(t, end(d, t.Context()))
			require.NoError(t, end(d, t.Context()), "again")

			assert.ErrorIs(t, d.VerifyConnectivity(t.Context()), ErrClosed)
			_, err := d.GetServerInfo(t.Context())
			assert.ErrorIs(t, err, ErrClosed)
			assert.Equal(t, "bolt://db:7687", d.Target(), "what needs no connection works on")
		})
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	sources := map[string]TokenSource{
		"basic":    BasicAuth("neo4j", "hunter2", "realm"),
		"bearer":   BearerAuth("hunter2"),
		"kerberos": KerberosAuth("hunter2"),
		"custom":   CustomAuth("neo4j", "hunter2", "", "sso", map[string]any{"key": "hunter2"}),
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			d, err := Open("bolt://db", source, WithLogger(logger))
			require.NoError(t, err)
			defer d.Close(t.Context())

			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
				for what, v := range map[string]any{"driver": d, "*driver": *d, "source": source, "query": d.Query("RETURN $p", map[string]any{"p": "hunter2"})} {
					printed := fmt.Sprintf(verb, v)
					assert.NotContains(t, printed, "hunter2", "%s of the %s", verb, what)
					assert.NotContains(t, printed, fmt.Sprintf("%x", "hunter2"), "%s of the %s", verb, what)
				}
			}
			marshaled, err := json.Marshal([]any{d, source})
			require.NoError(t, err)
			assert.NotContains(t, string(marshaled), "hunter2")
			logger.Info("printed", "driver", d, "source", source)
			assert.NotContains(t, log.String(), "hunter2")
			assert.Contains(t, log.String(), "neorx.Driver(bolt://db:7687)")
		})
	}
}
